"""The dashboard and the alert rules ask only for numbers that exist, by labels that they have."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.live.site import Site
from tests.metrics.scraping import scrape
from tidings.metrics.engines import redis
from tidings.tally import EngineTally

pytestmark = pytest.mark.anyio

DEPLOY = Path(__file__).parents[2] / "deploy"
BOARD = DEPLOY / "grafana/tidings.json"
RULES = DEPLOY / "prometheus/tidings.rules.yml"
NAME = re.compile(r"\btidings_[a-z_]+")
BY = re.compile(r"\bby \(([a-z_, ]+)\)")
LABELS = {"state", "code", "name", "outcome", "why", "door", "reason", "limit", "status", "operation", "kind"}
GIVEN = {"le", "job", "instance", "version"}  # by Prometheus, or by the build


def _panels() -> list[dict[str, Any]]:
    return [panel for panel in json.loads(BOARD.read_text())["panels"] if panel["type"] != "row"]


def _rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def _queries() -> Iterator[str]:
    yield from (target["expr"] for panel in _panels() for target in panel["targets"])
    board = json.loads(BOARD.read_text())
    yield from (each["expr"] for each in board["annotations"]["list"])
    yield from (each["definition"] for each in board["templating"]["list"] if "definition" in each)
    yield from (rule["expr"] for rule in _rules())


async def test_every_query_asks_for_numbers_that_exist(wired: Site) -> None:
    there = (await scrape(wired)).declared()
    for family in redis(EngineTally()):
        there |= {family.name, *(family.name + ending for ending in ("_total", "_bucket", "_sum", "_count"))}
    asked = {name for query in _queries() for name in NAME.findall(query)}
    assert asked - there - {"tidings_"} == set()
    assert len(asked) > 20


def test_every_query_groups_by_labels_that_exist() -> None:
    asked = {
        label.strip() for query in _queries() for found in BY.findall(query) for label in found.split(",")
    }
    assert asked <= LABELS | GIVEN


def test_the_board_is_whole() -> None:
    panels = _panels()
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["targets"] for panel in panels)
    places = [(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels]
    assert len(set(places)) == len(places)
    assert all(each["gridPos"]["x"] + each["gridPos"]["w"] <= 24 for each in panels)


def test_every_alert_says_what_to_do() -> None:
    for rule in _rules():
        assert rule["labels"]["severity"] in ("warning", "critical"), rule["alert"]
        assert rule["annotations"]["summary"]
        assert rule["annotations"]["description"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not installed")
def test_prometheus_itself_accepts_rules_and_configuration() -> None:
    subprocess.run(
        ["promtool", "check", "config", str(DEPLOY / "prometheus/prometheus.yml")],
        check=True,
        capture_output=True,
    )
