"""Several workers, one page: every family once, every sample with its worker."""

import os
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.metrics.scraping import Numbers
from tidings.metrics.siblings import OLD_S, Siblings, merged

PAGE = """# HELP tidings_things_total Things that were "done".
# TYPE tidings_things_total counter
tidings_things_total{{kind="a{{b} c"}} {things}
# HELP tidings_lag_seconds How late.
# TYPE tidings_lag_seconds histogram
tidings_lag_seconds_bucket{{le="0.1"}} {things}
tidings_lag_seconds_bucket{{le="+Inf"}} {things}
tidings_lag_seconds_count {things}
tidings_lag_seconds_sum 0.5
"""


def page(things: float) -> str:
    return PAGE.replace("{{", "{").replace("}}", "}").replace("{things}", str(things))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "metrics"


def test_two_pages_become_one_that_prometheus_reads() -> None:
    families = list(text_string_to_metric_families(merged({0: page(1.0), 1: page(2.0)})))
    assert [family.name for family in families] == ["tidings_things", "tidings_lag_seconds"]
    told = {(each.labels["kind"], each.labels["worker"]): each.value for each in families[0].samples}
    assert told == {("a{b} c", "0"): 1.0, ("a{b} c", "1"): 2.0}
    assert [each.labels["worker"] for each in families[1].samples].count("1") == 4


def test_whoever_is_asked_answers_for_all(folder: Path) -> None:
    first, second = Siblings(folder, 0), Siblings(folder, 1)
    first.leave(page(1.0).encode())
    second.leave(page(2.0).encode())
    for numbers in (
        Numbers(first.together(page(3.0).encode()).decode()),
        Numbers(second.together(page(2.0).encode()).decode()),
    ):
        assert numbers.of("tidings_things_total", worker="1") == 2.0
    assert Numbers(first.together(page(3.0).encode()).decode()).of("tidings_things_total", worker="0") == 3.0


def test_a_worker_that_left_or_fell_silent_is_no_longer_counted(folder: Path) -> None:
    first, second, third = (Siblings(folder, number) for number in range(3))
    for number, each in enumerate((first, second, third)):
        each.leave(page(number).encode())
    second.go()
    (silent,) = folder.glob("*-2.prom")
    long_ago = silent.stat().st_mtime - OLD_S - 1
    os.utime(silent, (long_ago, long_ago))
    numbers = Numbers(first.together(page(0).encode()).decode())
    assert {each.labels["worker"] for each in numbers.samples} == {"0"}
