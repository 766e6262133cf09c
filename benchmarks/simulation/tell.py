"""The figures of the simulation as tables and a plot, and the sums that need no simulation.

Nothing is simulated here. Called by __main__.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from benchmarks.plot import STYLE
from benchmarks.simulation.policy import Costs, Policy
from benchmarks.simulation.world import Seen, World

SIZES = (("one core", 1), ("one host, 8 cores", 8), ("ten hosts, 80 cores", 80))
CARRIED = 10_000  # connections a core, by which the table of sizes goes
CALM = 0.5  # of a core may be used in everyday life; the other half is for storms
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 960, 420, 70, 64, 50
COLOURS = ("#3e63dd", "#e5484d", "#30a46c", "#f76b15", "#8e4ec6")


@dataclass(frozen=True)
class Outcome:
    """One scenario, played."""

    name: str
    back_s: float | None
    seen: Seen
    world: World

    @property
    def peak_cpu(self) -> float:
        """The busiest second of all cores together, as a share."""
        seconds = {second for worker in self.world.workers for second in worker.busy_s}
        busiest = max(sum(worker.busy_s[second] for worker in self.world.workers) for second in seconds)
        return busiest / len(self.world.workers)

    def row(self) -> list[str]:
        """Return the row of the table; times count from when the last worker is back."""
        back_s = self.back_s
        shares = (0.5, 0.99, 1.0)
        after = [
            "–" if back_s is None else f"{max(0.0, self.seen.quantile(share) - back_s):,.1f}"
            for share in shares
        ]
        queue_s = max(worker.longest_wait_s for worker in self.world.workers)
        return [
            f"{len(self.seen.connected_at):,}",
            str(len(self.world.workers)),
            self.name,
            f"{self.seen.most_tries:,}",
            *after,
            f"{queue_s:,.1f}",
            f"{self.peak_cpu:.0%}",
            f"{self.seen.failed:,}",
            f"{self.seen.gave_up:,}",
        ]


HEAD = (
    "browsers",
    "cores",
    "what happens",
    "most tries a second",
    "half live after, s",
    "99 %",
    "all",
    "longest queue, s",
    "busiest second, CPU",
    "tries in vain",
    "had given up",
)


def capacity(costs: Costs, policy: Policy) -> list[list[str]]:
    """Compute what each size carries with half of its CPU."""
    rows: list[list[str]] = []
    for name, cores in SIZES:
        budget_us = cores * 1e6 * CALM
        beat_us = costs.heartbeat_us / policy.heartbeat_s
        connections = CARRIED * cores
        left_us = budget_us - connections * beat_us
        gib = (connections * costs.connection_kib / 1024 + cores * costs.process_mib) / 1024
        rows.append(
            [
                name,
                f"{connections:,}",
                f"{connections * beat_us / cores / 1e6:.0%}",
                f"{gib:,.1f}",
                f"{left_us / costs.unicast_us:,.0f}",
                f"{left_us / costs.delivery_us:,.0f}",
                f"{cores * 1e6 / costs.connect_us:,.0f}",
            ]
        )
    return rows


CAPACITY_HEAD = (
    "size",
    "connections",
    "heartbeats, of a core each",
    "memory, GiB",
    "or publications to one, a second",
    "or deliveries of broadcasts, a second",
    "sign-ons a second at full load",
)


def without_redis(costs: Costs, policy: Policy, clients: int) -> list[list[str]]:
    """Compute what asking the database costs while Redis is away."""
    rows: list[list[str]] = []
    for name, cores in SIZES:
        asked = clients / policy.look_s
        share = asked * costs.look_us / 1e6 / cores
        rows.append(
            [name, f"{asked:,.0f}", f"{share:.1%}", f"{policy.look_s / 2:.1f}", f"{policy.look_s:.0f}"]
        )
    return rows


REDIS_HEAD = (
    "size",
    "positions asked for, a second",
    "of a core each",
    "late on average, s",
    "late at most, s",
)


def curves(title: str, subtitle: str, outcomes: Sequence[Outcome], longest_s: float) -> str:
    """Draw which share is live again over time."""

    def x(seconds: float) -> float:
        return LEFT + (WIDTH - LEFT - 30) * seconds / longest_s

    def y(share: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{escape(title)}</title><style>{STYLE}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
        f'<text class="soft" x="16" y="46">{escape(subtitle)}</text>',
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 30}" y1="{y(share)}" y2="{y(share)}"/>')
        parts.append(
            f'<text class="soft" x="{LEFT - 8}" y="{y(share) + 4}" text-anchor="end">{share:.0%}</text>'
        )
    for tick in range(7):
        seconds = longest_s * tick / 6
        place = f'x="{x(seconds):.0f}" y="{HEIGHT - 26}" text-anchor="middle"'
        parts.append(f'<text class="soft" {place}>{seconds:.0f} s</text>')
    for place, outcome in enumerate(outcomes):
        points = " ".join(f"{x(seconds):.1f},{y(share):.1f}" for seconds, share in _steps(outcome, longest_s))
        colour, left = COLOURS[place], LEFT + place * 178
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<rect x="{left}" y="{HEIGHT - 14}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text class="soft" x="{left + 14}" y="{HEIGHT - 5}">{escape(outcome.name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _steps(outcome: Outcome, longest_s: float) -> list[tuple[float, float]]:
    times = sorted(max(0.0, at - (outcome.back_s or 0.0)) for at in outcome.seen.connected_at)
    count = len(times)
    marks = [(times[min(count - 1, count * place // 200)], place / 200) for place in range(201)]
    return [(0.0, 0.0), *[mark for mark in marks if mark[0] <= longest_s]]
