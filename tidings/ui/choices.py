"""The controls of the preferences page, each wrapped as a component.

No layout and no words. Every class here stands for one export of assets/ui/preferences.jsx. Used by
`tidings.ui.preferences` and `tidings.ui.app`.
"""

import reflex as rx


class FollowsPreferences(rx.Component):
    """Makes the page follow what was chosen, on whichever device."""

    library = "$/public/ui/preferences.jsx"
    tag = "FollowsPreferences"


class ChoiceFields(FollowsPreferences):
    """A group of controls that waits until it is known what holds."""

    tag = "ChoiceFields"


class _Control(FollowsPreferences):
    name: rx.Var[str]
    label: rx.Var[str]
    hint: rx.Var[str]


class ChoiceSelect(_Control):
    """One of several."""

    tag = "ChoiceSelect"

    values: rx.Var[list[str]]
    words: rx.Var[list[str]]


class ChoiceRadios(ChoiceSelect):
    """One of a few, side by side."""

    tag = "ChoiceRadios"


class ChoiceSwitch(_Control):
    """On or off."""

    tag = "ChoiceSwitch"


class ChoiceTime(_Control):
    """A time of day."""

    tag = "ChoiceTime"


class ChoiceDays(FollowsPreferences):
    """Days of the week."""

    tag = "ChoiceDays"

    label: rx.Var[str]


class ChoiceZone(ChoiceDays):
    """A time zone."""

    tag = "ChoiceZone"


class WhileChosen(FollowsPreferences):
    """Shows its children while something is on."""

    tag = "WhileChosen"

    name: rx.Var[str]


class ChoiceNamed(FollowsPreferences):
    """What is said of categories or sources, by their names."""

    tag = "ChoiceNamed"

    kind: rx.Var[str]
    label: rx.Var[str]
    add: rx.Var[str]
