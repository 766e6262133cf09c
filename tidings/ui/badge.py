"""The connection badge: a dot and a word that tell the truth, and when opened the measurements behind them.

No decision about the connection; reconnecting is asked for, not done, here.
Used by `tidings.ui.frame`.
"""

from typing import Any

import reflex as rx

from tidings.live import websocket
from tidings.ui.pieces import (
    BadgeFace,
    ClockTime,
    Countdown,
    DesktopSwitch,
    Devices,
    RoundTripChart,
    javascript,
)
from tidings.ui.words import say, say_count, say_with


def connection_badge() -> rx.Component:
    """Draw the badge. Its attributes change at once; the visible word waits until a state has lasted."""
    return rx.popover.root(
        rx.popover.trigger(
            rx.el.button(
                BadgeFace.create(
                    state=websocket.connection_state, reason=websocket.reason, retry_at=websocket.retry_at
                ),
                type="button",
                class_name="badge",
                custom_attrs={
                    "data-testid": "connection-badge",
                    "data-state": websocket.connection_state,
                    "data-reason": websocket.reason,
                },
            )
        ),
        rx.popover.content(
            _measurements(),
            width="min(320px, calc(100vw - 24px))",
            align="end",
            size="2",
            class_name="panel",
            custom_attrs={"aria-label": say("Connection")},
        ),
    )


def _measurements() -> rx.Component:
    quality = websocket.quality
    return rx.el.div(
        rx.el.h2(say("Connection"), class_name="panel-title"),
        RoundTripChart.create(samples=quality["samples"].to(list[float])),
        rx.el.dl(
            _fact(say("Round trip now"), _milliseconds(quality["samples"].to(list[float])[-1])),
            _fact(say("Typical"), _milliseconds(quality["roundTripMs"])),
            _fact(say("Jitter"), _milliseconds(quality["jitterMs"])),
            _fact(
                say("Connected since"),
                rx.cond(quality["connectedSince"], ClockTime.create(at=quality["connectedSince"]), "–"),
            ),
            _fact(say("Drops today"), quality["dropsToday"]),
            _fact(say("Tabs sharing it"), websocket.tabs),
            rx.cond(websocket.retry_at, _fact(say("Next try"), Countdown.create(at=websocket.retry_at))),
            class_name="facts tabular",
        ),
        rx.cond(quality["lastReturn"], _last_return()),
        Devices.create(),
        DesktopSwitch.create(),
        rx.el.button(
            say("Reconnect"),
            type="button",
            on_click=websocket.reconnect(),
            class_name="button button-wide",
        ),
        custom_attrs={"data-testid": "connection-panel"},
    )


def _milliseconds(value: Any) -> rx.Var[str]:
    return rx.cond(value, javascript("milliseconds", "ages.js").call(value).to(str), "–")


def _fact(name: rx.Var[str], value: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value))


def _last_return() -> rx.Component:
    """Say what the last coming back brought; nothing when nothing had been missed."""
    last = websocket.quality["lastReturn"].to(dict[str, Any])
    count = last["replayed"].to(int)
    at = ClockTime.create(at=last["at"].to(float))
    missed = rx.fragment(
        say_count(count, "{count} missed notification replayed.", "{count} missed notifications replayed."),
        " ",
        at,
    )
    reloaded = say_with("List reloaded at {time}.", time=at)
    return rx.match(count, (None, _hint(reloaded)), (0, rx.fragment()), _hint(missed))


def _hint(words: rx.Component) -> rx.Component:
    return rx.el.p(words, class_name="hint tabular")
