"""The pages one can go to from anywhere: where they are, their sign and their name.

No drawing. Used by the rail and by the account menu.
"""

from dataclasses import dataclass

import reflex as rx

from tidings.ui.words import say


@dataclass(frozen=True)
class Place:
    """A page besides the feed."""

    path: str
    sign: str
    name: rx.Var[str]


PLACES = (
    Place("/topics", "hash", say("Topics")),
    Place("/preferences", "sliders-horizontal", say("Preferences")),
    Place("/sessions", "monitor-smartphone", say("Sessions and devices")),
)
ADMIN_PLACES = (
    Place("/compose", "pen-line", say("Compose")),
    Place("/users", "users", say("Users")),
    Place("/groups", "boxes", say("Groups")),
    Place("/keys", "key-round", say("API keys")),
    Place("/live", "activity", say("Live")),
    Place("/doctor", "stethoscope", say("Doctor")),
    Place("/audit", "scroll-text", say("Audit log")),
)
