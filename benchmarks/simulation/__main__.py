"""The command: `python -m benchmarks.simulation [--clients N] [--write]`. Prints tables; writes on request.

Nothing is computed here. It needs no server and takes about half a minute.
"""

import argparse
import math
import re
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.figures import table
from benchmarks.simulation.policy import Costs, Policy
from benchmarks.simulation.scenarios import SCENARIOS, Scenario, play
from benchmarks.simulation.tell import (
    CAPACITY_HEAD,
    CARRIED,
    HEAD,
    REDIS_HEAD,
    SIZES,
    Outcome,
    capacity,
    curves,
    without_redis,
)

DOCS = Path(__file__).parents[2] / "docs"
DRAWN = 8  # cores


def main() -> None:
    """Play everything and tell it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--write", action="store_true", help="into docs/scale.md and docs/scale.svg")
    words = parser.parse_args()
    policy, costs, began = Policy(), Costs(), time.monotonic()
    patient = replace(policy, longest_queue_s=math.inf)
    played = {
        cores: _play_all(min(words.clients, CARRIED * cores), cores, policy, costs) for _, cores in SIZES
    }
    crash = SCENARIOS[0]
    overload = [
        replace(_played(crash, words.clients, 1, patient, costs), name="crash, and nobody is refused"),
        replace(_played(crash, words.clients, 1, policy, costs), name="… refused beyond 3 s in line"),
    ]
    drawn = [outcome for outcome in played[DRAWN] if outcome.back_s is not None]
    tables = {
        "capacity": table(list(CAPACITY_HEAD), capacity(costs, policy)),
        "storms": table(list(HEAD), [each.row() for outcomes in played.values() for each in outcomes]),
        "overload": table(list(HEAD), [each.row() for each in overload]),
        "redis": table(list(REDIS_HEAD), without_redis(costs, policy, words.clients)),
    }
    for name, text in tables.items():
        print(f"\n{name}\n{text}")
    print(f"simulated in {time.monotonic() - began:.0f} s")
    if words.write:
        _write(tables, drawn, words.clients)


def _play_all(clients: int, cores: int, policy: Policy, costs: Costs) -> list[Outcome]:
    return [_played(scenario, clients, cores, policy, costs) for scenario in SCENARIOS]


def _played(scenario: Scenario, clients: int, cores: int, policy: Policy, costs: Costs) -> Outcome:
    seen, world = play(scenario, clients, cores, policy, costs)
    return Outcome(scenario.name, scenario.back_s, seen, world)


def _write(tables: dict[str, str], drawn: list[Outcome], clients: int) -> None:
    page = DOCS / "scale.md"
    text = page.read_text()
    for name, content in tables.items():
        text = re.sub(
            rf"<!-- {name} -->.*?<!-- end -->",
            f"<!-- {name} -->\n{content}\n<!-- end -->",
            text,
            flags=re.DOTALL,
        )
    page.write_text(text)
    title = f"{min(clients, CARRIED * DRAWN):,} browsers come back to {DRAWN} workers"
    subtitle = "share that is live again, by seconds since the last worker is back; simulated"
    (DOCS / "scale.svg").write_text(curves(title, subtitle, drawn, 120.0))


if __name__ == "__main__":
    main()
