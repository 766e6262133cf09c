"""The overview as Vars: what the server tells the operator's page, second by second.

No layout. Used by live.py and connected.py; each class stands for one export of onlooker.jsx.
"""

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from tidings.ui.pieces import javascript

OVERVIEW = "$/public/ui/onlooker.jsx"
HOOK = VarData(
    imports={OVERVIEW: [rx.ImportVar(tag="useOverview")]}, hooks={"const overview = useOverview();": None}
)
Rows = list[dict[str, Any]]


class Onlooker(rx.Component):
    """Keeps the overview coming."""

    library = OVERVIEW
    tag = "Onlooker"


class Plot(rx.Component):
    """The last minutes of one number."""

    library = OVERVIEW
    tag = "Plot"

    field: rx.Var[str]
    title: rx.Var[str]
    unit: rx.Var[str]


class Legend(rx.Component):
    """Whose line is whose, when there are several."""

    library = OVERVIEW
    tag = "Legend"


def seen(path: str, kind: Any) -> Any:
    """Return a part of what was told last."""
    return rx.Var(f"overview.{path}", _var_type=kind, _var_data=HOOK).guess_type()


def find() -> Any:
    """Return an event handler for an input that narrows who is shown, as one types."""
    text = rx.Var("text", _var_type=str)  # Reflex has taken it out of the event already
    function = rx.Var("overview.find", _var_data=HOOK).to(FunctionVar)
    return ArgsFunctionOperation.create(("text",), function.call(text))


def split_by(split: str) -> Any:
    """Return an event handler that draws all together, or each host or worker by itself."""
    function = rx.Var("overview.splitBy", _var_data=HOOK).to(FunctionVar)
    return ArgsFunctionOperation.create((), function.call(split))


def said(function: str, *values: Any) -> rx.Var[str]:
    """Return something of the overview in words."""
    return javascript(function, "onlooker.jsx").call(*values).to(str)
