"""The back office of a shop, which shows the notifications of a Tidings that runs beside it."""

import os

import reflex as rx

from tidings.embed import TidingsPlugin

TIDINGS = os.environ.get("TIDINGS_SERVER", "http://localhost:3000")

config = rx.Config(
    app_name="backoffice",
    frontend_port=3300,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[rx.plugins.RadixThemesPlugin(), TidingsPlugin(server=TIDINGS)],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
