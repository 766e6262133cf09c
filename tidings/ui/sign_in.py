"""The sign-in, page `/login`: one card that password managers understand, with and without JavaScript.

No checking of passwords: the form is sent to the HTTP door, and what that answers is shown in place.
Added to the app by `tidings.ui.app`.
"""

import reflex as rx

from tidings.live import websocket
from tidings.ui.icons import logo
from tidings.ui.pieces import PasswordField, SignInButton, SignInForm, SignInProblem
from tidings.ui.words import retold, say

PROBLEM_ID = "sign-in-problem"


def sign_in_page() -> rx.Component:
    """Draw the card."""
    return rx.el.main(
        rx.el.div(
            rx.el.div(logo(), class_name="card-logo"),
            rx.el.h1(say("Sign in to Tidings")),
            _form(),
            class_name="card",
        ),
        class_name="stage",
    )


def _form() -> rx.Component:
    return SignInForm.create(
        rx.el.label(say("Name"), html_for="username"),
        rx.el.input(
            id="username",
            name="username",
            type="text",
            auto_complete="username",
            auto_capitalize="none",
            spell_check=False,
            auto_focus=True,
            required=True,
            max_length=1024,
            class_name="input",
            custom_attrs={"aria-describedby": PROBLEM_ID, "autoCorrect": "off"},
        ),
        rx.el.label(say("Password"), html_for="password"),
        PasswordField.create(
            id="password",
            name="password",
            auto_complete="current-password",
            required=True,
            class_name="input password",
            custom_attrs={"aria-describedby": PROBLEM_ID, "maxLength": 1024},
        ),
        SignInProblem.create(class_name="problem", id=PROBLEM_ID),
        SignInButton.create(say("Sign in"), class_name="button button-solid button-wide"),
        method="post",
        action="/api/v1/session",
        sign_in=websocket.function("signIn"),
        complaint=retold(websocket.error),
        class_name="sign-in",
        custom_attrs={"data-testid": "sign-in-form"},
    )
