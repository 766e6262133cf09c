"""The simulation: the same every time, nobody forgotten, and its rules are those of the code."""

import re
import time
from dataclasses import replace

import pytest

from benchmarks.simulation.policy import Costs, Policy
from benchmarks.simulation.scenarios import SCENARIOS, Scenario, play
from tests.running import ROOT

POLICY, COSTS = Policy(), Costs()
NAMES = [scenario.name for scenario in SCENARIOS]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_the_same_story_is_the_same_world(scenario: Scenario) -> None:
    first, second = (play(scenario, 2_000, 4, POLICY, COSTS)[0] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_everybody_comes_back_once_and_every_try_is_counted(scenario: Scenario) -> None:
    seen, _ = play(scenario, 4_000, 4, POLICY, COSTS)
    assert len(seen.connected_at) == 4_000
    assert sum(seen.tries.values()) == 4_000 + seen.failed


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_a_core_never_does_more_than_a_second_of_work_in_a_second(scenario: Scenario) -> None:
    _, world = play(scenario, 4_000, 2, POLICY, COSTS)
    assert max(busy for worker in world.workers for busy in worker.busy_s.values()) <= 1.000001


def test_a_rolling_deploy_refuses_nobody() -> None:
    seen, _ = play(SCENARIOS[2], 8_000, 8, POLICY, COSTS)
    assert (SCENARIOS[2].name, seen.failed, seen.gave_up) == ("rolling deploy", 0, 0)


def test_draining_spreads_what_a_crash_brings_at_once() -> None:
    crash, drained = (play(SCENARIOS[place], 8_000, 8, POLICY, COSTS)[0] for place in (0, 1))
    assert drained.failed < crash.failed
    assert drained.most_tries < crash.most_tries


def test_more_workers_never_take_longer() -> None:
    ends = [play(SCENARIOS[0], 20_000, workers, POLICY, COSTS)[0].quantile(1) for workers in (1, 4, 16)]
    assert ends == sorted(ends, reverse=True)


def test_refusing_pays_only_as_far_as_it_is_cheaper_than_serving() -> None:
    ends = [
        play(SCENARIOS[0], 40_000, 1, POLICY, replace(COSTS, refusal_us=cost_us))[0].quantile(1)
        for cost_us in (0, COSTS.refusal_us, 2 * COSTS.connect_us)
    ]
    assert ends == sorted(ends)
    assert ends[0] < ends[-1]


def test_ten_thousand_browsers_are_simulated_in_no_time() -> None:
    began = time.monotonic()
    play(SCENARIOS[0], 10_000, 8, POLICY, COSTS)
    assert time.monotonic() - began < 10


def test_the_browsers_rules_are_those_of_the_code() -> None:
    text = (ROOT / "assets/live/policy.js").read_text()
    found = {
        name: value.replace("_", "") for name, value in re.findall(r"^  (\w+): (\[.*\]|[^,\n]+),", text, re.M)
    }
    delays = tuple(float(each) / 1000 for each in found["retry_delays_ms"].strip("[]").split(","))
    assert delays == POLICY.delays_s
    assert int(found["retry_max_attempts"]) == POLICY.attempts
    assert float(found["retry_jitter"]) == POLICY.jitter
    assert float(found["deadline_ms"]) / 1000 == POLICY.deadline_s
    assert float(found["breaker_ms"]) / 1000 == POLICY.breaker_s
    assert float(found["breaker_jitter"]) == POLICY.breaker_jitter
