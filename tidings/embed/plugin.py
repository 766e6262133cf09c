"""The plugin for another app's rxconfig.py: lays the browser's half of Tidings into that app's build.

No component comes in here: rxconfig.py imports it while Reflex still reads its settings.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import reflex as rx

ASSETS = Path(__file__).parents[2] / "assets"
FOLDERS = ("live", "ui", "words")
PLACE = Path("live/place.js")  # says where Tidings is; written anew for the app
SHEETS = (
    "base",
    "buttons",
    "badge",
    "feed",
    "acting",
    "swipe",
    "states",
    "messages",
    "modal",
    "narrow",
    "embedded",
)
STYLE_SHEET = "tidings.css"
FRAMES = re.compile(r"@keyframes [^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # these cannot stand inside of a rule


class TidingsPlugin(rx.plugins.Plugin):
    """Lets the pages of an app show the notifications of a Tidings that runs elsewhere.

    Args:
        server: its origin, as in `https://tidings.example.org`; empty when a proxy serves its `/api` and
            `/ws` on the app's own address.
        sign_in: where its sign-in is, if not at `/login` there.
    """

    def __init__(self, server: str = "", sign_in: str = "") -> None:
        parts = urlsplit(server)
        if server and (parts.scheme not in ("http", "https") or parts.path.strip("/") or not parts.netloc):
            raise ValueError(f"{server} is not the origin of a server: https://tidings.example.org is one.")
        self._place = {"server": server.rstrip("/"), "signIn": sign_in or f"{server.rstrip('/')}/login"}

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        """Return the modules of the browser's half, and one style sheet that holds inside `.tidings` only."""
        modules = [(Path("public") / path, text) for path, text in self._modules()]
        return [*modules, (Path("styles") / STYLE_SHEET, scoped(_styles()))]

    def get_stylesheet_paths(self, **context: Any) -> Sequence[str]:
        """Return that sheet."""
        return [f"./{STYLE_SHEET}"]

    def _modules(self) -> Iterator[tuple[Path, str]]:
        for path in sorted(path for folder in FOLDERS for path in (ASSETS / folder).glob("*.js*")):
            inside = path.relative_to(ASSETS)
            if inside != PLACE and path.name != "package.json":
                yield inside, path.read_text()
        yield PLACE, f"export const PLACE = Object.freeze({json.dumps(self._place)});\n"


def scoped(styles: str) -> str:
    """Keep rules from reaching the app around: put them inside `.tidings`, and nothing of them outside."""
    frames = FRAMES.findall(styles)
    inside = FRAMES.sub("", styles).replace(":root", "&")
    return "\n".join([*frames, ".tidings {", inside, "}", ""])


def _styles() -> str:
    return "\n".join((ASSETS / "ui" / f"{sheet}.css").read_text() for sheet in SHEETS)
