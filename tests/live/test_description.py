"""What is written about the protocol is what the models say, and what the server says fits the models."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tidings.live.connection import refusal
from tidings.live.description.__main__ import ROOT, files
from tidings.live.description.asyncapi import document
from tidings.live.description.messages import Refusal
from tidings.live.description.schemas import protocol


@pytest.mark.parametrize("path", files(), ids=lambda path: path.name)
def test_the_file_is_what_the_models_say(path: Path) -> None:
    assert path.read_text() == files()[path], "run scripts/protocol"


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    whole = document(protocol())
    references = set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(whole)))
    assert references
    for reference in references:
        place: Any = whole
        for step in reference.split("/"):
            place = place[step]


def test_both_directions_know_the_types_that_the_browser_knows() -> None:
    words = (ROOT / "assets/live/protocol.js").read_text()
    now = protocol()
    for name, list_name in ((now.client, "CLIENT_MESSAGES"), (now.server, "SERVER_MESSAGES")):
        known = set(re.findall(r'"(\w+)"', words.split(f"{list_name} =")[1].split(");")[0]))
        described = {now.schemas[each]["properties"]["type"]["const"] for each in name}
        assert known == described - {"custom_message"}


def test_a_refusal_fits_its_description() -> None:
    Refusal.model_validate(refusal("unavailable", "Later.", "id", 1.5).message)
