"""What can be chosen, and what is refused rather than lost."""

from typing import Any

import pytest
from pydantic import ValidationError

from tidings.preferences.choices import Choices, understood


def test_who_never_chose_hears_everything_that_is_not_quiet() -> None:
    choices = Choices()
    assert (choices.language, choices.theme, choices.density) == (None, "system", "comfortable")
    assert (choices.toast_priority, choices.sound, choices.quiet.on) == (2, False, False)
    assert choices.quiet.urgent_breaks is True
    assert choices.quiet.days == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    "chosen",
    [
        {"language": "fr"},
        {"language": ""},
        {"theme": "pink"},
        {"density": "tight"},
        {"toast_priority": 0},
        {"toast_priority": 6},
        {"toast_priority": "3"},
        {"sound": "yes"},
        {"sounds": True},
        {"quiet": {"begin": "24:00"}},
        {"quiet": {"begin": "9:00"}},
        {"quiet": {"days": [0]}},
        {"quiet": {"days": [8]}},
        {"quiet": {"days": [True]}},
        {"quiet": {"time_zone": "Mars/Olympus"}},
        {"quiet": {"time_zone": "Europe/../../etc/passwd"}},
        {"quiet": {"time_zone": ""}},
        {"categories": {"deploys": "loved"}},
        {"categories": {"": "muted"}},
        {"categories": {"a\nb": "muted"}},
        {"dismissed": ["Not a hint"]},
        {"dismissed": [f"hint-{number}" for number in range(51)]},
        {"sources": {str(number): "muted" for number in range(201)}},
    ],
    ids=str,
)
def test_what_nobody_could_mean_is_refused(chosen: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Choices.model_validate(chosen)


@pytest.mark.parametrize(
    "zone", ["UTC", "Etc/GMT+5", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Calcutta"]
)
def test_time_zones_are_named_as_browsers_name_them(zone: str) -> None:
    assert Choices.model_validate({"quiet": {"time_zone": zone}}).quiet.time_zone == zone


def test_days_are_said_once_and_in_order() -> None:
    assert Choices.model_validate({"quiet": {"days": [7, 1, 7]}}).quiet.days == [1, 7]


def test_what_was_chosen_survives_its_own_document() -> None:
    chosen = Choices.model_validate(
        {
            "language": "ar",
            "quiet": {"on": True},
            "categories": {"deploys": "muted"},
            "sources": {"ci": "followed"},
        }
    )
    assert Choices.model_validate(chosen.model_dump()) == chosen


def test_what_is_dismissed_is_kept_once_and_in_order() -> None:
    assert Choices.model_validate({"dismissed": ["test", "bring", "test"]}).dismissed == ["bring", "test"]


def test_what_a_newer_version_has_kept_is_read_as_far_as_it_is_understood() -> None:
    newer = {"theme": "light", "scent": "rose", "quiet": {"on": True, "moon": "full"}}
    choices = understood(newer)
    assert (choices.theme, choices.quiet.on) == ("light", True)
    assert {"scent", "moon"}.isdisjoint(choices.model_dump() | choices.quiet.model_dump())
