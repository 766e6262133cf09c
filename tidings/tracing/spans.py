"""Spans: publish at the door, write with its neighbours, announce, send; one trace from door to sockets.

No exporter and no socket may come in here. Called by the doors (publish), the writer (mark, wrote) and the
house (announced, told). A commit is shared by many publishes, so the write belongs to the first of them and
is linked with all. A broadcast is one span, however many sockets it goes to.
"""

import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, Span, SpanContext, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from tidings import __version__

PROPAGATOR = TraceContextTextMapPropagator()
FORGOTTEN_NS = 1_000_000_000


class Spans:
    """What of one process's work is told to OpenTelemetry."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("tidings", __version__)
        self._on_the_way: deque[tuple[SpanContext, int]] = deque()

    @contextmanager
    def publish(self, door: str, headers: Mapping[str, str], notifications: int) -> Generator[None]:
        """Follow a request to publish; a `traceparent` of the sender's makes it a part of their trace."""
        named = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        facts = {"tidings.door": door, "tidings.notifications": notifications}
        with self._tracer.start_as_current_span(
            f"publish {door}", PROPAGATOR.extract(named), SpanKind.SERVER, facts
        ):
            yield

    def mark(self) -> SpanContext | None:
        """Return what the work that is being queued belongs to."""
        here = trace.get_current_span().get_span_context()
        return here if here.is_valid else None

    def wrote(self, marks: Sequence[Any], began: float, ended: float, failures: int) -> None:
        """A batch was committed between these moments (monotonic seconds); only publishes have marks."""
        known = [mark for mark in marks if mark is not None]
        if not known:
            return
        facts = {"tidings.batch": len(marks), "tidings.failures": failures}
        links = [Link(mark) for mark in known]
        span = self._begin("write", known[0], _ns(began), facts, links)
        if failures:
            span.set_status(Status(StatusCode.ERROR))
        span.end(_ns(ended))

    def announced(self, mark: Any, committed_at: float | None) -> None:
        """What was committed then is announced to the hub now; it is sent at the end of this turn."""
        if mark is not None and committed_at is not None:
            now = time.time_ns()
            self._begin("announce", mark, _ns(committed_at), {}).end(now)
            while self._on_the_way and now - self._on_the_way[0][1] > FORGOTTEN_NS:
                self._on_the_way.popleft()  # nobody here was listening
            self._on_the_way.append((mark, now))

    def told(self, deliveries: int) -> None:
        """What was announced is written to so many sockets."""
        while self._on_the_way:
            mark, since_ns = self._on_the_way.popleft()
            if deliveries:
                self._begin("send", mark, since_ns, {"tidings.deliveries": deliveries}).end()

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()

    def _begin(
        self, name: str, mark: SpanContext, at_ns: int, facts: dict[str, int], links: Sequence[Link] = ()
    ) -> Span:
        parent = trace.set_span_in_context(trace.NonRecordingSpan(mark))
        return self._tracer.start_span(name, parent, attributes=facts, links=links, start_time=at_ns)


def _ns(moment: float) -> int:
    """Return a monotonic moment as the wall's nanoseconds."""
    return time.time_ns() - int((time.monotonic() - moment) * 1e9)
