"""The page of settings.

No default is written here: the fields of `Settings` say it. Called by __main__.py.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from tidings.reference.tables import table
from tidings.settings import Settings

HEAD = """# Settings

Environment variables, read once and checked at start: a bad value stops it with a sentence that names the
variable. Lists are separated by commas, times are seconds, and an empty variable is the same as none.

"""


def page() -> str:
    """Write the page."""
    rows = [
        (f"`TIDINGS_{name.upper()}`", _default(field), _bounds(field), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return HEAD + table(["variable", "default", "allowed", "what it decides"], rows)


def _default(field: FieldInfo) -> str:
    default: Any = field.default
    if default is PydanticUndefined:
        return ""
    if default in (None, "") or default == []:
        return ""
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, list):
        return "`" + ",".join(f"{each:g}" for each in default) + "`"  # pyright: ignore[reportUnknownVariableType]
    if isinstance(default, Path | str):
        return f"`{default}`"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def _bounds(field: FieldInfo) -> str:
    if get_origin(field.annotation) is Literal:
        return " or ".join(f"`{word}`" for word in get_args(field.annotation))
    rules = {"from": "ge", "over": "gt", "to": "le"}
    found = {
        word: getattr(rule, name)
        for word, name in rules.items()
        for rule in _rules(field)
        if hasattr(rule, name)
    }
    return " ".join(f"{word} {_written(number)}" for word, number in found.items())


def _written(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"


def _rules(field: FieldInfo) -> Iterable[Any]:
    return field.metadata
