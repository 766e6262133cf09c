"""One notification's way as a trace: from the sender's own span, by the shared commit, to the sockets."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.live.site import Site, direct, open_site
from tidings.accounts import keys
from tidings.accounts.tables import User
from tidings.house import House
from tidings.tracing import spans_of
from tidings.tracing.spans import Spans

pytestmark = pytest.mark.anyio

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Return where the spans of the site of this test are kept."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))

    def spans(_endpoint: str) -> Spans:
        return Spans(provider)

    monkeypatch.setattr("tidings.house.spans_of", spans)
    return exporter


@pytest.fixture
async def followed(kept: InMemorySpanExporter, wired: Site) -> Site:
    """Return a site whose notifications are followed."""
    return wired


async def _sender(site: Site) -> httpx.AsyncClient:
    now = site.clock.now()
    _, secret = await site.house.database.write(lambda db: keys.create(db, "backup", now, [keys.PUBLISH]))
    headers = {"Authorization": f"Bearer {secret}"}
    return httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{site.port}", headers=headers)


def _named(kept: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in kept.get_finished_spans() if span.name == name]


def _id(span: ReadableSpan) -> int:
    assert span.context is not None
    return span.context.span_id


async def test_a_trace_leads_from_the_sender_to_the_sockets(
    followed: Site, kept: InMemorySpanExporter
) -> None:
    alice = await followed.user("alice")
    browsers = [await followed.arrive(alice) for _ in range(2)]
    async with await _sender(followed) as sender:
        draft = {"to": ["alice"], "title": "Hello"}
        answer = await sender.post("/api/v1/notifications", json=draft, headers={"traceparent": PARENT})
    assert answer.status_code == 201
    for browser in browsers:
        await browser.hear("notifications")
    await followed.until(lambda: _named(kept, "publish http"))
    (publish,), (write,), (announce,), (send,) = (
        _named(kept, name) for name in ("publish http", "write", "announce", "send")
    )
    every = (publish, write, announce, send)
    assert {format(span.context.trace_id, "032x") for span in every if span.context} == {TRACE}
    assert publish.parent is not None
    assert format(publish.parent.span_id, "016x") == "b7ad6b7169203331"
    assert {span.parent.span_id for span in every[1:] if span.parent} == {_id(publish)}
    assert dict(send.attributes or {}) == {"tidings.deliveries": 2}
    moments = [span.start_time or 0 for span in every]
    assert moments == sorted(moments), "publish, write, announce, send begin in this order"


async def test_a_shared_commit_is_linked_with_every_publish_in_it(
    followed: Site, kept: InMemorySpanExporter
) -> None:
    await followed.user("alice")
    draft = {"to": ["alice"], "title": "Hello"}
    async with await _sender(followed) as sender:
        await asyncio.gather(*(sender.post("/api/v1/notifications", json=draft) for _ in range(12)))
    await followed.until(lambda: len(_named(kept, "publish http")) == 12)
    linked = [link.context.span_id for span in _named(kept, "write") for link in span.links]
    assert sorted(linked) == sorted(_id(span) for span in _named(kept, "publish http"))
    assert not _named(kept, "send"), "nobody listens"


async def test_a_refused_publish_is_an_error_in_its_span(followed: Site, kept: InMemorySpanExporter) -> None:
    async with await _sender(followed) as sender:
        answer = await sender.post("/api/v1/notifications", json={"to": ["nobody"], "title": "x"})
    assert answer.status_code == 422
    (publish,) = _named(kept, "publish http")
    assert not publish.status.is_ok


class Receiver(ThreadingHTTPServer):
    """An OTLP endpoint that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.names: list[str] = []
        self.services: set[str] = set()


class _Take(BaseHTTPRequestHandler):
    server: Receiver  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = ExportTraceServiceRequest.FromString(body)
        for resource in told.resource_spans:
            facts = {fact.key: fact.value.string_value for fact in resource.resource.attributes}
            self.server.services.add(facts["service.name"])
            self.server.names += [span.name for scope in resource.scope_spans for span in scope.spans]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name for it
        """Say nothing."""


async def test_spans_leave_by_otlp_when_an_endpoint_is_set(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = Receiver()
    Thread(target=receiver.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{receiver.server_address[1]}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
    shutil.copy(sqlite_template, tmp_path / "tidings.db")
    async with open_site(tmp_path, direct) as site:
        assert site.house.settings.otlp_endpoint == endpoint
        await site.user("alice")
        async with await _sender(site) as sender:
            draft = {"to": ["alice"], "title": "Hello"}
            assert (await sender.post("/api/v1/notifications", json=draft)).status_code == 201
    receiver.shutdown()
    receiver.server_close()
    assert {"publish http", "write", "announce"} <= set(receiver.names)
    assert receiver.services == {"tidings"}


def test_without_an_endpoint_nothing_is_followed_and_nothing_imported() -> None:
    assert spans_of("") is None
    asked = {"tidings.tracing.spans", "opentelemetry.exporter"}
    code = f"import sys, tidings.house; print({asked} & set(sys.modules))"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"


async def test_unfollowed_work_carries_no_marks(wired: Site, alice: User) -> None:
    house: House = wired.house
    hook: Callable[[int], None] | None = house.hub.tally.on_told
    assert (house.spans, house.database.tally.traces, hook) == (None, None, None)
    await wired.publish(["alice"])
