"""Several reports made one: everybody's people, endings and senders, and the health as the worst off see it.

Nothing is remembered and nobody is asked here. Called by broadcast.py.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import Any

from tidings.overview import facts
from tidings.overview.report import DatabaseHealth, Engine, Found, Place, Report
from tidings.overview.sample import TOP

Reports = Mapping[str, Report]  # by worker


def sections(reports: Reports) -> dict[str, Any]:
    """Return what is told to everybody who looks."""
    every = list(reports.values())
    answers = [report.redis for report in every if report.redis is not None]
    return {
        "senders": senders(every),
        "endings": endings(reports),
        "database": database([report.database for report in every]),
        "redis": engine(answers) if answers else None,
    }


def worker(name: str, place: Place, report: Report | None, silent_s: float | None = None) -> dict[str, Any]:
    """Return what is told of one process; of one that never said anything, only where it is."""
    where = {"id": name, **place.model_dump(), "silent_s": None if silent_s is None else round(silent_s)}
    if report is None:
        return where | {"process": None, "sample": None, "database_up": None, "redis_up": None}
    return where | {
        "process": report.process.model_dump(),
        "sample": report.sample,
        "database_up": report.database.up,
        "redis_up": None if report.redis is None else report.redis.up,
    }


def people(reports: Reports, search: str) -> dict[str, Any]:
    """Return who is connected anywhere: those for whom bytes wait first, then the newest."""
    nobody = Found(found=0, rows=[])
    found = {worker: report.people.get(search, nobody) for worker, report in reports.items()}
    rows = [
        (row.waiting_bytes > 0, row.since, worker, row) for worker, one in found.items() for row in one.rows
    ]
    shown = nlargest(facts.MOST_SHOWN, rows, key=lambda each: each[:3])
    return {
        "search": search,
        "found": sum(each.found for each in found.values()),
        "rows": [row.model_dump() | {"worker": worker} for _, _, worker, row in shown],
    }


def endings(reports: Reports) -> list[dict[str, Any]]:
    """Return the last endings anywhere, the newest first."""
    every = [
        each.model_dump() | {"worker": worker}
        for worker, report in reports.items()
        for each in report.endings
    ]
    return sorted(every, key=lambda each: each["at"], reverse=True)[: facts.MOST_ENDINGS]


def senders(reports: Iterable[Report]) -> list[dict[str, Any]]:
    """Return who published most, through whichever worker."""
    counted: Counter[str] = Counter()
    for report in reports:
        counted.update(report.senders)
    return [{"name": name, "notifications": times} for name, times in counted.most_common(TOP) if times]


def engine(seen: list[Engine]) -> dict[str, Any]:
    """Return how an engine answers the one that waits longest; up when it answers everybody."""
    return {
        "up": all(each.up for each in seen),
        "usual_ms": _most(each.usual_ms for each in seen),
        "slow_ms": _most(each.slow_ms for each in seen),
        "errors": sum(each.errors for each in seen),
    }


def database(seen: list[DatabaseHealth]) -> dict[str, Any]:
    """Return how the database does, for everybody together."""
    return {
        "kind": seen[0].kind,
        "up": all(each.up for each in seen),
        "waiting": sum(each.waiting for each in seen),
        "busy": sum(each.busy for each in seen),
        "batch": _most(each.batch for each in seen),
        "reads": engine([each.reads for each in seen]),
        "writes": engine([each.writes for each in seen]),
    }


def _most(amounts: Iterable[float | None]) -> float | None:
    return max((amount for amount in amounts if amount is not None), default=None)
