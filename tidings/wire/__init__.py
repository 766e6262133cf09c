"""The protocol classes of the production server: HTTP with limits, our own WebSocket, and everybody else's.

No route and no message may come in here. tidings.server names the first and the last to uvicorn, which makes
one a connection.
"""

from tidings.wire.foreign import ForeignProtocol
from tidings.wire.http import PatientHttp

__all__ = ["ForeignProtocol", "PatientHttp"]
