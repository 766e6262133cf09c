"""Traces: how one notification travels from a door to the sockets, told to OpenTelemetry where it is wanted.

Nothing of OpenTelemetry is imported, and nothing done, unless OTEL_EXPORTER_OTLP_ENDPOINT is set. Called by
the house.
"""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tidings.tracing.spans import Spans

log = logging.getLogger("tidings")


def spans_of(endpoint: str) -> "Spans | None":
    """Return what makes spans and sends them, if there is an endpoint; the exporter itself reads OTEL_*."""
    if not endpoint:
        return None
    try:
        from tidings.tracing.exporting import exported
    except ImportError as missing:
        log.warning("Traces are wanted and cannot be sent; install tidings[tracing]: %s", missing)
        return None
    return exported(endpoint)
