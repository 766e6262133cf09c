"""Tables of Markdown. No fact comes in here. Used by the pages of this room."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out as a table; what would break a cell is escaped."""
    lines = [_line(head), "|" + " --- |" * len(head)]
    return "\n".join([*lines, *(_line([_safe(cell) for cell in row]) for row in rows)]) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _safe(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
