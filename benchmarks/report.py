"""The report: figures as tables, printed and written into docs/performance.md, and the plot.

No measuring may come in here. Called by the command.
"""

import re
from collections.abc import Mapping, Sequence

from benchmarks.figures import Figures, table
from benchmarks.plot import Bar, bars
from benchmarks.servers import SERVERS, Server
from benchmarks.workshop import ROOT

PAGE = ROOT / "docs/performance.md"
PLOT = ROOT / "docs/performance.svg"
FLAME = ROOT / "docs/performance-flame.svg"


def comparison(figures: Figures, servers: Sequence[Server]) -> str:
    """Return the table of all servers on the same work."""
    head = ["server", "CPU µs a delivery, W=1", "deliveries/s, W=1", "CPU µs, W=16", "deliveries/s, W=16"]
    rows = [
        [
            server.label,
            figures.shown(server.key, "cpu_us_1", 1),
            figures.shown(server.key, "per_s_1"),
            figures.shown(server.key, "cpu_us_16", 1),
            figures.shown(server.key, "per_s_16"),
            figures.shown(server.key, "kib_each"),
            figures.shown(server.key, "opened_per_s"),
        ]
        for server in servers
        if server.key in figures.rows
    ]
    lines = [table([*head, "KiB a socket", "sockets opened/s"], rows)]
    for server in servers:
        lost = sum(sum(figures.rows.get(server.key, {}).get(f"lost_{window}", [])) for window in (1, 16))
        if lost:
            lines.append(f"\n{_plain(server.label)} lost {lost:,.0f} items on the way.")
    return "\n".join(lines)


def tidings_alone(figures: Figures) -> str:
    """Return the table of what only Tidings is asked."""
    shown = figures.shown
    lines = [
        ("publish to one person, committed: deliveries/s", shown("unicast", "per_s")),
        ("… CPU µs a delivery", shown("unicast", "cpu_us")),
        ("… at half that rate: p50 ms", shown("unicast", "half_p50_ms", 1)),
        ("… at half that rate: p99 ms", shown("unicast", "half_p99_ms", 1)),
        ("storm: everybody back at once, connections/s", shown("storm", "per_s")),
        ("… seconds until the last one is live", shown("storm", "seconds", 1)),
        ("… CPU µs a connection", shown("storm", "cpu_us")),
        ("… slowest sign-in meanwhile, seconds", shown("storm", "sign_in_s", 2)),
        ("a tenth stalled: p99 ms of the healthy", shown("a tenth stalled", "p99_ms", 1)),
        ("… p99 ms on the same server just before, when all read", shown("all reading", "p99_ms", 1)),
        ("… times as long", shown("a tenth stalled", "times", 2)),
        (
            "… percent of the time that the server's threads had no core",
            shown("a tenth stalled", "waited_percent"),
        ),
        ("… p99 ms by which the load client itself was late", shown("a tenth stalled", "client_late_ms", 1)),
        ("… KiB more than without, for each stalled one", _stalled_kib(figures)),
        ("idle connections", shown("heartbeats", "sockets")),
        ("… percent of a core for their heartbeats", shown("heartbeats", "percent", 1)),
        ("… percent of a core with nobody there", shown("heartbeats", "empty_percent", 1)),
    ]
    return table(["what", "median (smallest–largest)"], [list(line) for line in lines if line[1] != "–"])


def growing(figures: Figures) -> str:
    """Return the table of costs by size."""
    sizes = (" with ", " in the database")
    rows = [
        [row, figures.shown(row, "cpu_us", 1)] for row in figures.rows if any(size in row for size in sizes)
    ]
    return table(["size", "CPU µs a delivery"], rows)


def machine(figures: Figures) -> str:
    """Return the circumstances of the run."""
    return "\n".join(f"- {name}: {fact}" for name, fact in figures.facts.items())


def write(figures: Figures) -> None:
    """Put the tables into the page, and the plot beside it."""
    parts = {
        "machine": machine(figures),
        "comparison": comparison(figures, SERVERS),
        "alone": tidings_alone(figures),
        "growth": growing(figures),
    }
    fill(parts)
    PLOT.write_text(plot(figures))


def fill(parts: Mapping[str, str]) -> None:
    """Put each part into the page, between the comment that names it and the next `end`."""
    text = PAGE.read_text()
    for name, part in parts.items():
        inside = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = inside.sub(lambda found, part=part: f"{found[1]}{part}\n{found[2]}", text)
    PAGE.write_text(text)


def plot(figures: Figures) -> str:
    """Draw what one delivery costs."""
    rows = [
        Bar(
            _plain(server.label),
            values["cpu_us_1"],
            figures.median(server.key, "cpu_us_1") or 0,
            server.ours,
        )
        for server in SERVERS
        if "cpu_us_1" in (values := figures.rows.get(server.key, {}))
    ]
    subtitle = "µs of server CPU, broadcast one at a time, logarithmic; the line spans all repetitions"
    return bars("What one delivery costs", subtitle, rows)


def _plain(label: str) -> str:
    return label.replace("*", "").replace("`", "")


def _stalled_kib(figures: Figures) -> str:
    with_them = figures.median("a tenth stalled", "more_kib")
    without, stalled = figures.median("all reading", "more_kib"), figures.median("a tenth stalled", "stalled")
    if with_them is None or without is None or not stalled:
        return "–"
    return f"{max(0.0, with_them - without) / stalled:,.0f}"
