"""The operator's page `/live`, for admins: how much is told and how late, how the engines do.

Nothing is asked by HTTP while it is open: the server tells it over the connection. Added to the app by
`tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.ui.connected import connected, endings, senders
from tidings.ui.door import Door
from tidings.ui.icons import icon
from tidings.ui.manage import answered, manage_page, tag
from tidings.ui.overview import Legend, Onlooker, Plot, Rows, said, seen, split_by
from tidings.ui.pieces import Age
from tidings.ui.words import say, say_count
from tidings.ui.workers import workers

DOOR = Door("liveNow", "/api/v1/live")


def live_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Live"),
        say("What is going on at this moment, at all workers and hosts."),
        DOOR,
        answered(
            DOOR,
            rx.fragment(Onlooker.create(), _silent(), _splits(), _plots(), _told(), _waits()),
        ),
    )


def _told() -> rx.Component:
    """Draw what has no room before it is told, all at once: nothing that is seen is pushed later."""
    parts = rx.fragment(_engines(), workers(), connected(), endings(), senders())
    return rx.cond(seen("database", dict[str, Any]), parts)


def _waits() -> rx.Component:
    waits = rx.el.p(
        icon("radio"), say("Waiting for the server to tell…"), class_name="live-waits", role="status"
    )
    return rx.cond(seen("isTold", bool), rx.fragment(), waits)


def _silent() -> rx.Component:
    count = seen("silent", int)
    text = say_count(
        count,
        "{count} worker says nothing. Its connections and numbers are missing below.",
        "{count} workers say nothing. Their connections and numbers are missing below.",
    )
    notice = rx.el.p(
        icon("triangle-alert"), text, class_name="live-notice", custom_attrs={"data-testid": "live-silent"}
    )
    return rx.el.div(rx.cond(count > 0, notice), role="status")


def _splits() -> rx.Component:
    """Draw what decides whether lines are added up, where there is more than one."""
    chosen, hosts = seen("split", str), seen("hosts", int)

    def choice(split: str, word: rx.Var[str]) -> rx.Component:
        return rx.el.button(
            word,
            type="button",
            on_click=split_by(split),
            class_name="tab",
            custom_attrs={"aria-pressed": (chosen == split).to_string()},
        )

    tabs = rx.el.div(
        choice("all", say("All together")),
        rx.cond(hosts > 1, choice("host", say("By host"))),
        choice("worker", say("By worker")),
        class_name="tabs",
        role="group",
        aria_label=say("Lines"),
    )
    return rx.cond(
        seen("workers", Rows).length() > 1, rx.el.div(tabs, Legend.create(), class_name="live-splits")
    )


def _plots() -> rx.Component:
    return rx.el.section(
        Plot.create(field="connections", title=say("Connections")),
        Plot.create(field="deliveries", title=say("Told, items a second")),
        Plot.create(field="notifications", title=say("Published a second")),
        Plot.create(field="lag_ms", title=say("From commit to send, 99 %"), unit="ms"),
        Plot.create(field="write_ms", title=say("Commit, 99 %"), unit="ms"),
        Plot.create(field="endings", title=say("Connections ended a second")),
        class_name="plots",
        aria_label=say("The last minutes"),
    )


def _engines() -> rx.Component:
    redis, every = seen("redis", dict[str, Any]), seen("workers", Rows)
    return rx.cond(
        seen("database", dict[str, Any]),
        rx.el.section(
            _database(),
            rx.cond(redis, _redis(redis)),
            rx.cond(every.length() == 1, _process(every[0]["process"].to(dict[str, Any]))),
            class_name="engines",
            aria_label=say("Health"),
        ),
    )


def _database() -> rx.Component:
    facts = seen("database", dict[str, Any])
    writes, reads = facts["writes"].to(dict[str, Any]), facts["reads"].to(dict[str, Any])
    return _engine(
        rx.cond(facts["kind"].to(str) == "sqlite", "SQLite", "PostgreSQL"),
        facts["up"].to(bool),
        "database",
        (say("A commit, usually"), said("amount", writes["usual_ms"], "ms")),
        (say("Writes sharing a commit"), said("amount", facts["batch"], "")),
        (say("Writes waiting"), facts["waiting"].to(int)),
        (say("Waits for a lock"), facts["busy"].to(int)),
        (say("Failures"), writes["errors"].to(int) + reads["errors"].to(int)),
    )


def _redis(facts: Any) -> rx.Component:
    return _engine(
        "Redis",
        facts["up"].to(bool),
        "redis",
        (say("An answer, usually"), said("amount", facts["usual_ms"], "ms")),
        (say("Failures"), facts["errors"].to(int)),
    )


def _process(facts: Any) -> rx.Component:
    return _engine(
        say("Worker {number}", number=facts["id"]),
        ~facts["draining"].to(bool),
        "process",
        (say("Version"), facts["version"].to(str)),
        (say("Up for"), Age.create(at=facts["since"].to(str))),
        (say("Of one core"), said("amount", 100 * facts["cpu"].to(float), "%")),
        (say("Memory"), said("size", facts["memory_bytes"])),
        (say("Workers in all"), facts["workers"].to(int)),
    )


def _engine(name: Any, well: Any, which: str, *lines: tuple[Any, Any]) -> rx.Component:
    tone = rx.cond(well, "good", "bad")
    return rx.el.div(
        rx.el.h2(
            rx.el.span(class_name="badge-dot", custom_attrs={"data-tone": tone}, aria_hidden="true"),
            name,
            rx.cond(well, rx.fragment(), tag(say("does not answer"), "tag-bad")),
        ),
        rx.el.dl(
            *[
                part
                for word, value in lines
                for part in (rx.el.dt(word), rx.el.dd(value, class_name="tabular"))
            ]
        ),
        class_name="engine",
        custom_attrs={"data-testid": f"engine-{which}"},
    )
