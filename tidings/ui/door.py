"""A JSON door of the server as client-side Vars: what it said, whether it is still asked, and commands.

No fetch happens in Python and no State is used: a Var is a piece of JavaScript, a command a call
(assets/ui/door.jsx). Used by the pages that show something besides the live connection.
"""

from typing import Any

import reflex as rx
from reflex.vars import ArrayVar, BooleanVar, StringVar, VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LIBRARY = "$/public/ui/door.jsx"


class KnowsMe(rx.Component):
    """Keeps at hand who is signed in."""

    library = LIBRARY
    tag = "KnowsMe"


class AdminOnly(rx.Component):
    """Shows its children to admins; the server decides by itself."""

    library = LIBRARY
    tag = "AdminOnly"


class Door:
    """One door. All components of a page that name it share one answer.

    Args:
        name: how it is called in the page's JavaScript.
        path: where it is.
        items: the field of its answer that is a list, when it comes in pages.
        cursor: the parameter by which the next page is asked for.
    """

    def __init__(self, name: str, path: str, items: str = "", cursor: str = "") -> None:
        self._name = name
        arguments = ", ".join(f'"{text}"' for text in (path, items, cursor))
        self._hook = VarData(
            imports={LIBRARY: [rx.ImportVar(tag="useDoor")]},
            hooks={f"const {name} = useDoor({arguments});": None},
        )

    def value(self, field: str, kind: Any) -> Any:
        """Return a field of the answer; meaningless before `is_open`."""
        return self._var(f"value?.{field}", kind)

    def items(self, field: str, kind: Any) -> ArrayVar[Any]:
        """Return a list of the answer; empty before there is one."""
        return rx.Var(
            f"({self._name}.value?.{field} ?? [])", _var_type=kind, _var_data=self._hook
        ).guess_type()

    @property
    def is_open(self) -> BooleanVar:
        """Whether there is an answer."""
        return self._var("value", bool).bool()

    @property
    def loading(self) -> BooleanVar:
        """Whether nothing was answered yet."""
        return self._var("loading", bool)

    @property
    def error(self) -> StringVar[str]:
        """What went wrong, as a sentence; else empty."""
        return self._var("error", str)

    @property
    def forbidden(self) -> BooleanVar:
        """Whether this person may not see it."""
        return self._var("forbidden", bool)

    @property
    def has_more(self) -> BooleanVar:
        """Whether there is another page."""
        return self._var("hasMore", bool)

    @property
    def loading_more(self) -> BooleanVar:
        """Whether another page is on its way."""
        return self._var("loadingMore", bool)

    def asked(self, parameter: str) -> StringVar[str]:
        """Return what the list is narrowed by."""
        expression = f'({self._name}.query["{parameter}"] ?? "")'
        return rx.Var(expression, _var_type=str, _var_data=self._hook).guess_type()

    def refresh(self) -> Any:
        """Ask again."""
        return self._command("refresh")

    def more(self) -> Any:
        """Ask for the next page."""
        return self._command("more")

    def ask(self, parameter: str, value: Any) -> FunctionVar[Any]:
        """Narrow the list."""
        return self._function("ask").call({parameter: value})

    def narrow(self, parameter: str, value: str) -> Any:
        """Return an event handler that narrows the list to one value."""
        return ArgsFunctionOperation.create((), self.ask(parameter, value))

    def typed(self, parameter: str) -> Any:
        """Return an event handler for an input that narrows the list as one types."""
        text = rx.Var("text", _var_type=str)  # Reflex hands over what was typed, then the event
        return ArgsFunctionOperation.create(("text",), self.ask(parameter, text))

    def _var(self, path: str, kind: Any) -> Any:
        return rx.Var(f"{self._name}.{path}", _var_type=kind, _var_data=self._hook).guess_type()

    def _function(self, name: str) -> FunctionVar[Any]:
        return rx.Var(f"{self._name}.{name}", _var_data=self._hook).to(FunctionVar)

    def _command(self, name: str) -> Any:
        return ArgsFunctionOperation.create((), self._function(name).call())
