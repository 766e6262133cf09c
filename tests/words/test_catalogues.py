"""The catalogues hold exactly the sentences of the pages, each translated, with the same values in it."""

# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# (Babel's catalogues are typed only in part)

import re
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

from tidings.preferences.choices import Choices

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts/lib"))
words: Any = import_module("words")

VALUE = re.compile(r"\{(\w+)\}")
LANGUAGES: tuple[str, ...] = words.LANGUAGES


def values(text: str) -> list[str]:
    return sorted(VALUE.findall(text))


def forms(message: Any) -> Sequence[str]:
    said: Any = message.string
    return said if isinstance(said, tuple) else (said,)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


def test_no_sentence_is_missing_and_none_is_left_over(language: str) -> None:
    kept = {message.id for message in words.read(language) if message.id}
    assert kept == set(words.sentences()), "run scripts/words, then translate what is empty"


def test_every_sentence_is_translated(language: str) -> None:
    empty = [message.id for message in words.read(language) if message.id and not all(forms(message))]
    assert not empty


def test_the_values_of_a_sentence_are_those_of_its_translation(language: str) -> None:
    for message in words.read(language):
        if not isinstance(message.id, tuple):
            assert values(str(message.id)) == values(forms(message)[0]), message.id
            continue
        known = set(values(message.id[1]))
        for form in forms(message):
            told = set(values(form))
            assert told | {"count"} == known | {"count"}, (
                form
            )  # a word may stand for the number: "two people"


def test_a_number_has_as_many_forms_as_the_language(language: str) -> None:
    wanted = int(re.findall(r"nplurals=(\d)", words.PLURALS[language])[0])
    for message in words.read(language):
        if isinstance(message.id, tuple):
            assert len(forms(message)) == wanted, message.id


def test_spaces_at_the_ends_are_kept(language: str) -> None:
    for message in words.read(language):
        text = str(message.id) if not isinstance(message.id, tuple) else ""
        if text:
            assert text.endswith(" ") == forms(message)[0].endswith(" "), text


def test_what_browsers_load_was_made_from_it(language: str) -> None:
    made = (words.CATALOGUES / f"{language}.js").read_text()
    assert made == words.compiled(language), "run scripts/words"


def test_a_sentence_is_either_for_one_number_or_for_none() -> None:
    pairs = {key[0] for key in words.sentences() if isinstance(key, tuple)}
    assert not pairs & set(words.sentences())


def test_everybody_knows_the_same_languages() -> None:
    wanted = ["en", *LANGUAGES]
    for name in ("boot.js", "words.js"):
        listed = re.search(r"(?i:languages) = \[(.*?)\];", (ROOT / "assets/ui" / name).read_text())
        assert listed is not None
        assert re.findall(r'"(\w+)"', listed[1]) == wanted
    field = Choices.model_fields["language"].annotation
    assert [name for part in get_args(field) for name in get_args(part)] == wanted
