"""Compose, page `/compose`, for admins: write, see it as it will look, send, and see its receipts.

No rule of sending: that is compose.js, and the server's. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from tidings.live.provider import Item
from tidings.ui.door import Door
from tidings.ui.icons import icon, level_glyph
from tidings.ui.manage import answered, listing, manage_page, nothing
from tidings.ui.pieces import Age
from tidings.ui.row import feed_row
from tidings.ui.words import say, say_count

LIBRARY = "$/public/ui/compose.jsx"
SENT = Door("sentByMe", "/api/v1/notifications/sent", "items", "before")
HOOK = VarData(
    imports={LIBRARY: [rx.ImportVar(tag="useCompose")]}, hooks={"const compose = useCompose();": None}
)
LEVELS = (
    ("info", say("Info")),
    ("success", say("Success")),
    ("warning", say("Warning")),
    ("error", say("Error")),
)
PRIORITIES = (
    ("1", say("1 · quiet")),
    ("2", say("2 · low")),
    ("3", say("3 · normal")),
    ("4", say("4 · high")),
    ("5", say("5 · urgent, stays until dismissed")),
)
FORMATS = (("text", say("Plain text")), ("markdown", say("Markdown")))


class Audience(rx.Component):
    """Whom it goes to."""

    library = LIBRARY
    tag = "Audience"


class Receipts(rx.Component):
    """What has become of it."""

    library = LIBRARY
    tag = "Receipts"

    accepted: rx.Var[int]
    delivered: rx.Var[int]
    read: rx.Var[int]


def compose_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Compose"),
        say("Write to people, groups or everyone. What you see is what they get."),
        SENT,
        rx.el.div(_form(), _preview(), class_name="composing"),
        _just_sent(),
        _sent(),
    )


def _value(path: str, kind: Any = str) -> Any:
    return rx.Var(f"compose.{path}", _var_type=kind, _var_data=HOOK).guess_type()


def _call(name: str) -> Any:
    call = rx.Var(f"compose.{name}", _var_data=HOOK).to(FunctionVar).call()
    return ArgsFunctionOperation.create((), call)


def _typed(field: str) -> Any:
    text = rx.Var("text", _var_type=str)  # Reflex hands over what was typed, then the event
    call = rx.Var("compose.set", _var_data=HOOK).to(FunctionVar).call({field: text})
    return ArgsFunctionOperation.create(("text",), call)


def _form() -> rx.Component:
    return rx.el.section(
        _labelled("to", say("To"), Audience.create(id="compose-to")),
        _labelled("title", say("Title"), _entry("title", required=True, max_length=200)),
        _labelled("body", say("Text"), _entry("body", element=rx.el.textarea, rows=4)),
        rx.el.div(
            _labelled("level", say("Level"), _choice("level", LEVELS)),
            _labelled("priority", say("Priority"), _choice("priority", PRIORITIES)),
            _labelled("format", say("The text is"), _choice("format", FORMATS)),
            class_name="field-row",
        ),
        rx.el.details(
            rx.el.summary(say("Link, category, updates")),
            _labelled("url", say("Link"), _entry("url", placeholder="https://… /…", max_length=2000)),
            _labelled("category", say("Category"), _entry("category", max_length=100)),
            _labelled(
                "dedupe_key",
                say("Key of updates"),
                _entry("dedupe_key", max_length=255),
                say("A later message with the same key updates this one in place."),
            ),
            class_name="more",
        ),
        _problem(""),
        rx.el.div(
            rx.el.button(
                say("Send to me first"),
                type="button",
                disabled=_value("isBusy", bool) | (_value("draft.title") == ""),
                on_click=_call("tryOut"),
                class_name="button",
            ),
            rx.el.button(
                icon("send"),
                rx.cond(
                    _value("people", int),
                    say_count(_value("people", int), "Send to {count} person", "Send to {count} people"),
                    say("Send"),
                ),
                type="button",
                disabled=~_value("isReady", bool),
                on_click=_call("send"),
                class_name="button button-solid",
                custom_attrs={"data-testid": "compose-send"},
            ),
            class_name="modal-buttons",
        ),
        class_name="compose-form form",
        aria_label=say("Message"),
        aria_busy=_value("isBusy", bool),
    )


def _labelled(name: str, label: Any, entry: rx.Component, hint: Any = None) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=f"compose-{name}"),
        entry,
        rx.fragment() if hint is None else rx.el.p(hint, class_name="hint"),
        _problem(name),
        class_name="field",
    )


def _problem(name: str) -> rx.Component:
    complaint = rx.Var(f'(compose.problems["{name}"] ?? "")', _var_type=str, _var_data=HOOK)
    return rx.el.p(complaint, class_name="problem", id=f"compose-{name or 'all'}-problem", role="alert")


def _entry(name: str, *, element: Any = rx.el.input, **props: Any) -> rx.Component:
    return element(
        id=f"compose-{name}",
        value=_value(f"draft.{name}"),
        on_change=_typed(name),
        dir="auto",
        auto_complete="off",
        class_name="input",
        custom_attrs={"aria-describedby": f"compose-{name}-problem"},
        **props,
    )


def _choice(name: str, options: tuple[tuple[str, Any], ...]) -> rx.Component:
    return rx.el.select(
        *[rx.el.option(word, value=value) for value, word in options],
        id=f"compose-{name}",
        value=_value(f"draft.{name}"),
        on_change=_typed(name),
        class_name="input",
    )


def _preview() -> rx.Component:
    """Draw the row of the feed itself: no picture of it, so it cannot look different."""
    item, nobody = _value("item", Item), rx.Var("(() => {})").to(FunctionVar)
    return rx.el.section(
        rx.el.h2(say("Preview"), class_name="day-name"),
        rx.el.ul(feed_row(item=item, mark=nobody, key="preview"), class_name="rows", role="list"),
        rx.el.p(say("Open it to see all of it."), class_name="hint"),
        class_name="preview",
        aria_label=say("Preview"),
    )


def _just_sent() -> rx.Component:
    sent = _value("sent", dict[str, Any])
    return rx.cond(
        sent,
        rx.el.section(
            rx.el.p(
                rx.el.strong(sent["title"].to(str), dir="auto"),
                " ",
                say_count(sent["accepted"], "is with {count} person.", "is with {count} people."),
            ),
            Receipts.create(accepted=sent["accepted"], delivered=sent["delivered"], read=sent["read"]),
            class_name="just-sent",
            role="status",
            aria_live="off",
            custom_attrs={"data-testid": "just-sent"},
        ),
    )


def _sent() -> rx.Component:
    items = SENT.items("items", list[dict[str, Any]])
    none = nothing("send", say("Nothing sent yet"), say("What you send is listed here."))
    return rx.el.section(
        rx.el.h2(say("Sent by you")),
        answered(
            SENT,
            listing(SENT, items, _message, none, class_name="things sent"),
        ),
        class_name="manage-section sent-list",
    )


def _message(row: Any) -> rx.Component:
    receipts = row["receipts"].to(dict[str, int])
    return rx.el.li(
        level_glyph(row["level"].to(str)),
        rx.el.div(
            rx.el.p(row["title"].to(str), class_name="thing-name", dir="auto"),
            rx.el.p(
                rx.el.span(Age.create(at=row["published_at"].to(str))),
                rx.cond(row["category"], rx.el.span(row["category"].to(str))),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        Receipts.create(
            accepted=receipts["accepted"], delivered=receipts["delivered"], read=receipts["read"]
        ),
        key=row["version"].to(str),
        class_name="thing",
        custom_attrs={"data-testid": "sent", "data-id": row["id"]},
    )
