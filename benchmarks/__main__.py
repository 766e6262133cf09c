"""The command of the benchmark: `scripts/bench [--quick] [--only NAME …] [--repetitions N] [--sockets N]`.

No measuring of its own may come in here. It ends by itself, and nothing it started is left.
"""

import argparse
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from benchmarks import alone, report
from benchmarks.figures import Figures
from benchmarks.flame import draw
from benchmarks.machine import circumstances, load_average, wait_for_quiet
from benchmarks.servers import SERVERS
from benchmarks.side_by_side import compare
from benchmarks.workshop import BENCH, CannotMeasure

ALONE = ("unicast", "storm", "stalled", "heartbeats", "growth", "flame")
UNFINISHED = "not measured to the end: "
NAMES = (*(server.key for server in SERVERS), *ALONE)


def main() -> int:
    """Run what was asked for; return the exit code."""
    signal.signal(signal.SIGTERM, _leave)  # so that what was started is ended, too
    words = _words()
    BENCH.mkdir(exist_ok=True)
    figures = Figures(facts=circumstances() | {"load average before the run": load_average()})
    try:
        _run(words, figures)
    except KeyboardInterrupt:
        return 130
    figures.facts["load average after the run (2 is what the run itself makes)"] = load_average()
    _tell(words, figures)
    return int(any(name.startswith(UNFINISHED) for name in figures.facts))


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure Tidings beside its peers.")
    parser.add_argument("--quick", action="store_true", help="one short repetition; changes no file of docs/")
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES)
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/ in any case")
    parser.add_argument("--repetitions", type=int, help="of each measurement (5)")
    parser.add_argument("--sockets", type=int, help="in the comparison (1000)", default=1000)
    words = parser.parse_args()
    words.repetitions = words.repetitions or (1 if words.quick else 5)
    return words


def _run(words: argparse.Namespace, figures: Figures) -> None:
    seconds = 1.0 if words.quick else 3.0
    servers = [server for server in SERVERS if server.key in words.only]
    with _whatever_happens("comparison", figures):
        compare(servers, figures, words.sockets, words.repetitions, seconds, _say)
    for name in ALONE:
        if name in words.only:
            _say(f"  {name}")
            wait_for_quiet()
            with _whatever_happens(name, figures):
                _measure_alone(name, figures, words, seconds)


@contextmanager
def _whatever_happens(name: str, figures: Figures) -> Generator[None]:
    """Keep what was found out so far, also when a measurement cannot be finished; the report says so."""
    try:
        yield
    except CannotMeasure as reason:
        figures.facts[UNFINISHED + name] = str(reason)
        _say(str(reason))
    figures.save(BENCH / "figures.json")


def _measure_alone(name: str, figures: Figures, words: argparse.Namespace, seconds: float) -> None:
    quick, repetitions = words.quick, words.repetitions
    few = min(2, repetitions)  # these take long, and vary little
    if name == "unicast":
        for _ in range(repetitions):
            alone.unicast(figures, "unicast", seconds)
    elif name == "storm":
        for _ in range(few):
            alone.storm(figures, 1000 if quick else 5000)
    elif name == "stalled":
        for _ in range(repetitions):
            alone.stalled_readers(figures, sockets=200, seconds=5 if quick else 15)
    elif name == "heartbeats":
        alone.heartbeats(figures, 1000 if quick else 10_000)
    elif name == "growth":
        _grow(figures, quick, few, seconds)
    else:
        place = BENCH / "flame.svg" if quick and not words.write else report.FLAME
        draw(place, 1000, 3 if quick else 8)


def _grow(figures: Figures, quick: bool, repetitions: int, seconds: float) -> None:
    sizes = (100, 1000) if quick else (100, 1000, 10_000)
    for _ in range(repetitions):
        for key in ("bare", "tidings"):
            for sockets in sizes:
                alone.growth(figures, key, sockets, seconds)
        for users in (1, 1000) if quick else (1, 1000, 100_000):
            row = f"publish to one person, {users:,} in the database"
            alone.unicast(figures, row, seconds, users, sockets=min(users, 50))


def _tell(words: argparse.Namespace, figures: Figures) -> None:
    figures.save(BENCH / "figures.json")
    parts = (
        report.machine(figures),
        report.comparison(figures, SERVERS),
        report.tidings_alone(figures),
        report.growing(figures),
    )
    print("\n\n".join(part for part in parts if part))
    if words.write or (words.only == NAMES and not words.quick):
        report.write(figures)
        _say(f"Written to {report.PAGE} and {report.PLOT}.")


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
