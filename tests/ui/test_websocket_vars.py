"""What pages of any Reflex app use: Vars that live in the browser, commands, and the opt-in server state."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownVariableType=false
# (Reflex builds its components and Vars at run time)

from types import SimpleNamespace
from typing import Any

import pytest
import reflex as rx

from tidings.live import ConnectionState, live_provider, websocket


@pytest.mark.parametrize(
    ("var", "expression"),
    [
        (websocket.connection_state, "websocket.connectionState"),
        (websocket.is_connected, "websocket.isConnected"),
        (websocket.reason, "websocket.reason"),
        (websocket.unread, "websocket.unread"),
        (websocket.notifications, "websocket.notifications"),
        (websocket.quality, "websocket.quality"),
        (websocket.question, "websocket.question"),
        (websocket.listed, "websocket.listed"),
    ],
)
def test_a_var_is_read_in_the_browser_from_the_one_hook(var: Any, expression: str) -> None:
    assert expression in str(var)
    found = var._get_all_var_data()
    assert "const websocket = useWebSocket();" in " ".join(found.hooks)
    assert "$/public/live/provider.jsx" in dict(found.imports)


def test_conditions_lists_and_clicks_need_no_server() -> None:
    drawn = rx.fragment(
        rx.cond(websocket.is_connected, rx.text("yes"), rx.text("no")),
        rx.foreach(websocket.notifications, lambda item: rx.text(item["title"])),
        rx.el.button("again", on_click=websocket.reconnect()),
        rx.el.button(
            "say", on_click=websocket.send_message({"type": "custom_message", "data": websocket.unread})
        ),
    )
    code = str(drawn.render())
    for expected in (
        "websocket.isConnected",
        "websocket.notifications",
        "reconnect",
        "sendMessage",
        "custom_message",
    ):
        assert expected in code
    assert "addEvents" not in code


def test_the_provider_takes_both_handlers() -> None:
    drawn = live_provider(
        on_notification=lambda item, _replay: rx.console_log(item["title"]),
        on_connection_change=lambda state, _reason: rx.console_log(state),
    )
    assert drawn.tag == "WebSocketProvider"
    assert {"on_notification", "on_connection_change"} <= set(drawn.event_triggers)


@pytest.mark.parametrize(
    "state", ["disconnected", "connecting", "authenticating", "connected", "reconnecting"]
)
def test_the_opt_in_state_takes_over_what_the_tab_says(state: str) -> None:
    kept = SimpleNamespace(STATES=ConnectionState.STATES, connection_state="disconnected", reason="")
    ConnectionState.connection_changed.fn(kept, state, "hidden")
    assert (kept.connection_state, kept.reason) == (state, "hidden")


def test_words_that_are_no_state_are_not_taken_over() -> None:
    kept = SimpleNamespace(STATES=ConnectionState.STATES, connection_state="connected", reason="")
    ConnectionState.connection_changed.fn(kept, "<script>", "x" * 100)
    assert (kept.connection_state, kept.reason) == ("connected", "")
