"""The live connection for pages of Reflex: client-side Vars, commands, and the root provider they come from.

Nothing here runs on the server while a page is used: a Var is a piece of JavaScript, a command a call.
Used by `tidings.ui` and pages of any Reflex app: `from tidings.live import websocket, live_provider`.
"""

# pyright: reportUnknownMemberType=false
# (the methods of Reflex's own Vars are typed only in part)

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, cast

import reflex as rx
from reflex.vars import ArrayVar, BooleanVar, NumberVar, ObjectVar, StringVar, VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LIBRARY = (
    "$/public/live/provider.jsx"  # the same specifier everywhere: a second one would be a second connection
)

Mark = Literal["read", "unread", "archived", "unarchived", "pinned", "unpinned", "snoozed", "unsnoozed"]


class Item(TypedDict):
    """One notification in the reader's inbox, as it travels on the wire."""

    seq: int
    id: str
    title: str
    body: str
    format: str
    level: str
    priority: int
    category: str | None
    url: str | None
    source: str | None
    data: dict[str, Any]
    created_at: str
    updated_at: str
    read_at: str | None
    archived_at: str | None
    pinned_at: str | None
    snoozed_until: str | None
    count: int
    pending: bool  # an operation on it waits to be sent


class Return(TypedDict):
    """The last coming back: how many missed ones it brought, None when the whole list was loaded anew."""

    at: float
    replayed: int | None


class Quality(TypedDict):
    """How good the line is; times in milliseconds, moments in milliseconds since 1970."""

    roundTripMs: float | None
    jitterMs: float | None
    samples: list[float]
    lastFrameAt: float | None
    drops: int
    dropsToday: int
    replayed: int
    connectedSince: float | None
    lastReturn: Return | None


class Question(TypedDict):
    """Which notifications a tab looks at; what is empty does not narrow."""

    view: str
    level: str
    category: str
    source: str
    search: str
    item: str


class Person(TypedDict):
    """Who is signed in."""

    id: str
    name: str


_HOOK = VarData(
    imports={LIBRARY: [rx.ImportVar(tag="useWebSocket")]},
    hooks={"const websocket = useWebSocket();": None},
)


def _value(path: str, kind: Any) -> Any:
    return rx.Var(_js_expr=f"websocket.{path}", _var_type=kind, _var_data=_HOOK).guess_type()


def _function(path: str) -> FunctionVar[Any]:
    return rx.Var(_js_expr=f"websocket.{path}", _var_data=_HOOK).to(FunctionVar)


def _command(path: str, *arguments: Any) -> FunctionVar[Any]:
    """Return an event handler that calls the page's own function; no event travels to the server."""
    call = _function(path).call(*arguments)
    return cast("FunctionVar[Any]", ArgsFunctionOperation.create((), call))


