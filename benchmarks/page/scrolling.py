"""How ten thousand items scroll: frames that came late, long tasks, cards in the page, CPU a frame.

Late frames depend on who else uses the machine; cards and CPU do not. Called by the command.
"""

from typing import Any

from benchmarks.figures import Figures
from benchmarks.page.site import Site
from tests.browser.tab import Tab

FAR_PX, FLICK_PX = 60_000, 3_000
SPEED_PX = 6_000  # a second: a quick wheel
MIDDLE = {"x": 700, "y": 400}
FRAME_MS = 1000 / 60
LATE = 1.5  # frames that took longer than so many were seen to stutter

WATCH = """
globalThis.scrolled = { frames: [], tasks: [], cards: 0 };
new PerformanceObserver((list) => scrolled.tasks.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ type: "longtask" });
let last = performance.now();
(function look(now) {
  scrolled.frames.push(now - last);
  last = now;
  scrolled.cards = Math.max(scrolled.cards, document.querySelectorAll('[data-testid="feed-item"]').length);
  requestAnimationFrame(look);
})(last);
"""


def scroll(site: Site, figures: Figures) -> None:
    """Flick down the list, and note what it took."""
    with site.visitor(site.many) as visitor:
        tab = visitor.opens_the_feed()
        line: Any = visitor.context.new_cdp_session(tab.page)
        line.send("Performance.enable", {"timeDomain": "threadTicks"})
        tab.page.evaluate(WATCH)
        before = _busy_s(line)
        for _ in range(FAR_PX // FLICK_PX):
            _flick(line)
        _note(tab, figures, _busy_s(line) - before)


def _flick(line: Any) -> None:
    words = {"yDistance": -FLICK_PX, "speed": SPEED_PX, "gestureSourceType": "mouse"}
    line.send("Input.synthesizeScrollGesture", MIDDLE | words)


def _note(tab: Tab, figures: Figures, busy_s: float) -> None:
    seen = tab.page.evaluate("scrolled")
    frames: list[float] = seen["frames"]
    figures.note(
        "scroll",
        late_percent=100 * sum(took > LATE * FRAME_MS for took in frames) / len(frames),
        slowest_ms=max(frames),
        long_tasks=len(seen["tasks"]),
        cards=seen["cards"],
        cpu_ms=1e3 * busy_s / len(frames),
        reached=tab.page.evaluate("window.scrollY"),
    )


def _busy_s(line: Any) -> float:
    metrics = line.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
