"""Django Channels with Redis on daphne, as its tutorial shows the chat room.

Nothing that its documentation does not show comes in here. A peer: benchmarks/servers.py starts it through
daphne.
"""

# pyright: basic, reportMissingImports=false, reportMissingModuleSource=false, reportOptionalMemberAccess=false

import os

import django
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

redis = ("127.0.0.1", int(os.environ["BENCH_REDIS_PORT"]))
settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for this benchmark",
    CHANNEL_LAYERS={
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [redis]}}
    },
)
django.setup()


class News(AsyncWebsocketConsumer):
    """Everybody is in one group."""

    async def connect(self) -> None:
        await self.channel_layer.group_add("news", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("news", self.channel_name)

    async def news(self, event: dict[str, str]) -> None:
        await self.send(text_data=event["text"])


@csrf_exempt
async def publish(request: HttpRequest) -> HttpResponse:
    """Send the body to everybody."""
    await get_channel_layer().group_send("news", {"type": "news", "text": request.body.decode()})
    return HttpResponse(status=204, headers={"Content-Length": "0"})


urlpatterns = [path("publish", publish)]
app = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([path("ws", News.as_asgi())])}
)
