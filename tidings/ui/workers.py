"""The workers and hosts, one line each, in the middle of the operator's page; nothing where there is one.

No question to the server. Used by live.py.
"""

from typing import Any

import reflex as rx

from tidings.ui.manage import tag
from tidings.ui.overview import Rows, said, seen
from tidings.ui.pieces import Age
from tidings.ui.words import say, say_count

DASH = "–"


def workers() -> rx.Component:
    """Draw every worker: where it is and how it does."""
    rows, hosts = seen("workers", Rows), seen("hosts", int)
    heads = (
        (say("Worker"), ""),
        (say("Connections"), "number"),
        (say("Told, items a second"), "number wide"),
        (say("Of one core"), "number"),
        (say("Memory"), "number wide"),
        (say("Up for"), "number wide"),
    )
    table = rx.el.table(
        rx.el.thead(rx.el.tr(*[rx.el.th(word, scope="col", class_name=kind) for word, kind in heads])),
        rx.el.tbody(rx.foreach(rows, _worker)),
        class_name="workers tabular",
    )
    counted = say_count(rows.length(), "{count} worker", "{count} workers")
    on = say_count(hosts, "on {count} host.", "on {count} hosts.")
    return rx.cond(
        rows.length() > 1,
        rx.el.section(
            rx.el.div(
                rx.el.h2(say("Workers")),
                rx.el.p(counted, " ", on, class_name="manage-says"),
                class_name="manage-words",
            ),
            table,
            class_name="manage-part",
        ),
    )


def _worker(row: Any) -> rx.Component:
    silent_s, newest = row["silent_s"], row["newest"].to(dict[str, Any])
    process = row["process"].to(dict[str, Any])
    is_silent = silent_s.is_not_none()
    tone = rx.cond(seen("split", str) == "host", row["hostTone"], row["tone"])

    def known(value: Any, **attributes: Any) -> rx.Component:
        return rx.el.td(rx.cond(process & ~is_silent, value, DASH), **attributes)

    return rx.el.tr(
        rx.el.th(
            rx.el.span(
                class_name="swatch",
                custom_attrs={
                    "data-tone": tone.to_string(),
                    "data-drawn": (seen("split", str) != "all").to_string(),
                },
                aria_hidden="true",
            ),
            rx.el.span(
                rx.el.span(row["title"].to(str), class_name="thing-name"),
                rx.cond(is_silent, tag(say("silent for {seconds} s", seconds=silent_s), "tag-bad")),
                rx.cond(process & process["draining"].to(bool), tag(say("draining"))),
                rx.cond(row["redis_up"] == False, tag(say("without Redis"), "tag-bad")),  # noqa: E712  # or unknown
                rx.cond(row["database_up"] == False, tag(say("without database"), "tag-bad")),  # noqa: E712
                rx.cond(
                    process,
                    rx.el.span(
                        say(
                            "process {number}, version {version}",
                            number=process["id"],
                            version=process["version"],
                        ),
                        class_name="worker-says",
                    ),
                ),
                class_name="worker-words",
            ),
            scope="row",
        ),
        known(said("amount", newest["connections"], ""), class_name="number"),
        known(said("amount", newest["deliveries"], ""), class_name="number wide"),
        known(said("amount", 100 * process["cpu"].to(float), "%"), class_name="number"),
        known(said("size", process["memory_bytes"]), class_name="number wide"),
        known(Age.create(at=process["since"].to(str)), class_name="number wide"),
        key=row["id"].to(str),
        custom_attrs={"data-testid": "live-worker", "data-silent": is_silent.to_string()},
    )
