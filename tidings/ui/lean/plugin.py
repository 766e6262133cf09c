"""The plugin that teaches Reflex's build what to leave out.

No component comes in here. Used by rxconfig.py; of the scripts beside it one runs in the build, the rest in
pages.
"""

import json
import re
from pathlib import Path
from typing import Any

import reflex as rx

HERE = Path(__file__).parent
STYLES = "used_styles.js"
VITE, POSTCSS, DOCUMENT = "vite.config.js", "postcss.config.js", "app/_document.js"
# What the pages take from Radix Themes, as its style sheet names it: `.rt-BaseMenuItem` belongs to BaseMenu.
USED = ("BaseMenu", "DropdownMenu", "Popover", "Popper", "ScrollArea")


# Packages that Reflex imports into every page, and what stands for them in ours.
INSTEAD = {
    "socket.io-client": "no_socket.js",
    "universal-cookie": "no_cookies.js",
    "@emotion/react": "plain_jsx.js",
    "@radix-ui/react-tooltip": "no_tooltips.js",
    "@radix-ui/themes": "late_radix.js",
}
AFTER_STYLES, PARTS = "after_styles.js", "radix_parts.js"
# How scripts are put together: each file is a question of its own on the line, so a page loads few. Vite
# alone makes fifteen, of which seven are smaller than what is said around them. The counts are of pages.
GROUPS = (
    {"name": "router", "test": "node_modules/(react|react-router|scheduler)/"},
    {"name": "base", "minShareCount": 12},  # all pages, the sign-in, too
    {"name": "frame", "minShareCount": 8},  # those of people who are signed in
)


class BuildHasChanged(RuntimeError):
    """Reflex writes its build's settings otherwise than it did, so that nothing could be left out."""


class LeanPages(rx.plugins.Plugin):
    """Leaves out of the bundle what these pages never use.

    They hold no state on the server (`enable_state=False`), so Reflex's socket is never opened and none of
    its cookies is read; they are styled by sheets and classes; of Radix' components they draw a menu
    and a popover, which come later than the rest.
    """

    def pre_compile(self, **context: Any) -> None:
        """Lay the scripts beside Reflex's settings, and name them there."""
        for name in (STYLES, AFTER_STYLES, PARTS, *INSTEAD.values()):
            context["add_save_task"](_script, name)
        context["add_modify_task"](VITE, with_less)
        context["add_modify_task"](VITE, with_few_scripts)
        context["add_modify_task"](POSTCSS, with_used_styles)
        context["add_modify_task"](DOCUMENT, with_styles_first)


def _script(name: str) -> tuple[str, str]:
    return name, (HERE / name).read_text()


def with_less(settings: str) -> str:
    """Return Vite's settings in which other modules stand for packages that no page needs."""
    lines = [
        f"      {{ find: /^{re.escape(package).replace('/', '[/]')}$/, replacement: {_beside(name)} }},"
        for package, name in INSTEAD.items()
    ]
    return _put(settings, "alias: [", "\n".join(lines), VITE)


def with_few_scripts(settings: str) -> str:
    """Return Vite's settings in which scripts are put together by who needs them."""
    expression = "({ ...group, test: new RegExp(group.test ?? '') })"
    line = f"            ...{json.dumps(GROUPS)}.map((group) => {expression}),"
    return _put(settings, "groups: [", line, VITE)


def _beside(name: str) -> str:
    return f'fileURLToPath(new URL("./{name}", import.meta.url))'


def with_used_styles(settings: str) -> str:
    """Return PostCSS's settings in which rules for other components are dropped once all sheets are one."""
    words = json.dumps({"sheet": "@radix-ui/themes/components.css", "used": USED})
    return _put(settings, '"postcss-import": {},', f'    "./{STYLES}": {words},', POSTCSS)


def with_styles_first(document: str) -> str:
    """Return the frame of every page, with scripts that are asked for after the styles."""
    line = f'import {{ScriptsAfterStyles}} from "$/{AFTER_STYLES}"'
    if line in document:
        return document
    theirs, ours = "jsx(Scripts,{},)", "jsx(ScriptsAfterStyles,{},)"
    _needs(document, theirs, DOCUMENT)
    return f"{line}\n{document.replace(theirs, ours)}"


def _put(settings: str, after: str, line: str, name: str) -> str:
    if line in settings:
        return settings  # `reflex run` compiles again and again
    _needs(settings, after, name)
    return settings.replace(after, f"{after}\n{line}", 1)


def _needs(text: str, part: str, name: str) -> None:
    if part not in text:
        raise BuildHasChanged(f"Reflex's {name} has no line `{part}` any more; see {__file__}.")
