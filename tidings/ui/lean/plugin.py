"""The plugin that teaches Reflex's build what to leave out.

No component comes in here. Used by rxconfig.py; the two scripts beside it run inside of the build.
"""

import json
from pathlib import Path
from typing import Any

import reflex as rx

HERE = Path(__file__).parent
STYLES, NO_SOCKET = "used_styles.js", "no_socket.js"
VITE, POSTCSS = "vite.config.js", "postcss.config.js"
# What the pages take from Radix Themes, as its style sheet names it: `.rt-BaseMenuItem` belongs to BaseMenu.
USED = ("BaseMenu", "DropdownMenu", "Popover", "Popper", "ScrollArea")


class BuildHasChanged(RuntimeError):
    """Reflex writes its build's settings otherwise than it did, so that nothing could be left out."""


class LeanPages(rx.plugins.Plugin):
    """Leaves out of the bundle what these pages never use.

    They hold no state on the server (`enable_state=False`), so Reflex's socket is never opened and its client
    is dead weight; of Radix' components they draw a menu and a popover.
    """

    def pre_compile(self, **context: Any) -> None:
        """Lay the scripts beside Reflex's settings, and name them there."""
        for name in (STYLES, NO_SOCKET):
            context["add_save_task"](_script, name)
        context["add_modify_task"](VITE, without_socket)
        context["add_modify_task"](POSTCSS, with_used_styles)


def _script(name: str) -> tuple[str, str]:
    return name, (HERE / name).read_text()


def without_socket(settings: str) -> str:
    """Return Vite's settings in which the client of Reflex's socket is nothing."""
    place = f'fileURLToPath(new URL("./{NO_SOCKET}", import.meta.url))'
    return _put(
        settings, "alias: [", f"      {{ find: /^socket\\.io-client$/, replacement: {place} }},", VITE
    )


def with_used_styles(settings: str) -> str:
    """Return PostCSS's settings in which rules for other components are dropped once all sheets are one."""
    words = json.dumps({"sheet": "@radix-ui/themes/components.css", "used": USED})
    return _put(settings, '"postcss-import": {},', f'    "./{STYLES}": {words},', POSTCSS)


def _put(settings: str, after: str, line: str, name: str) -> str:
    if line in settings:
        return settings  # `reflex run` compiles again and again
    if after not in settings:
        raise BuildHasChanged(f"Reflex's {name} has no line `{after}` any more; see {__file__}.")
    return settings.replace(after, f"{after}\n{line}", 1)
