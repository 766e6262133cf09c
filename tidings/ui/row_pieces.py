"""The pieces of a row that are written in JavaScript, each wrapped as a component.

No layout and no words. Every class here stands for one export of a file in assets/ui.
Used by `tidings.ui.row` and `tidings.ui.selection`.
"""

from typing import Any, cast

import reflex as rx
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from tidings.ui.pieces import javascript

MARKED = "marked@18.2.1"  # tests/js/package.json has the same one


class Row(rx.Component):
    """A list item that opens; `on_read` runs when an unread one is opened."""

    library = "$/public/ui/row.jsx"
    tag = "Row"

    item: rx.Var[Any]
    on_read: rx.Var[Any]


class RowOpener(rx.Component):
    """The button of a row."""

    library = "$/public/ui/row.jsx"
    tag = "RowOpener"


class RowDetails(rx.Component):
    """What is seen while the row is open."""

    library = "$/public/ui/row.jsx"
    tag = "RowDetails"


class RowActions(rx.Component):
    """What is there while somebody is at the row."""

    library = "$/public/ui/row.jsx"
    tag = "RowActions"


class RowBox(rx.Component):
    """The box that selects the row."""

    library = "$/public/ui/selection.jsx"
    tag = "RowBox"

    name: rx.Var[str]


class RowSnooze(rx.Component):
    """A button with the snooze menu of the row; `place` tells two of one row apart."""

    library = "$/public/ui/snooze.jsx"
    tag = "RowSnooze"

    place: rx.Var[str]
    title: rx.Var[str]


class SwipeGround(rx.Component):
    """What a row uncovers when a finger moves it: the first child for done, the second for put off."""

    library = "$/public/ui/snooze_sheet.jsx"
    tag = "SwipeGround"


class Until(rx.Component):
    """ "until tomorrow 09:00"."""

    library = "$/public/ui/snooze.jsx"
    tag = "Until"

    at: rx.Var[Any]


class RowBody(rx.Component):
    """The text of a notification; the library that reads markdown is loaded when the first one is opened."""

    library = "$/public/ui/reading.jsx"
    tag = "RowBody"
    lib_dependencies: list[str] = [MARKED]  # noqa: RUF012  # Reflex makes a field of it

    item: rx.Var[Any]


class RowData(rx.Component):
    """What the sender's program said to other programs, folded."""

    library = "$/public/ui/reading.jsx"
    tag = "RowData"

    item: rx.Var[Any]


class RowTimeline(RowData):
    """What an incident said over time, fetched when somebody wants to know."""

    tag = "RowTimeline"


class LinkButton(rx.Component):
    """A link that says where it goes."""

    library = "$/public/ui/link.jsx"
    tag = "LinkButton"

    url: rx.Var[str]


class SelectionBar(rx.Component):
    """Shows its children while something of `items` is selected."""

    library = "$/public/ui/selection.jsx"
    tag = "SelectionBar"

    items: rx.Var[Any]
    name: rx.Var[str]


class SelectedSnooze(rx.Component):
    """A button with the snooze menu for all that are selected."""

    library = "$/public/ui/snooze.jsx"
    tag = "SelectedSnooze"

    title: rx.Var[str]


class Keyboard(rx.Component):
    """Listens to the keys, and shows the help."""

    library = "$/public/ui/keyboard.jsx"
    tag = "Keyboard"


def doing(name: str, *words: Any, file: str = "acting.js") -> FunctionVar[Any]:
    """Return an event handler that calls a function of assets/ui; no event travels to the server."""
    call = javascript(name, file).call(*words)
    return cast("FunctionVar[Any]", ArgsFunctionOperation.create((), call))
