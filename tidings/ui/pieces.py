"""The small things written in JavaScript because Python cannot say them, each wrapped as a component.

No layout and no words. Every class here stands for one export of a file in assets/ui.
Used by the other modules of this room.
"""

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import FunctionVar


class Age(rx.Component):
    """ "4 min", growing, exact on hover."""

    library = "$/public/ui/time.jsx"
    tag = "Age"

    at: rx.Var[str]


class SpokenAge(Age):
    """ "4 minutes ago", for screen readers."""

    tag = "SpokenAge"


class ExactTime(Age):
    """The moment in full."""

    tag = "ExactTime"


class ClockTime(rx.Component):
    """ "14:02"."""

    library = "$/public/ui/time.jsx"
    tag = "ClockTime"

    at: rx.Var[Any]


class Countdown(ClockTime):
    """ "in 4 s"."""

    tag = "Countdown"


class BadgeFace(rx.Component):
    """Dot and word of the connection badge."""

    library = "$/public/ui/connection.jsx"
    tag = "BadgeFace"

    state: rx.Var[str]
    reason: rx.Var[str]
    retry_at: rx.Var[Any]


class SpokenState(rx.Component):
    """Tells screen readers when the connection's state changes."""

    library = "$/public/ui/connection.jsx"
    tag = "SpokenState"

    state: rx.Var[str]
    reason: rx.Var[str]


class Lasting(rx.Component):
    """Shows its children once a condition has lasted so many milliseconds."""

    library = "$/public/ui/connection.jsx"
    tag = "Lasting"

    active: rx.Var[bool]
    after: rx.Var[int]


class RoundTripChart(rx.Component):
    """The round trips as a line."""

    library = "$/public/ui/connection.jsx"
    tag = "RoundTripChart"

    samples: rx.Var[list[float]]


class PlainErrors(rx.Component):
    """Keeps Reflex's error reporting from reporting itself."""

    library = "$/public/ui/page.jsx"
    tag = "PlainErrors"


class Toasts(rx.Component):
    """The place where short messages appear."""

    library = "$/public/ui/toast.jsx"
    tag = "Toasts"

    complaint: rx.Var[str]


class News(rx.Component):
    """Says what arrives, in one tab."""

    library = "$/public/ui/news.jsx"
    tag = "News"


class NewVersion(rx.Component):
    """Shows its children once the server has newer pages than this one."""

    library = "$/public/ui/version.jsx"
    tag = "NewVersion"


class TabIcon(rx.Component):
    """A dot on the tab's icon while something is unread."""

    library = "$/public/ui/tab_icon.jsx"
    tag = "TabIcon"

    unread: rx.Var[int]


class DesktopSwitch(rx.Component):
    """The switch for notifications of the operating system."""

    library = "$/public/ui/desktop.jsx"
    tag = "DesktopSwitch"


class Devices(rx.Component):
    """The person's devices that are connected, each with the way to sign it out."""

    library = "$/public/ui/devices.jsx"
    tag = "Devices"


class CurlLine(rx.Component):
    """A command to copy."""

    library = "$/public/ui/first_steps.jsx"
    tag = "CurlLine"

    name: rx.Var[str]


class SignInForm(rx.Component):
    """A form that signs in without leaving the page."""

    library = "$/public/ui/sign_in.jsx"
    tag = "SignInForm"

    method: rx.Var[str]
    action: rx.Var[str]
    sign_in: rx.Var[Any]
    complaint: rx.Var[str]


class SignInProblem(rx.Component):
    """What went wrong at sign-in."""

    library = "$/public/ui/sign_in.jsx"
    tag = "SignInProblem"


class PasswordField(rx.Component):
    """A password that can be shown."""

    library = "$/public/ui/sign_in.jsx"
    tag = "PasswordField"

    name: rx.Var[str]
    auto_complete: rx.Var[str]
    required: rx.Var[bool]


class SignInButton(rx.Component):
    """The button of the form."""

    library = "$/public/ui/sign_in.jsx"
    tag = "SignInButton"


def javascript(name: str, file: str) -> FunctionVar[Any]:
    """Return a function exported by a file of assets/ui."""
    imported = VarData(imports={f"$/public/ui/{file}": [rx.ImportVar(tag=name)]})
    return rx.Var(_js_expr=name, _var_data=imported).to(FunctionVar)


def spoken(*words: Any) -> rx.Component:
    """Return words for screen readers only."""
    return rx.el.span(*words, class_name="spoken")
