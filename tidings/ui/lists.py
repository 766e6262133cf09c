"""The pieces around the list that are written in JavaScript, as components, and going elsewhere.

No layout and no words. Every class here stands for one export of a file in assets/ui.
Used by `tidings.ui.feed`, `tidings.ui.frame`, `tidings.ui.rail` and `tidings.ui.search`.
"""

from typing import Any

import reflex as rx
from reflex.vars.function import FunctionVar

from tidings.live import websocket
from tidings.ui.pieces import javascript
from tidings.ui.row_pieces import doing

VIEWS = ("inbox", "unread", "snoozed", "archived", "all")


class Place(rx.Component):
    """Lets the list look where the address says."""

    library = "$/public/ui/place.jsx"
    tag = "Place"


class SearchBox(rx.Component):
    """The field one searches in."""

    library = "$/public/ui/place.jsx"
    tag = "SearchBox"

    label: rx.Var[str]
    placeholder: rx.Var[str]


class LongList(rx.Component):
    """A list of which only what is near the eye is in the page. `row` makes a component of an item."""

    library = "$/public/ui/long_list.jsx"
    tag = "LongList"

    items: rx.Var[Any]
    row: rx.Var[Any]
    name: rx.Var[str]
    asked: rx.Var[str]
    is_more: rx.Var[bool]
    load: rx.Var[Any]


class FollowsOverview(rx.Component):
    """Asks for the overview again when something was put off or came back."""

    library = "$/public/ui/overview.jsx"
    tag = "FollowsOverview"

    snoozed: rx.Var[int]


class Marked(rx.Component):
    """A text in which the words that are searched for are marked."""

    library = "$/public/ui/marked.jsx"
    tag = "Marked"

    text: rx.Var[str]


class MarkedLine(Marked):
    """The line of a text that was found, else the one given as its first."""

    tag = "MarkedLine"

    first: rx.Var[str]


def narrow(**changes: Any) -> FunctionVar[Any]:
    """Return an event handler that changes a part of the question; the address says it."""
    return doing("narrow", changes, file="place.js")


def widen() -> FunctionVar[Any]:
    """Return an event handler that takes filters and search away."""
    return doing("widen", file="place.js")


def address_of(**question: Any) -> rx.Var[str]:
    """Return the address of a question."""
    return javascript("addressOf", "place.js").call(question).to(str)


def is_narrowed() -> rx.Var[bool]:
    """Tell whether filters or a search narrow the view."""
    return javascript("isNarrowed", "place.js").call(websocket.question).to(bool)


def key_of_list() -> rx.Var[str]:
    """Return a name for what is looked at."""
    return javascript("addressOf", "place.js").call(websocket.question).to(str)
