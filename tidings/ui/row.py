"""One notification in the feed: a line to scan, and what it has to say when it is opened.

No connection and no list: a row knows its item and the function that marks it.
Used by `tidings.ui.feed`.
"""

from typing import Any, cast

import reflex as rx
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from tidings.live.provider import Item
from tidings.ui.icons import icon, level_glyph
from tidings.ui.pieces import (
    Age,
    ExactTime,
    LinkButton,
    Row,
    RowDetails,
    RowOpener,
    SpokenAge,
    javascript,
    spoken,
)
from tidings.ui.words import say, say_count


def _happened_at(item: Any) -> rx.Var[str]:
    return javascript("happenedAt", "feed.js").call(item).to(str)


def _marking(mark: rx.Var[Any], item: Any, as_: str) -> FunctionVar[Any]:
    call = mark.to(FunctionVar).call([item["id"]], as_)
    return cast("FunctionVar[Any]", ArgsFunctionOperation.create((), call))


def _done(mark: rx.Var[Any], item: Any) -> list[Any]:
    undo = _marking(mark, item, "unarchived")
    tell = javascript("say", "toast.jsx").call(say("Done."), say("Undo"), undo)
    return [_marking(mark, item, "archived"), ArgsFunctionOperation.create((), tell)]


def _name(item: Any, label_id: rx.Var[str]) -> rx.Component:
    """Return what a screen reader says: "Unread error from backup: Disk full on db-2, 4 minutes ago"."""
    return rx.el.span(
        javascript("rowName", "feed.js").call(item).to(str),
        SpokenAge.create(at=_happened_at(item)),
        id=label_id,
        hidden=True,
    )


def _line(item: Any) -> rx.Component:
    first_line = item["body"].to(str).split("\n")[0]
    return rx.el.span(
        rx.el.span(
            rx.el.span(item["title"], class_name="row-title", dir="auto"),
            rx.cond(
                item["count"].to(int) > 1, rx.el.span("×", item["count"], class_name="row-count tabular")
            ),
            class_name="row-head",
        ),
        rx.el.span(
            rx.cond(item["source"], rx.el.bdi(item["source"], class_name="row-source")),
            rx.el.span(first_line, class_name="row-preview", dir="auto"),
            class_name="row-sub",
        ),
        class_name="row-text",
    )


def _action(name: str, label: rx.Var[str], on_click: Any) -> rx.Component:
    return rx.el.button(
        icon(name), type="button", title=label, aria_label=label, on_click=on_click, class_name="icon-button"
    )


def _side(item: Any, mark: rx.Var[Any]) -> rx.Component:
    """Return the right end of the line: the time, or on hover and focus what can be done."""
    return rx.el.div(
        rx.cond(
            item["pending"],
            rx.el.span(
                icon("clock"),
                spoken(say("Waiting to be sent")),
                title=say("Waiting to be sent"),
                class_name="row-pending",
            ),
        ),
        Age.create(at=_happened_at(item), class_name="row-time tabular"),
        rx.el.div(
            rx.cond(
                item["read_at"],
                _action("mail", say("Mark as unread"), _marking(mark, item, "unread")),
                _action("mail-open", say("Mark as read"), _marking(mark, item, "read")),
            ),
            _action("check", say("Done"), _done(mark, item)),
            class_name="row-actions",
        ),
        class_name="row-side",
    )


def _facts(item: Any) -> rx.Component:
    return rx.el.p(
        ExactTime.create(at=_happened_at(item)),
        rx.cond(item["category"], rx.fragment(" · ", rx.el.bdi(item["category"]))),
        rx.cond(
            item["count"].to(int) > 1,
            rx.fragment(" · ", say_count(item["count"], "updated {count} time", "updated {count} times")),
        ),
        class_name="row-facts",
    )


def _details(item: Any, mark: rx.Var[Any]) -> rx.Component:
    return RowDetails.create(
        rx.cond(item["body"], rx.el.div(item["body"], class_name="row-body", dir="auto")),
        _facts(item),
        rx.el.div(
            rx.cond(
                item["url"],
                LinkButton.create(
                    icon("arrow-up-right"), url=item["url"].to(str), class_name="button button-solid"
                ),
            ),
            rx.el.button(
                icon("check"), say("Done"), type="button", on_click=_done(mark, item), class_name="button"
            ),
            rx.cond(
                item["read_at"],
                rx.el.button(
                    say("Mark as unread"),
                    type="button",
                    on_click=_marking(mark, item, "unread"),
                    class_name="button button-quiet",
                ),
            ),
            class_name="row-buttons",
        ),
        class_name="row-details",
    )


@rx.memo
def feed_row(item: rx.Var[Item], mark: rx.Var[Any], rest: rx.RestProp) -> rx.Component:
    """Draw one notification. Memoised, so that an arrival draws one row and not two hundred."""
    label_id = "row-" + item["id"].to(str)
    return Row.create(
        rest,
        _name(item, label_id),
        rx.el.div(
            RowOpener.create(
                level_glyph(item["level"].to(str)),
                _line(item),
                class_name="row-opener",
                custom_attrs={"aria-labelledby": label_id},
            ),
            _side(item, mark),
            class_name="row-bar",
        ),
        _details(item, mark),
        read=item["read_at"].bool(),
        on_read=_marking(mark, item, "read"),
        class_name="row",
        custom_attrs={
            "aria-labelledby": label_id,
            "data-testid": "feed-item",
            "data-id": item["id"],
            "data-seq": item["seq"],
            "data-read": rx.cond(item["read_at"], "true", "false"),
        },
    )
