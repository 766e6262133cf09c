"""python-socketio on uvicorn, as its documentation shows an ASGI server.

Nothing that its documentation does not show comes in here. A peer: benchmarks/servers.py starts it through
uvicorn.
"""

# pyright: basic, reportMissingImports=false

import socketio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

sio = socketio.AsyncServer(async_mode="asgi")


async def publish(request: Request) -> Response:
    """Send the body to everybody."""
    await sio.emit("news", await request.json())
    return Response(status_code=204)


app = socketio.ASGIApp(sio, other_asgi_app=Starlette(routes=[Route("/publish", publish, methods=["POST"])]))
