"""The doctor, page `/doctor`: sends a message through every door to oneself and shows each hop with its time.

No check of its own: they run in the browser, because that is where the way begins. Added to the app by
`tidings.ui.app`.
"""

import reflex as rx

from tidings.ui.door import Door
from tidings.ui.manage import manage_page
from tidings.ui.words import say

DOOR = Door("doctorMe", "/api/v1/session")


class Examination(rx.Component):
    """The button and what was found."""

    library = "$/public/ui/doctor.jsx"
    tag = "Examination"


def doctor_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Doctor"),
        say("Sends notifications to yourself through every door, and says what to change."),
        DOOR,
        rx.el.div(Examination.create(), class_name="examination"),
    )
