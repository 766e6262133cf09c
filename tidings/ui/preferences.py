"""Preferences, page `/preferences`: how pages look, what may disturb, and when not.

No rule: what a choice means is decided in assets/ui/loud.js. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.ui.choices import (
    ChoiceDays,
    ChoiceFields,
    ChoiceNamed,
    ChoiceRadios,
    ChoiceSelect,
    ChoiceSwitch,
    ChoiceTime,
    ChoiceZone,
    WhileChosen,
)
from tidings.ui.frame import frame
from tidings.ui.pieces import DesktopSwitch
from tidings.ui.words import say

# A language is called by its own name, in every language.
LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "ar": "العربية"}


def preferences_page() -> rx.Component:
    """Draw the page."""
    return frame(
        rx.el.div(
            rx.el.div(
                rx.el.div(
                    rx.el.h1(say("Preferences")),
                    rx.el.p(
                        say("They are yours on all your devices, and hold at once."), class_name="manage-says"
                    ),
                    class_name="manage-words",
                ),
                class_name="manage-head",
            ),
            _looks(),
            _noise(),
            _quiet(),
            _named(),
            class_name="manage preferences",
        ),
        inbox=False,
    )


def _section(title: Any, *content: rx.Component, hint: Any = None) -> rx.Component:
    return ChoiceFields.create(
        rx.el.legend(title),
        rx.fragment() if hint is None else rx.el.p(hint, class_name="manage-says"),
        *content,
        class_name="choices",
    )


def _looks() -> rx.Component:
    return _section(
        say("How it looks"),
        ChoiceSelect.create(
            name="language",
            label=say("Language"),
            values=["", *LANGUAGES],
            words=[say("As the browser is set"), *LANGUAGES.values()],
        ),
        ChoiceRadios.create(
            name="theme",
            label=say("Theme"),
            values=["system", "light", "dark"],
            words=[say("System"), say("Light"), say("Dark")],
        ),
        ChoiceRadios.create(
            name="density",
            label=say("Lists"),
            values=["comfortable", "compact"],
            words=[say("Comfortable"), say("Compact")],
        ),
    )


def _noise() -> rx.Component:
    return _section(
        say("What you hear of"),
        ChoiceSelect.create(
            name="toast_priority",
            label=say("Show a message for"),
            values=["1", "2", "3", "4", "5"],
            words=[
                say("everything"),
                say("everything but the quiet (2 and above)"),
                say("normal and above (3 and above)"),
                say("important and above (4 and above)"),
                say("urgent only (5)"),
            ],
            hint=say("The rest arrives without a word and waits in your inbox."),
        ),
        ChoiceSwitch.create(
            name="sound", label=say("Sound"), hint=say("Two soft notes, in the tab you looked at last.")
        ),
        DesktopSwitch.create(),
    )


def _quiet() -> rx.Component:
    return _section(
        say("Quiet hours"),
        ChoiceSwitch.create(name="quiet.on", label=say("Keep quiet at certain hours")),
        WhileChosen.create(
            rx.el.div(
                ChoiceTime.create(name="quiet.begin", label=say("From")),
                ChoiceTime.create(name="quiet.end", label=say("To")),
                class_name="choice-pair",
            ),
            ChoiceDays.create(label=say("On these days")),
            ChoiceZone.create(label=say("Time zone")),
            ChoiceSwitch.create(
                name="quiet.urgent_breaks",
                label=say("Urgent ones are heard all the same"),
                hint=say("Only what has the highest priority."),
            ),
            name="quiet.on",
        ),
        hint=say("Notifications arrive and count as always, without message, sound or desktop notification."),
    )


def _named() -> rx.Component:
    return _section(
        say("Categories and sources"),
        ChoiceNamed.create(kind="categories", label=say("Categories"), add=say("Mute another category")),
        ChoiceNamed.create(kind="sources", label=say("Sources"), add=say("Mute another source")),
        hint=say("What is muted arrives and counts, but is never heard."),
    )
