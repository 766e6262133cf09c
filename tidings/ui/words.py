"""The words of the pages in the reader's language: `say("Mark all read")`.

The English sentence is the key, as in gettext; `{name}` stands for a value. No other text may be written
into a page. Used by every module of this room.
"""

from typing import Any

import reflex as rx

from tidings.ui.pieces import javascript


def say(text: str, **values: Any) -> rx.Var[str]:
    """Return `text` in the reader's language; values may be Vars."""
    return javascript("inWords", "words.js").call(text, values).to(str)
