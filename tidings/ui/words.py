"""The words of the pages in the reader's language: `say("Mark all read")`.

The English sentence is the key, as in gettext; `{name}` stands for a value. No other text may be written
into a page. Used by every module of this room; `scripts/words` collects the sentences.
"""

from typing import Any

import reflex as rx

from tidings.ui.pieces import javascript

WORDS = "$/public/ui/words.jsx"


class Sentence(rx.Component):
    """A sentence with components in it."""

    library = WORDS
    tag = "Sentence"

    text: rx.Var[str]
    names: rx.Var[list[str]]


class InOneLanguage(rx.Component):
    """Draws everything anew when the reader chooses another language."""

    library = WORDS
    tag = "InOneLanguage"


def say(text: str, **values: Any) -> rx.Var[str]:
    """Return `text` in the reader's language; values may be Vars."""
    return javascript("inWords", "words.js").call(text, values).to(str)


def say_count(count: Any, one: str, many: str, **values: Any) -> rx.Var[str]:
    """Return the sentence that fits a number; `{count}` in it is the number."""
    return javascript("countInWords", "words.js").call(count, one, many, values).to(str)


def say_with(text: str, **parts: rx.Component) -> rx.Component:
    """Return a sentence whose values are components: a name in bold, a growing age."""
    return Sentence.create(*parts.values(), text=text, names=list(parts))


def retold(sentence: Any) -> rx.Var[str]:
    """Return a sentence of the server or the connection, which speak English, in the reader's language."""
    return javascript("retold", "retold.js").call(sentence).to(str)


def say_list(names: Any) -> rx.Var[str]:
    """Return names as one says them: "alice, bob and carol"."""
    return javascript("listInWords", "words.js").call(names).to(str)


def direction() -> rx.Var[str]:
    """Return which way the reader's language runs: "ltr" or "rtl"."""
    return javascript("direction", "words.js").call().to(str)
