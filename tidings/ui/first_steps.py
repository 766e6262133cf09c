"""The three steps of somebody new: send a test, let the browser tell, bring in people or programs.

No list and no page. What is done goes by itself, the rest can be dismissed for ever.
Used by `tidings.ui.feed`.
"""

import reflex as rx


class FirstSteps(rx.Component):
    """The steps that are left, if any."""

    library = "$/public/ui/steps.jsx"
    tag = "FirstSteps"


def first_steps() -> rx.Component:
    """Draw what somebody new might do; nothing for everybody else."""
    return FirstSteps.create()
