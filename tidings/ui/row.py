"""One notification in the feed: a line to scan, and what it has to say when it is opened.

No connection and no list: a row knows its item and the function that marks it.
Used by `tidings.ui.feed`.
"""

from typing import Any, cast

import reflex as rx
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from tidings.live.provider import Item
from tidings.ui.icons import icon, level_glyph
from tidings.ui.lists import Marked, MarkedLine
from tidings.ui.pieces import Age, ExactTime, SpokenAge, javascript, spoken
from tidings.ui.row_pieces import (
    LinkButton,
    Row,
    RowActions,
    RowBody,
    RowBox,
    RowData,
    RowDetails,
    RowOpener,
    RowSnooze,
    RowTimeline,
    SwipeGround,
    Until,
    doing,
)
from tidings.ui.words import say

URGENT = 5


def _happened_at(item: Any) -> rx.Var[str]:
    return javascript("happenedAt", "feed.js").call(item).to(str)


def _reading(mark: rx.Var[Any], item: Any) -> FunctionVar[Any]:
    """Mark it as read because it was opened: nobody needs to be told, and nothing to be taken back."""
    call = mark.to(FunctionVar).call([item["id"]], "read")
    return cast("FunctionVar[Any]", ArgsFunctionOperation.create((), call))


def _name(item: Any, label_id: rx.Var[str]) -> rx.Component:
    """Return what a screen reader says: "Unread error from backup: Disk full on db-2, 4 minutes ago"."""
    name = javascript("rowName", "names.js").call(item)
    return rx.el.span(name, SpokenAge.create(at=_happened_at(item)), id=label_id, hidden=True)


def _line(item: Any) -> rx.Component:
    first_line = javascript("firstLine", "names.js").call(item)
    return rx.el.span(
        rx.el.span(
            rx.el.span(Marked.create(text=item["title"]), class_name="row-title", dir="auto"),
            rx.cond(item["priority"].to(int) == URGENT, rx.el.span(say("Urgent"), class_name="row-urgent")),
            rx.cond(
                item["count"].to(int) > 1, rx.el.span("×", item["count"], class_name="row-count tabular")
            ),
            class_name="row-head",
        ),
        rx.el.span(
            rx.cond(item["source"], rx.el.bdi(item["source"], class_name="row-source")),
            rx.el.span(
                MarkedLine.create(text=item["body"], first=first_line), class_name="row-preview", dir="auto"
            ),
            class_name="row-sub",
        ),
        class_name="row-text",
    )


def _small(name: str, label: rx.Var[str], on_click: Any) -> rx.Component:
    return rx.el.button(
        icon(name), type="button", title=label, aria_label=label, on_click=on_click, class_name="icon-button"
    )


def _large(name: str, label: rx.Var[str], on_click: Any) -> rx.Component:
    return rx.el.button(icon(name), label, type="button", on_click=on_click, class_name="button")


def _deeds(item: Any, draw: Any) -> list[rx.Component]:
    """Draw what can be done, each as a button that says what it does now."""
    return [
        rx.cond(
            item["archived_at"],
            draw("inbox", say("Back to inbox"), doing("act", "unarchived", [item])),
            draw("check", say("Done"), doing("act", "archived", [item])),
        ),
        rx.cond(
            item["read_at"],
            draw("mail", say("Mark as unread"), doing("act", "unread", [item])),
            draw("mail-open", say("Mark as read"), doing("act", "read", [item])),
        ),
        rx.cond(
            item["pinned_at"],
            draw("pin-off", say("Unpin"), doing("act", "unpinned", [item])),
            draw("pin", say("Pin"), doing("act", "pinned", [item])),
        ),
    ]


def _marks(item: Any) -> rx.Component:
    """Return the small signs beside the time: waits to be sent, pinned."""
    waiting, pinned = say("Waiting to be sent"), say("Pinned")
    return rx.fragment(
        rx.cond(
            item["pending"],
            rx.el.span(icon("clock"), spoken(waiting), title=waiting, class_name="row-sign row-pending"),
        ),
        rx.cond(
            item["pinned_at"],
            rx.el.span(icon("pin"), spoken(pinned), title=pinned, class_name="row-sign row-pinned"),
        ),
    )


def _side(item: Any) -> rx.Component:
    """Return the right end of the line: the time, or on hover and focus what can be done."""
    done, read, pin = _deeds(item, _small)
    snooze = RowSnooze.create(icon("alarm-clock"), place="row", title=say("Snooze"), class_name="icon-button")
    return rx.el.div(
        _marks(item),
        rx.cond(
            item["snoozed_until"],
            Until.create(at=item["snoozed_until"], class_name="row-time tabular"),
            Age.create(at=_happened_at(item), class_name="row-time tabular"),
        ),
        RowActions.create(read, done, snooze, pin, class_name="row-actions"),
        class_name="row-side",
    )


def _ground(item: Any) -> rx.Component:
    """Return what a swipe uncovers. It is no button: who does not swipe opens the row, or presses long."""

    def sign(name: str, word: rx.Var[str]) -> rx.Component:
        return rx.el.span(icon(name), word, class_name="swipe-sign")

    done = rx.cond(item["archived_at"], sign("inbox", say("Back to inbox")), sign("check", say("Done")))
    return SwipeGround.create(done, sign("alarm-clock", say("Snooze")))


def _facts(item: Any) -> rx.Component:
    return rx.el.p(
        ExactTime.create(at=_happened_at(item)),
        rx.cond(item["category"], rx.fragment(" · ", rx.el.bdi(item["category"]))),
        class_name="row-facts",
    )


def _buttons(item: Any) -> rx.Component:
    """Return the same deeds for thumbs and for those who read on, with the link first."""
    link = LinkButton.create(
        icon("arrow-up-right"), url=item["url"].to(str), class_name="button button-solid"
    )
    done, read, pin = _deeds(item, _large)
    snooze = RowSnooze.create(
        icon("alarm-clock"), say("Snooze"), place="details", title=say("Snooze"), class_name="button"
    )
    return rx.el.div(
        rx.cond(item["url"], link),
        done,
        snooze,
        read,
        pin,
        _large("link", say("Copy link"), doing("copyLink", item["id"], file="item_link.js")),
        _large("square-check", say("Select"), doing("toggleSelected", item["id"], file="selection.jsx")),
        class_name="row-buttons",
    )


def _details(item: Any) -> rx.Component:
    return RowDetails.create(
        RowBody.create(item=item, class_name="row-body"),
        _facts(item),
        RowTimeline.create(item=item),
        RowData.create(item=item),
        _buttons(item),
        class_name="row-details",
    )


@rx.memo
def feed_row(item: rx.Var[Item], mark: rx.Var[Any], rest: rx.RestProp) -> rx.Component:
    """Draw one notification. Memoised, so that an arrival draws one row and not two hundred."""
    label_id = "row-" + item["id"].to(str)
    return Row.create(
        rest,
        _name(item, label_id),
        _ground(item),
        rx.el.div(
            RowBox.create(name=say("Select: {title}", title=item["title"]), class_name="row-box"),
            RowOpener.create(
                level_glyph(item["level"].to(str)),
                _line(item),
                class_name="row-opener",
                custom_attrs={"aria-labelledby": label_id},
            ),
            _side(item),
            class_name="row-bar",
        ),
        _details(item),
        item=item,
        on_read=_reading(mark, item),
        class_name="row",
        custom_attrs={
            "aria-labelledby": label_id,
            "data-testid": "feed-item",
            "data-id": item["id"],
            "data-seq": item["seq"],
            "data-read": rx.cond(item["read_at"], "true", "false"),
        },
    )
