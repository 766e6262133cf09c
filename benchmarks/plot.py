"""The plot: what one delivery costs, as bars on a logarithmic scale, written as SVG by hand.

No measuring and no foreign library may come in here. Called by the report.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LABELS, LINE, TOP = 960, 430, 30, 64
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1c2024 }
  .title { font-weight: 600; font-size: 15px } .soft { fill: #60646c }
  .bar { fill: #b9bbc6 } .ours { fill: #3e63dd } .spread { stroke: #1c2024; stroke-width: 1.5 }
  .grid { stroke: #e0e1e6 } .ground { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #edeef0 } .soft { fill: #b0b4ba } .bar { fill: #5a6169 } .ours { fill: #849dff }
    .spread { stroke: #edeef0 } .grid { stroke: #363a3f } .ground { fill: #111113 }
  }"""


@dataclass(frozen=True)
class Bar:
    """One row: its name, its values, and whether it is ours."""

    label: str
    values: Sequence[float]
    middle: float
    ours: bool


def bars(title: str, subtitle: str, rows: Sequence[Bar]) -> str:
    """Draw the bars, the smallest value first, with the spread of the repetitions as a line."""
    rows = sorted(rows, key=lambda row: row.middle)
    low = 10 ** math.floor(math.log10(min(min(row.values) for row in rows)))
    high = max(max(row.values) for row in rows) * 1.3

    def x(value: float) -> float:
        return LABELS + (WIDTH - LABELS - 70) * math.log(value / low) / math.log(high / low)

    height = TOP + LINE * len(rows) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
        f'<text class="soft" x="16" y="46">{escape(subtitle)}</text>',
    ]
    tick = low
    while tick < high:
        parts.append(
            f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{TOP}" y2="{height - 24}"/>'
        )
        parts.append(
            f'<text class="soft" x="{x(tick):.1f}" y="{height - 8}" text-anchor="middle">{tick:g}</text>'
        )
        tick *= 10
    for place, row in enumerate(rows):
        parts += _bar(row, TOP + LINE * place, x)
    return "\n".join([*parts, "</svg>\n"])


def _bar(row: Bar, top: float, x: Callable[[float], float]) -> list[str]:
    middle, kind = top + LINE / 2, "ours" if row.ours else "bar"
    least, end, most = x(min(row.values)), x(row.middle), x(max(row.values))
    size = f'width="{end - LABELS:.1f}" height="{LINE - 12}"'
    return [
        f'<text x="{LABELS - 10}" y="{middle + 4}" text-anchor="end">{escape(row.label)}</text>',
        f'<rect class="{kind}" x="{LABELS}" y="{top + 6}" {size} rx="2"/>',
        f'<line class="spread" x1="{least:.1f}" x2="{most:.1f}" y1="{middle}" y2="{middle}"/>',
        f'<text x="{most + 8:.1f}" y="{middle + 4}">{row.middle:.1f}</text>',
    ]
