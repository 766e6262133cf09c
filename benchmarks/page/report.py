"""The page's table, printed and written into docs/performance.md.

No measuring may come in here. Called by the command.
"""

from benchmarks.figures import Figures, table


def seen(figures: Figures) -> str:
    """Return the table of weights and times beside what they should be."""
    shown = figures.shown
    lines = [
        ("JavaScript of `/`, gzipped, KiB", "250", shown("weight /", "script_kib")),
        ("… as it travels (brotli), KiB", "", shown("weight /", "script_br_kib")),
        ("JavaScript of `/login`, gzipped, KiB", "250", shown("weight /login", "script_kib")),
        ("styles, gzipped, KiB", "", shown("weight /", "style_kib")),
        ("the page itself, gzipped, KiB", "", shown("weight /", "page_kib")),
        (
            "requests for `/` and `/login`",
            "",
            f"{shown('weight /', 'requests')}, {shown('weight /login', 'requests')}",
        ),
        ("first visit: something is painted, ms", "", shown("cold usual", "paint_ms")),
        ("… the list, ms", "", shown("cold usual", "list_ms")),
        ("… CPU of the page's thread, ms", "", shown("cold usual", "cpu_ms")),
        ("return: something is painted, ms", "500", shown("warm usual", "paint_ms")),
        ("… the list, ms", "500", shown("warm usual", "list_ms")),
        ("… connected, ms", "", shown("warm usual", "connected_ms")),
        ("… CPU of the page's thread, ms", "", shown("warm usual", "cpu_ms")),
        ("layout shift: first visit, return, arrivals", "0", _shifts(figures)),
        ("`POST` → painted, p50 ms", "", shown("arrivals", "p50_ms", 1)),
        ("… p99 ms", "100", shown("arrivals", "p99_ms", 1)),
        ("10,000 unread: `auth_ok`, ms", "1,000", shown("welcome", "auth_ok_ms")),
        ("… first visit, the list is painted, ms", "2,000", shown("cold many", "list_ms")),
        ("… mark all read: shown, s", "2", shown("mark all", "page_s", 2)),
        ("… mark all read: at the server, s", "2", shown("mark all", "server_s", 2)),
        ("10,000 scrolled: most cards in the page", "200", shown("scroll", "cards")),
        ("… tasks over 50 ms", "0", shown("scroll", "long_tasks")),
        ("… frames that came late, percent", "0", shown("scroll", "late_percent", 1)),
        ("… CPU a frame, ms of 16.7", "", shown("scroll", "cpu_ms", 1)),
    ]
    measured = [list(line) for line in lines if not line[2].startswith("–")]
    return table(["what", "at most", "median (smallest–largest)"], measured)


def _shifts(figures: Figures) -> str:
    return ", ".join(figures.shown(row, "shift", 4) for row in ("cold usual", "warm usual", "arrivals"))


def scored(figures: Figures) -> str:
    """Return the table of Lighthouse's scores."""
    rows: list[list[str]] = []
    for name in figures.rows:
        form, _, path = name.partition(" ")
        if form not in ("mobile", "desktop"):
            continue
        shown = [figures.shown(name, field) for field in ("performance", "accessibility", "best_practices")]
        rows.append(
            [f"`{path}`, {form}", *shown, figures.shown(name, "blocked_ms"), figures.shown(name, "shift", 3)]
        )
    head = ["page", "performance", "accessibility", "best practices", "blocked, ms", "layout shift"]
    return table(head, rows) if rows else ""
