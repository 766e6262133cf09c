"""Starlette with broadcaster, as broadcaster's documentation shows its chat room.

Nothing that its documentation does not show comes in here. A peer: benchmarks/servers.py starts it through
uvicorn.
"""

# pyright: basic, reportMissingImports=false

from contextlib import asynccontextmanager

import anyio
from broadcaster import Broadcast
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

broadcast = Broadcast("memory://")


async def listen(websocket: WebSocket) -> None:
    """One reader and one writer for each socket."""
    await websocket.accept()
    async with anyio.create_task_group() as tasks:

        async def hear() -> None:
            async for _ in websocket.iter_text():
                pass
            tasks.cancel_scope.cancel()

        tasks.start_soon(hear)
        async with broadcast.subscribe(channel="news") as subscriber:
            async for event in subscriber:
                await websocket.send_text(event.message)


async def publish(request: Request) -> Response:
    """Send the body to everybody."""
    await broadcast.publish(channel="news", message=(await request.body()).decode())
    return Response(status_code=204)


@asynccontextmanager
async def living(_app: Starlette):
    async with broadcast:
        yield


app = Starlette(
    routes=[Route("/publish", publish, methods=["POST"]), WebSocketRoute("/ws", listen)], lifespan=living
)
