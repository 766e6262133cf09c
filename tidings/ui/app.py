"""The Reflex app: its pages, what is wrapped around them, and what stands in the head of each.

No database and no routes of our own: those come in as `api_transformer`.
Called by the composition root, tidings/tidings.py.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import reflex as rx
from reflex.vars.function import ArgsFunctionOperation
from reflex_components_core.base.error_boundary import ErrorBoundary

from tidings.live import live_provider
from tidings.ui.audit import audit_page
from tidings.ui.choices import FollowsPreferences
from tidings.ui.compose import compose_page
from tidings.ui.doctor import doctor_page
from tidings.ui.feed import feed_page, page_title
from tidings.ui.groups import groups_page
from tidings.ui.keys import keys_page
from tidings.ui.live import live_page
from tidings.ui.not_found import broken_page, not_found_page
from tidings.ui.pieces import PlainErrors
from tidings.ui.preferences import preferences_page
from tidings.ui.sessions import sessions_page
from tidings.ui.sign_in import sign_in_page
from tidings.ui.theme import STYLE_SHEETS
from tidings.ui.topics import topics_page
from tidings.ui.users import users_page
from tidings.ui.words import InOneLanguage, say

BOOT = Path(__file__).parents[2] / "assets/ui/boot.js"
DESCRIPTION = "Live notifications"
# Each of them is also a private place in tidings/api/pages.py.
MORE_PAGES = (
    (preferences_page, "/preferences", say("Preferences")),
    (sessions_page, "/sessions", say("Sessions and devices")),
    (users_page, "/users", say("Users")),
    (topics_page, "/topics", say("Topics")),
    (groups_page, "/groups", say("Groups")),
    (compose_page, "/compose", say("Compose")),
    (keys_page, "/keys", say("API keys")),
    (audit_page, "/audit", say("Audit log")),
    (live_page, "/live", say("Live")),
    (doctor_page, "/doctor", say("Doctor")),
)


class GuardedApp(rx.App):
    """The app with a guard around all of it: Reflex's own middleware sits outside `api_transformer`."""

    guard: ClassVar[Callable[[Any], Any]] = staticmethod(lambda site: site)

    def __call__(self) -> Any:
        """Return the ASGI application."""
        return type(self).guard(super().__call__())


def build_app(api_transformer: Any = None, guard: Callable[[Any], Any] = lambda site: site) -> rx.App:
    """Return the app with all its pages.

    Server state is switched off: every value of these pages lives in the browser, so Reflex opens no socket
    of its own (`/_event`), and no state event handler can be called from outside.
    """
    GuardedApp.guard = staticmethod(guard)
    app = GuardedApp(
        enable_state=False,
        toaster=None,
        html_lang="en",
        stylesheets=STYLE_SHEETS,
        head_components=_head(),
        app_wraps={(55, "ErrorBoundary"): lambda stateful: _boundary()},
        extra_app_wraps={
            (52, "PlainErrors"): lambda stateful: PlainErrors.create(),
            (50, "LiveProvider"): lambda stateful: live_provider(),
            (47, "FollowsPreferences"): lambda stateful: FollowsPreferences.create(),
            (45, "InOneLanguage"): lambda stateful: InOneLanguage.create(),
        },
        api_transformer=api_transformer,
    )
    app.add_page(feed_page, route="/", title=page_title(), description=DESCRIPTION, image="")
    app.add_page(
        sign_in_page, route="/login", title=_titled(say("Sign in")), description=DESCRIPTION, image=""
    )
    for page, route, title in MORE_PAGES:
        app.add_page(page, route=route, title=_titled(title), description=DESCRIPTION, image="")
    app.add_page(
        not_found_page, route="404", title=_titled(say("Nothing here")), description=DESCRIPTION, image=""
    )
    return app


def _titled(name: rx.Var[str]) -> rx.Var[str]:
    return say("{page} · Tidings", page=name)


def _boundary() -> rx.Component:
    """Show our own page when one broke. The error itself is in the browser's console."""
    fallback = ArgsFunctionOperation.create(("broken",), rx.Var.create(broken_page()))
    return ErrorBoundary.create(fallback_render=fallback, on_error=rx.noop())


def _head() -> list[rx.Component]:
    return [
        rx.el.script(custom_attrs={"dangerouslySetInnerHTML": {"__html": BOOT.read_text()}}),
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="icon", href="/favicon.ico", custom_attrs={"sizes": "32x32"}),
        rx.el.link(rel="apple-touch-icon", href="/apple-touch-icon.png"),
        rx.el.meta(name="color-scheme", content="light dark"),
        rx.el.meta(
            name="theme-color", content="#ffffff", custom_attrs={"media": "(prefers-color-scheme: light)"}
        ),
        rx.el.meta(
            name="theme-color", content="#111113", custom_attrs={"media": "(prefers-color-scheme: dark)"}
        ),
    ]
