"""Who is connected and how connections ended, the lower half of the operator's page.

No question to the server besides the end of a connection. Used by live.py.
"""

from typing import Any

import reflex as rx

from tidings.ui.forms import DoorForm, ModalOpener, buttons, modal
from tidings.ui.manage import nothing, search_field, tag, thing
from tidings.ui.overview import Rows, find, said, seen
from tidings.ui.pieces import Age, ClockTime, javascript
from tidings.ui.words import say, say_count

WORKERS = seen("workers", Rows)


def connected() -> rx.Component:
    """Draw who is connected."""
    rows, found = seen("people.rows", Rows), seen("people.found", int)
    hidden = found - rows.length()
    return rx.el.section(
        rx.el.div(
            rx.el.h2(say("Connected")),
            rx.el.p(
                say_count(found, "{count} connection.", "{count} connections."), class_name="manage-says"
            ),
            class_name="manage-words",
        ),
        _search(),
        rx.cond(
            found > 0,
            rx.el.ul(rx.foreach(rows, _connection), class_name="things", role="list"),
            nothing("users", say("Nobody is connected"), say("Or nobody who matches what you look for.")),
        ),
        rx.cond(hidden > 0, rx.el.p(say("And {number} more.", number=hidden), class_name="manage-note")),
        class_name="manage-part",
    )


def _search() -> rx.Component:
    return search_field(say("Find a name or address"), seen("search", str), find())


def _connection(row: Any) -> rx.Component:
    device = row["device"].to(str)
    return thing(
        rx.el.span(row["user"].to(str)[0].upper(), class_name="thing-sign thing-letter", aria_hidden="true"),
        rx.el.div(
            rx.el.p(
                rx.el.span(row["user"].to(str), class_name="thing-name"),
                rx.cond(row["waiting_bytes"].to(int) > 0, tag(say("Cannot keep up"), "tag-bad")),
                class_name="thing-head",
            ),
            rx.el.p(
                rx.el.span(javascript("deviceName", "device.js").call(device).to(str), title=device),
                rx.el.span(row["address"].to(str)),
                rx.el.span(Age.create(at=row["since"].to(str))),
                rx.el.span(said("health", row)),
                _where(row),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=_end(row),
        key=row["id"].to(str),
        custom_attrs={"data-testid": "live-connection", "data-id": row["id"], "data-user": row["user"]},
    )


def _where(row: Any) -> rx.Component:
    """Say at which worker, where there are several."""
    place = said("whereIs", row["worker"], WORKERS)
    return rx.cond(place != "", rx.el.span(say("at {place}", place=place)))


def _end(row: Any) -> rx.Component:
    name = row["user"].to(str)
    return rx.fragment(
        modal(
            ModalOpener.create(say("End"), class_name="button"),
            say("End this connection of {name}?", name=name),
            DoorForm.create(
                rx.el.p(say("The browser comes back by itself in a moment and is told what it missed.")),
                buttons(say("End the connection"), danger=True),
                door=said("endDoor", row, False),
                verb="DELETE",
                done=say("The connection was ended."),
                class_name="form",
            ),
        ),
        modal(
            ModalOpener.create(say("Sign out"), class_name="button"),
            say("Sign {name} out there?", name=name),
            DoorForm.create(
                rx.el.p(say("The session ends as well. That browser has to sign in again.")),
                buttons(say("Sign out there"), danger=True),
                door=said("endDoor", row, True),
                verb="DELETE",
                done=say("Signed out there."),
                class_name="form",
            ),
        ),
    )


def endings() -> rx.Component:
    """Draw how the last connections ended."""
    rows = seen("endings", Rows)
    return rx.el.section(
        rx.el.div(rx.el.h2(say("Recent endings")), class_name="manage-words"),
        rx.cond(
            rows.length() > 0,
            rx.el.ul(rx.foreach(rows, _ending), class_name="things entries", role="list"),
            rx.el.p(say("No connection has ended since the start."), class_name="manage-says"),
        ),
        class_name="manage-part",
    )


def _ending(row: Any) -> rx.Component:
    code, ours = row["code"].to(int), row["ours"].to(bool)
    return thing(
        rx.el.span(class_name="entry-sign", aria_hidden="true"),
        rx.el.div(
            rx.el.p(
                rx.el.strong(rx.cond(row["user"], row["user"].to(str), say("Somebody"))),
                " · ",
                said("endingInWords", code, ours),
                class_name="entry-words",
            ),
            rx.el.p(
                rx.el.span(row["address"].to(str)),
                rx.el.span(say("after {time}", time=said("lasting", row["lasted_s"]))),
                rx.el.code(code),
                _where(row),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.el.span(ClockTime.create(at=row["at"]), class_name="row-time tabular"),
        key=row["id"].to(str),
        custom_attrs={
            "data-testid": "live-ending",
            "data-code": row["code"].to_string(),
            "data-weight": rx.cond(ours & (code != 1001) & (code != 4410), "warning", "info"),
        },
    )


def senders() -> rx.Component:
    """Draw who published most."""
    rows = seen("senders", Rows)
    return rx.cond(
        rows.length() > 0,
        rx.el.section(
            rx.el.div(
                rx.el.h2(say("Top senders")),
                rx.el.p(say("Notifications in the last five minutes."), class_name="manage-says"),
                class_name="manage-words",
            ),
            rx.el.ul(rx.foreach(rows, lambda row: _sender(row, rows)), class_name="things", role="list"),
            class_name="manage-part",
        ),
    )


def _sender(row: Any, rows: Any) -> rx.Component:
    times = row["notifications"].to(int)
    width = (100 * times / rows[0]["notifications"].to(int)).to_string() + "%"
    return rx.el.li(
        rx.el.span(row["name"].to(str), class_name="thing-name"),
        rx.el.span(times, class_name="tabular"),
        rx.el.span(rx.el.span(style={"width": width}), class_name="sender-bar", aria_hidden="true"),
        class_name="sender",
        key=row["name"].to(str),
        custom_attrs={"data-testid": "live-sender"},
    )
