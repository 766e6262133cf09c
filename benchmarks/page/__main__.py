"""The command of the page's benchmark: `scripts/bench page [--quick] [--only NAME …] [--repetitions N]`.

No measuring of its own may come in here. It ends by itself, and nothing it started is left.
"""

import argparse
import sys

from playwright.sync_api import sync_playwright

from benchmarks.figures import Figures
from benchmarks.machine import circumstances, load_average
from benchmarks.page import report
from benchmarks.page.scores import score
from benchmarks.page.scrolling import scroll
from benchmarks.page.seen import arrivals, mark_all, visits, welcome
from benchmarks.page.site import open_site
from benchmarks.page.weight import weigh
from benchmarks.report import fill
from benchmarks.workshop import BENCH

ONCE = {"weight": weigh}
OFTEN = {"visits": visits, "arrivals": arrivals, "welcome": welcome, "scroll": scroll, "scores": score}
LAST = {"mark-all": mark_all}  # it leaves nothing unread
NAMES = (*ONCE, *OFTEN, *LAST)


def main() -> int:
    """Run what was asked for; return the exit code."""
    words = _words()
    BENCH.mkdir(exist_ok=True)
    figures = Figures(facts=circumstances() | {"load average before the run": load_average()})
    with sync_playwright() as playwright, open_site(playwright) as site:
        for name, measure in (ONCE | OFTEN | LAST).items():
            for _ in range(words.repetitions if name in OFTEN else 1):
                if name in words.only:
                    print(f"  {name}", file=sys.stderr, flush=True)
                    measure(site, figures)
                    figures.save(BENCH / "page.json")
    figures.facts["load average after the run"] = load_average()
    figures.save(BENCH / "page.json")
    parts = {"page": report.seen(figures), "lighthouse": report.scored(figures)}
    print("\n\n".join(parts.values()))
    if words.write or (tuple(words.only) == NAMES and not words.quick):
        fill(parts)
    return 0


def _words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench page", description="Measure the pages in a real browser."
    )
    parser.add_argument("--quick", action="store_true", help="one repetition; changes no file of docs/")
    parser.add_argument(
        "--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME", help=", ".join(NAMES)
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/ in any case")
    parser.add_argument("--repetitions", type=int, help="of what is timed (5)")
    words = parser.parse_args()
    words.repetitions = words.repetitions or (1 if words.quick else 5)
    return words


if __name__ == "__main__":
    sys.exit(main())
