"""What can be chosen, and what holds for who has chosen nothing.

No database and no door may come in here. Its twin in the browser is assets/ui/choices.js. Called by
keeping.py and the door.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MOST_NAMED = 200  # categories or sources; what is kept for a person stays small
MOST_DISMISSED = 50
AREAS = "Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific"
# Which zones there are is the browser's knowledge, and each knows others; the names all look like this.
TIME_ZONE = re.compile(rf"(?:UTC|(?:{AREAS})(?:/[A-Za-z0-9_+-]{{1,32}}){{1,2}})")
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def _time_zone(name: str) -> str:
    if not TIME_ZONE.fullmatch(name):
        raise ValueError("must be a time zone such as Europe/Berlin")
    return name


def _days(days: list[int]) -> list[int]:
    return sorted(set(days))


def _each_once(names: list[str]) -> list[str]:
    return sorted(set(names))


Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
TimeZone = Annotated[str, StringConstraints(max_length=80), AfterValidator(_time_zone)]
Days = Annotated[
    list[Annotated[int, Field(ge=1, le=7, strict=True)]], Field(max_length=7), AfterValidator(_days)
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Treatment = Literal["muted", "followed"]
Named = Annotated[dict[Name, Treatment], Field(max_length=MOST_NAMED)]
Hint = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Dismissed = Annotated[list[Hint], Field(max_length=MOST_DISMISSED), AfterValidator(_each_once)]
YesNo = Annotated[bool, Field(strict=True)]


class Choice(BaseModel):
    """Something chosen. What nobody knows is refused: a misspelt wish would otherwise be lost in silence."""

    model_config = ConfigDict(extra="forbid")


class QuietHours(Choice):
    """When nothing may disturb. They may go across midnight, and then belong to the day they begin on."""

    on: YesNo = False
    begin: Clock = "22:00"
    end: Clock = "07:00"
    days: Days = Field(default=list(EVERY_DAY), description="1 is Monday; the days on which they begin.")
    time_zone: TimeZone | None = Field(default=None, description="null: wherever the browser is.")
    urgent_breaks: YesNo = Field(default=True, description="Whether priority 5 is heard all the same.")


class Choices(Choice):
    """All that a person can choose. What is left out is as for somebody who never chose."""

    language: Literal["en", "de", "es", "ar"] | None = Field(default=None, description="null: the browser's.")
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["comfortable", "compact"] = "comfortable"
    toast_priority: Annotated[int, Field(ge=1, le=5, strict=True)] = Field(
        default=2, description="What is less than this arrives without a word."
    )
    sound: YesNo = False
    quiet: QuietHours = QuietHours()
    categories: Named = {}
    sources: Named = {}
    dismissed: Dismissed = Field(default=[], description="What the pages must not offer again: first steps.")


def understood(document: dict[str, Any]) -> Choices:
    """Return a document that was kept, without what only a newer version knows: it may have written it."""
    return Choices.model_validate(document, extra="ignore")
