"""What can befall an installation, each told as: who loses their connection when, and which worker is away.

No figure is computed here. Called by __main__.py and by the test.
"""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.simulation.policy import Costs, Policy
from benchmarks.simulation.workers import Worker
from benchmarks.simulation.world import Seen, World

START_S = 3.0  # a worker's start, measured warm: 2.2 s, and one more on a busy machine
Story = Callable[[World, int], None]


def crash(world: World, clients: int) -> None:
    """All workers die at once without a word, and are back after their start."""
    for worker in world.workers:
        worker.down_from_s, worker.up_at_s = 0.0, START_S
    world.cut(0.0, clients)


def restart(world: World, clients: int) -> None:
    """All workers are told to stop at once: everybody hears when to come back, spread over the window."""
    policy = world.policy
    for worker in world.workers:
        worker.down_from_s, worker.up_at_s = 0.0, START_S
    spread = policy.drain_window_s / clients
    world.lose(0.0, [policy.drain_from_s + spread * place for place in range(clients)])


def rolling(world: World, clients: int) -> None:
    """One worker after the other drains, each when the one before is back; the others take its people in."""
    policy, count = world.policy, len(world.workers)
    each = clients // count
    for number, worker in enumerate(world.workers):
        begins = number * (policy.drain_from_s + policy.drain_window_s + START_S)
        worker.down_from_s, worker.up_at_s = begins, begins + START_S
        spread = policy.drain_window_s / each
        world.lose(begins, [policy.drain_from_s + spread * place for place in range(each)])


def cable(world: World, clients: int) -> None:
    """The network is away for a minute; every browser notices its return (`online`) within a second."""
    world.lose(60.0, [place / clients for place in range(clients)])


def outage(world: World, clients: int) -> None:
    """The servers are away for five minutes: every browser has given up and asks once a minute."""
    for worker in world.workers:
        worker.down_from_s, worker.up_at_s = 0.0, 300.0
    world.cut(0.0, clients)


@dataclass(frozen=True)
class Scenario:
    """A story with its name. Recovery counts from `back_s`, when all are back; None: none is missed."""

    name: str
    story: Story
    back_s: float | None


SCENARIOS = (
    Scenario("crash of all, back after 3 s", crash, START_S),
    Scenario("restart of all, drained", restart, START_S),
    Scenario("rolling deploy", rolling, None),
    Scenario("network away for a minute", cable, 60.0),
    Scenario("servers away for 5 minutes", outage, 300.0),
)


def play(scenario: Scenario, clients: int, workers: int, policy: Policy, costs: Costs) -> tuple[Seen, World]:
    """Let it happen to so many browsers at so many workers."""
    world = World(
        [Worker(policy.longest_queue_s, costs.refusal_us / 1e6) for _ in range(workers)], policy, costs
    )
    scenario.story(world, clients)
    return world.run(), world
