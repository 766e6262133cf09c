"""The plugin that teaches Reflex's build what to leave out.

No component comes in here. Used by rxconfig.py; of the scripts beside it one runs in the build, the rest in
pages.
"""

import json
from pathlib import Path
from typing import Any

import reflex as rx

HERE = Path(__file__).parent
STYLES = "used_styles.js"
VITE, POSTCSS = "vite.config.js", "postcss.config.js"
# What the pages take from Radix Themes, as its style sheet names it: `.rt-BaseMenuItem` belongs to BaseMenu.
USED = ("BaseMenu", "DropdownMenu", "Popover", "Popper", "ScrollArea")


# Packages that Reflex imports into every page, and what stands for them in ours.
INSTEAD = {
    "socket.io-client": "no_socket.js",
    "universal-cookie": "no_cookies.js",
    "@emotion/react": "plain_jsx.js",
}


class BuildHasChanged(RuntimeError):
    """Reflex writes its build's settings otherwise than it did, so that nothing could be left out."""


class LeanPages(rx.plugins.Plugin):
    """Leaves out of the bundle what these pages never use.

    They hold no state on the server (`enable_state=False`), so Reflex's socket is never opened and none of
    its cookies is read; they are styled by sheets and classes; of Radix' components they draw a menu
    and a popover.
    """

    def pre_compile(self, **context: Any) -> None:
        """Lay the scripts beside Reflex's settings, and name them there."""
        for name in (STYLES, *INSTEAD.values()):
            context["add_save_task"](_script, name)
        context["add_modify_task"](VITE, with_less)
        context["add_modify_task"](POSTCSS, with_used_styles)


def _script(name: str) -> tuple[str, str]:
    return name, (HERE / name).read_text()


def with_less(settings: str) -> str:
    """Return Vite's settings in which other modules stand for packages that no page needs."""
    lines = [
        f"      {{ find: {json.dumps(package)}, replacement: {_beside(name)} }},"
        for package, name in INSTEAD.items()
    ]
    return _put(settings, "alias: [", "\n".join(lines), VITE)


def _beside(name: str) -> str:
    return f'fileURLToPath(new URL("./{name}", import.meta.url))'


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
