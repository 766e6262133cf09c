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
NO = rx.Var("false", _var_type=bool)  # said, and not merely unknown


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
    process, newest = row["process"].to(dict[str, Any]), row["newest"].to(dict[str, Any])
    says = process & newest & row["silent_s"].is_none()

    def known(value: Any, class_name: str = "number wide") -> rx.Component:
        return rx.el.td(rx.cond(says, value, DASH), class_name=class_name)

    return rx.el.tr(
        rx.el.th(rx.el.div(_swatch(row), _words(row, process), class_name="worker"), scope="row"),
        known(said("amount", newest["connections"], ""), class_name="number"),
        known(said("amount", newest["deliveries"], "")),
        known(said("amount", 100 * process["cpu"].to(float), "%"), class_name="number"),
        known(said("size", process["memory_bytes"])),
        known(Age.create(at=process["since"].to(str))),
        key=row["id"].to(str),
        custom_attrs={
            "data-testid": "live-worker",
            "data-silent": row["silent_s"].is_not_none().to_string(),
        },
    )


def _swatch(row: Any) -> rx.Component:
    """Draw the colour of its line, while it has one."""
    split = seen("split", str)
    tone = rx.cond(split == "host", row["hostTone"], row["tone"])
    facts = {"data-tone": tone.to_string(), "data-drawn": (split != "all").to_string()}
    return rx.el.span(class_name="swatch", custom_attrs=facts, aria_hidden="true")


def _words(row: Any, process: Any) -> rx.Component:
    silent_s = row["silent_s"].to(int)
    version = say("process {number}, version {version}", number=process["id"], version=process["version"])
    return rx.el.span(
        rx.el.span(row["title"].to(str), class_name="thing-name"),
        rx.cond(
            row["silent_s"].is_not_none(), tag(say("silent for {seconds} s", seconds=silent_s), "tag-bad")
        ),
        rx.cond(process & process["draining"].to(bool), tag(say("draining"))),
        rx.cond(row["redis_up"] == NO, tag(say("without Redis"), "tag-bad")),
        rx.cond(row["database_up"] == NO, tag(say("without database"), "tag-bad")),
        rx.cond(process, rx.el.span(version, class_name="worker-says")),
        class_name="worker-words",
    )
