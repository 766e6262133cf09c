"""A ring: what one process tells the others at once. It names who should look; it carries no notification.

No connection may come in here. Called by street.py, which collects what is to be said and hears what was.

What is heard is read strictly and is a hint, never a fact: whoever can write to the channel can make us
look into the database or ask a browser to come back, and nothing that is kept changes.
"""

from collections import Counter, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_NAMED = 200  # beyond so many people all look; comparing a thousand positions is one query
MOST_SAID = 1000  # messages that are kept nowhere, waiting for one trip to Redis
MOST_SEARCHES = 50
LARGEST_RING = 16 * 1024 * 1024

Id = Annotated[str, Field(max_length=64)]


class RingRefused(Exception):
    """What was heard on the channel is no ring of ours."""


class Ring(BaseModel):
    """One message on the channel. Fields of a later version are overlooked."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    origin: Id
    everybody: bool = False
    people: list[Id] = []
    ended: list[Id] = []
    said: list[tuple[Id, dict[str, Any]]] = []
    spent: dict[Id, Annotated[float, Field(ge=0)]] = {}
    leaving: list[tuple[Id, Id, bool]] = []  # user, connection, whether it may come back
    looking: Annotated[
        list[Id], Field(max_length=MOST_SEARCHES)
    ] = []  # whom operators look for; "" is anybody


def heard(payload: bytes) -> Ring:
    """Read what came over the channel. Raises `RingRefused`."""
    if len(payload) > LARGEST_RING:
        raise RingRefused("It is too large.")
    try:
        return Ring.model_validate_json(payload)
    except ValidationError as refused:
        raise RingRefused(f"{refused.error_count()} fields are not as they should be.") from None


@dataclass
class Draft:
    """What is to be said with the next ring; many changes make one."""

    everybody: bool = False
    people: set[str] = field(default_factory=set[str])
    ended: set[str] = field(default_factory=set[str])
    spent: Counter[str] = field(default_factory=Counter[str])
    leaving: list[tuple[str, str, bool]] = field(default_factory=list[tuple[str, str, bool]])
    looking: set[str] = field(default_factory=set[str])
    said: deque[tuple[str, dict[str, Any]]] = field(
        default_factory=lambda: deque[tuple[str, dict[str, Any]]](maxlen=MOST_SAID)
    )

    def name(self, people: Collection[str] | None) -> None:
        """Somebody's inbox has changed; None: that of more people than can be named."""
        if people is None or len(self.people) + len(people) > MOST_NAMED:
            self.everybody = True
            self.people.clear()
        elif not self.everybody:
            self.people.update(people)

    def write(self, origin: str) -> bytes:
        """Return the ring as it goes over the channel."""
        ring: dict[str, Any] = {"origin": origin}
        if self.everybody:
            ring["everybody"] = True
        for name in ("people", "ended", "said", "leaving", "looking"):
            if said := getattr(self, name):
                ring[name] = list(said)
        if self.spent:
            ring["spent"] = dict(self.spent)
        return orjson.dumps(ring)
