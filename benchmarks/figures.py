"""Figures: what was measured, run by run, and the words for it.

No measuring may come in here. Called by the measures (to note) and by the report (to read).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

Values = dict[str, list[float]]  # metric -> one value a repetition


@dataclass
class Figures:
    """Everything one run has found out, by row and metric."""

    rows: dict[str, Values] = field(default_factory=dict[str, Values])
    facts: dict[str, str] = field(default_factory=dict[str, str])

    def note(self, row: str, **values: float) -> None:
        """Add one repetition's values to a row."""
        for metric, value in values.items():
            self.rows.setdefault(row, {}).setdefault(metric, []).append(value)

    def median(self, row: str, metric: str) -> float | None:
        """Return the middle value, or None when it was not measured."""
        values = self.rows.get(row, {}).get(metric)
        return median(values) if values else None

    def shown(self, row: str, metric: str, digits: int = 0) -> str:
        """Return the middle value and the smallest and largest beside it."""
        values = self.rows.get(row, {}).get(metric)
        if not values:
            return "–"
        middle = number(median(values), digits)
        if len(values) == 1:
            return middle
        return f"{middle} ({number(min(values), digits)}–{number(max(values), digits)})"

    def save(self, path: Path) -> None:
        """Keep everything as JSON."""
        path.write_text(json.dumps({"facts": self.facts, "rows": self.rows}, indent=1))


def number(value: float, digits: int) -> str:
    """Write a number for people."""
    return f"{value:,.{digits}f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """Lay rows out as a Markdown table, columns of numbers to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = [
        _line(head, widths),
        _line([_rule(column, width) for column, width in enumerate(widths)], widths),
    ]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _rule(column: int, width: int) -> str:
    return "-" * width if column == 0 else "-" * (width - 1) + ":"


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return "| " + " | ".join(padded) + " |"
