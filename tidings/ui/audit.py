"""The audit log, page `/audit`, for admins: who did what, from where and when.

Nothing can be changed here. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.ui.door import Door
from tidings.ui.manage import answered, listing, manage_page, nothing, search_box, thing
from tidings.ui.pieces import ClockTime, javascript
from tidings.ui.words import say

DOOR = Door("auditLog", "/api/v1/audit", "entries", "before")
SUBJECTS = (
    ("", say("Everything")),
    ("session", say("Sign-ins")),
    ("password", say("Passwords")),
    ("user", say("Users")),
    ("group", say("Groups")),
    ("topic", say("Topics")),
    ("key", say("Keys")),
    ("limit", say("Limits")),
    ("connection", say("Connections")),
    ("database", say("Restores")),
)


def audit_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Audit log"),
        say("Who did what, from where and when. Entries cannot be changed."),
        DOOR,
        rx.el.div(_subjects(), search_box(DOOR, say("Find a name or address")), class_name="narrowing"),
        answered(DOOR, _list()),
    )


def _subjects() -> rx.Component:
    chosen = DOOR.asked("subject")
    return rx.el.div(
        *[
            rx.el.button(
                word,
                type="button",
                on_click=DOOR.narrow("subject", subject),
                class_name="tab",
                custom_attrs={"aria-pressed": (chosen == subject).to_string()},
            )
            for subject, word in SUBJECTS
        ],
        class_name="tabs",
        role="group",
        aria_label=say("Show"),
    )


def _list() -> rx.Component:
    entries = DOOR.items("entries", list[dict[str, Any]])
    none = nothing(
        "scroll-text",
        say("Nothing of that kind"),
        say("Choose another one, or search for something else."),
    )
    return listing(DOOR, entries, _entry, none, class_name="things entries")


def _entry(row: Any) -> rx.Component:
    weight = javascript("weight", "entries.js").call(row["action"]).to(str)
    return thing(
        rx.el.span(class_name="entry-sign", aria_hidden="true"),
        rx.el.div(
            rx.el.p(
                rx.el.strong(javascript("actor", "entries.js").call(row).to(str), dir="auto"),
                " ",
                javascript("sentence", "entries.js").call(row).to(str),
                class_name="entry-words",
            ),
            rx.el.p(
                rx.cond(row["address"], rx.el.span(row["address"].to(str))),
                rx.el.code(row["action"].to(str)),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.el.span(ClockTime.create(at=row["at"]), class_name="row-time tabular"),
        key=row["id"].to_string(),
        custom_attrs={"data-testid": "entry", "data-action": row["action"], "data-weight": weight},
    )
