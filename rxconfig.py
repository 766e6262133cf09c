"""What Reflex is told: which app, which ports and origins, and that it calls nobody.

Never a decision of the operator: those come from `TIDINGS_*`, by way of `tidings.settings`.
Read by the `reflex` command and by the server's start-up.
"""

import os
import sys
from pathlib import Path

import reflex as rx

from tidings.settings import SettingsRefused, read_settings
from tidings.ui.lean import LeanPages
from tidings.ui.theme import radix_themes

os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")
os.environ.setdefault("REFLEX_USE_NPM", "1")  # Node comes with the requirements, bun would not
# Reflex's tools stay beside the app: a start must not depend on what is in somebody's home.
os.environ.setdefault("REFLEX_DIR", str(Path(__file__).parent / ".reflex"))
# Else everything beside rxconfig.py is watched, and each write to the database in data/ restarts the server.
os.environ.setdefault("REFLEX_HOT_RELOAD_OVERRIDE_PATHS", "tidings:assets")

try:
    settings = read_settings()
except SettingsRefused as refused:
    sys.exit(str(refused))

config = rx.Config(
    app_name="tidings",
    frontend_port=settings.port,  # the back end's: 8000 in development, in production the same
    backend_host=settings.host,
    cors_allowed_origins=settings.allowed_origins,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="system",
    redis_url=settings.redis_url or None,  # the state of somebody's own pages, which all workers share
    plugins=[radix_themes(), LeanPages()],
    # Made once, at the build; a browser gets the smallest that it takes.
    frontend_compression_formats=["brotli", "gzip"],
    disable_plugins=[rx.plugins.sitemap.SitemapPlugin],
)
