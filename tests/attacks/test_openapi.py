"""The published description of the doors, held against the doors.

Schemathesis makes requests from it and judges the answers: as an admin, as the holder of a key, as nobody.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# (Schemathesis is typed only in part)

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi

from tests.attacks.served import ServedSite
from tidings.api.app import build_doors
from tidings.house import House
from tidings.settings import Settings

CHECKS: list[Any] = [
    checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.response_headers_conformance,
]
# Signing out would make the rest of the run a stranger's.
SIGN_OUT = "DELETE /api/v1/session"
FOR_KEYS = ("POST /api/v1/notifications", "GET /api/v1/notifications/", "POST /api/v1/hooks")
EXAMPLES = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    phases=[Phase.generate, Phase.explicit],
)


def described() -> Any:
    """Return the description as the site publishes it; no server is needed for that."""
    with TemporaryDirectory() as folder:
        house = House(Settings(data_dir=Path(folder)))  # pyright: ignore[reportCallIssue]
        document = build_doors(house.rooms, house.sending, lambda: b"").openapi()
        house.database.close_now()
        house.rooms.hasher.close()
    return schemathesis.openapi.from_dict(document)


OPERATIONS = {found.label: found for found in (each.ok() for each in described().get_all_operations())}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    with ServedSite(tmp_path_factory.mktemp("served")) as served:
        yield served


def judge(label: str, served: ServedSite, headers: dict[str, str], examples: int = 15) -> None:
    """Knock as described, and as described wrongly; judge every answer by the description."""
    operation = OPERATIONS[label]
    for mode in GenerationMode:

        @settings(EXAMPLES, max_examples=examples)
        @given(operation.as_strategy(generation_mode=mode))
        def judged(case: Any) -> None:
            case.call_and_validate(base_url=served.url, headers=headers, checks=CHECKS, timeout=20)

        if mode is GenerationMode.NEGATIVE:
            with suppress(Unsatisfiable):  # where any text is allowed, nothing can be wrong
                judged()
        else:
            judged()


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label != SIGN_OUT])
def test_an_admin_hears_only_what_was_promised(label: str, served: ServedSite) -> None:
    judge(label, served, {"Cookie": served.cookie, "Origin": served.url})


@pytest.mark.parametrize("label", [label for label in OPERATIONS if label.startswith(FOR_KEYS)])
def test_the_holder_of_a_key_hears_only_what_was_promised(label: str, served: ServedSite) -> None:
    judge(label, served, {"Authorization": f"Bearer {served.key}"})


@pytest.mark.parametrize("label", OPERATIONS)
def test_a_stranger_hears_only_what_was_promised(label: str, served: ServedSite) -> None:
    judge(label, served, {}, examples=4)


def test_every_reference_in_the_description_leads_somewhere() -> None:
    document = described().raw_schema
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document))):
        place = document
        for step in reference.split("/"):
            assert step in place, reference
            place = place[step]