class WebSocketVars:
    """The connection as a page sees it: properties are Vars, methods give event handlers."""

    @property
    def connection_state(self) -> StringVar[str]:
        """One of disconnected, connecting, authenticating, connected, reconnecting."""
        return _value("connectionState", str)

    @property
    def reason(self) -> StringVar[str]:
        """Why it is disconnected; else empty."""
        return _value("reason", str)

    @property
    def is_connected(self) -> BooleanVar:
        """Whether notifications arrive live at this moment."""
        return _value("isConnected", bool)

    @property
    def unread(self) -> NumberVar[int]:
        """How many are unread: the server's number."""
        return _value("unread", int)

    @property
    def notifications(self) -> ArrayVar[list[Item]]:
        """The newest first, at most 200."""
        return _value("notifications", list[Item])

    @property
    def quality(self) -> ObjectVar[Quality]:
        """Round trips, drops and since when."""
        return _value("quality", Quality)

    @property
    def loading(self) -> BooleanVar:
        """Whether there is no list yet."""
        return _value("loading", bool)

    @property
    def has_more(self) -> BooleanVar:
        """Whether older ones can be loaded."""
        return _value("hasMore", bool)

    @property
    def loading_more(self) -> BooleanVar:
        """Whether older ones are on their way."""
        return _value("loadingMore", bool)

    @property
    def question(self) -> ObjectVar[Question]:
        """What this tab looks at: a view, its filters and its search."""
        return _value("question", Question)

    @property
    def listed(self) -> ArrayVar[list[Item]]:
        """The notifications of that question, the newest first, as far down as was asked for."""
        return _value("listed", list[Item])

    @property
    def listing(self) -> BooleanVar:
        """Whether there is no answer to that question yet."""
        return _value("listing", bool)

    @property
    def listing_failed(self) -> BooleanVar:
        """Whether there will be no answer before the connection is back."""
        return _value("listingFailed", bool)

    @property
    def listed_more(self) -> BooleanVar:
        """Whether the list goes on below."""
        return _value("listedMore", bool)

    @property
    def listing_more(self) -> BooleanVar:
        """Whether its next page is on its way."""
        return _value("listingMore", bool)

    @property
    def user(self) -> ObjectVar[Person]:
        """Who is signed in; null for nobody."""
        return _value("user", Person)

    @property
    def error(self) -> StringVar[str]:
        """What went wrong last, as a sentence for people; else empty."""
        return _value("error", str)

    @property
    def attempt(self) -> NumberVar[int]:
        """The number of the attempt to come back; 0 when there is none."""
        return _value("attempt", int)

    @property
    def retry_at(self) -> NumberVar[float]:
        """When the next attempt is due, in milliseconds since 1970; null when none is."""
        return _value("retryAt", float)

    @property
    def replayed(self) -> NumberVar[int]:
        """How many missed notifications the last return brought."""
        return _value("replayed", int)

    @property
    def tabs(self) -> NumberVar[int]:
        """How many tabs of this browser share the connection."""
        return _value("tabs", int)

    @property
    def is_looked_at(self) -> BooleanVar:
        """Whether this tab is the one that was looked at last: it speaks, the others only count."""
        return _value("isLookedAt", bool)

    def send_message(self, message: Mapping[str, Any] | rx.Var[Any]) -> FunctionVar[Any]:
        """Send a message of a registered type; the values may be Vars."""
        return _command("sendMessage", message)

    def reconnect(self) -> FunctionVar[Any]:
        """Try to connect now."""
        return _command("reconnect")

    def mark(self, items: Sequence[Any] | rx.Var[Any], as_: Mark, until: Any = None) -> FunctionVar[Any]:
        """Mark notifications, named by their ids. Works offline: it is sent when the connection is back."""
        return _command("mark", items, as_, *(() if until is None else (until,)))

    def mark_all(self, as_: Literal["read", "archived"] = "read") -> FunctionVar[Any]:
        """Mark everything there is."""
        return _command("markAll", as_)

    def disconnect(self) -> FunctionVar[Any]:
        """Close the connection until somebody asks for it again."""
        return _command("disconnect")

    def load_more(self) -> FunctionVar[Any]:
        """Load older notifications."""
        return _command("loadMore")

    def look_at(self, **question: Any) -> FunctionVar[Any]:
        """Look at another list, in this tab: `view`, `level`, `category`, `source`, `search`, or `item`."""
        return _command("lookAt", question)

    def load_listed(self) -> FunctionVar[Any]:
        """Load the next page of the list."""
        return _command("loadListed")

    def send_test(self) -> FunctionVar[Any]:
        """Publish one test notification to oneself."""
        return _command("sendTest")

    def sign_out(self) -> FunctionVar[Any]:
        """End this session, in every tab of this browser."""
        return _command("signOut")

    def function(self, name: Literal["mark", "signIn", "loadListed"]) -> FunctionVar[Any]:
        """Return a function of the page itself, to be handed to a component as a prop."""
        return _function(name)


websocket = WebSocketVars()


def _notification_spec(
    item: rx.Var[dict[str, Any]], replay: rx.Var[bool]
) -> tuple[rx.Var[dict[str, Any]], rx.Var[bool]]:
    return (item, replay)


def _typed_notification_spec(item: rx.Var[Item], replay: rx.Var[bool]) -> tuple[rx.Var[Item], rx.Var[bool]]:
    return (item, replay)


def _connection_spec(connection_state: rx.Var[str], reason: rx.Var[str]) -> tuple[rx.Var[str], rx.Var[str]]:
    return (connection_state, reason)


class WebSocketProvider(rx.Component):
    """The root that owns the connection; it survives the navigation between pages."""

    library = LIBRARY
    tag = "WebSocketProvider"

    on_notification: rx.EventHandler[_notification_spec, _typed_notification_spec]
    on_connection_change: rx.EventHandler[_connection_spec]


def live_provider(*children: rx.Component, **handlers: Any) -> rx.Component:
    """Return the provider of the connection. There must be one, at the root.

    `rx.App(extra_app_wraps={(50, "LiveProvider"): lambda stateful: live_provider()})`: the order must be
    below 90, where Reflex's event loop sits. `on_notification=` is given the item (a dict or an `Item`) and
    whether it had been missed, `on_connection_change=` the state and the reason.
    """
    return WebSocketProvider.create(*children, **handlers)
