"""The way out: spans in batches to an OTLP endpoint over HTTP, in a thread of the SDK.

No span is made here. Called by `spans_of`, only when an endpoint is set; the SDK reads OTEL_* for the rest:
headers, sampling, service name.
"""

from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from tidings import __version__
from tidings.tracing.spans import Spans

PATH = "/v1/traces"


def exported(endpoint: str) -> Spans:
    """Return spans that leave by OTLP. What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say goes first."""
    ours: dict[str, Any] = {SERVICE_NAME: "tidings", SERVICE_VERSION: __version__}
    wanted = OTELResourceDetector().detect().attributes
    provider = TracerProvider(resource=Resource.create({**ours, **wanted}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=_place(endpoint))))
    return Spans(provider)


def _place(endpoint: str) -> str:
    """Return where spans go: the standard's path is added to an endpoint that is for everything."""
    return endpoint if endpoint.endswith(PATH) else endpoint.rstrip("/") + PATH
