"""The two protocol classes of the production server: uvicorn's, with limits and an end that comes.

No route and no message may come in here. tidings.server names them to uvicorn, which makes one a connection.
"""

from tidings.wire.http import PatientHttp
from tidings.wire.websocket import LiveProtocol

__all__ = ["LiveProtocol", "PatientHttp"]
