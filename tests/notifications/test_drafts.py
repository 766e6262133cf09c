"""What a sender may write: what is let in, every engine keeps and every screen shows; else it is refused."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tidings.notifications.drafts import CONTROL, LARGEST_BODY_BYTES, Batch, Draft

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)  # lone surrogates too


def draft(**fields: Any) -> Draft:
    return Draft.model_validate({"to": ["alice"], "title": "Hello"} | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 200},
        {"body": "x" * LARGEST_BODY_BYTES},
        {"body": "lines\nand\ttabs"},
        {"url": "https://example.org/a?b=c#d"},
        {"url": "/builds/42"},
        {"url": "http://[::1]:3000/"},
        {"data": {"deep": [1, 2.5, None, {"x": "y"}]}},
        {"data": 0},
        {"to": "everyone"},
        {"to": {"topic": "deploys"}},
        {"unknown": "ignored", "id": "mine", "scope": "theirs"},
    ],
)
def test_what_may_be_written(fields: dict[str, Any]) -> None:
    draft(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": " \t "},
        {"title": "x" * 201},
        {"title": "two\nlines"},
        {"title": "nul \x00"},
        {"title": "half \ud800"},
        {"body": "é" * (LARGEST_BODY_BYTES // 2 + 1)},
        {"body": "bell \x07"},
        {"level": "fatal"},
        {"priority": 0},
        {"priority": 6},
        {"priority": "3"},
        {"priority": True},
        {"format": "html"},
        {"category": ""},
        {"dedupe_key": "x" * 256},
        {"data": {"x": "y" * 9000}},
        {"to": []},
        {"to": [""]},
        {"to": "alice"},
        {"to": ["x"] * 1001},
        {"to": {"topic": ""}},
        {"to": None},
    ],
)
def test_what_may_not(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        draft(**fields)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "https:evil",
        "https://",
        "http:///path",
        "http://[::1",
        "ftp://example.org",
        "relative/path",
        "",
        "https://x/" + "y" * 2000,
    ],
)
def test_links_that_could_lead_astray_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        draft(url=url)


def test_data_that_no_engine_could_keep_is_refused_and_not_an_accident() -> None:
    nested: Any = []
    for _ in range(300):
        nested = [nested]
    deep: Any = "64 levels down"
    for _ in range(64):
        deep = [deep]
    draft(data=deep)
    for value in (nested, [deep], 2**70, {1: "number as key"}, {"half": "\ud800"}, float):
        with pytest.raises(ValidationError):
            draft(data=value)


def test_a_batch_has_one_to_a_thousand() -> None:
    item = {"to": ["alice"], "title": "x"}
    assert len(Batch.model_validate({"items": [item] * 1000}).items) == 1000
    for items in ([], [item] * 1001):
        with pytest.raises(ValidationError):
            Batch.model_validate({"items": items})


@given(title=ANY_TEXT, body=ANY_TEXT, category=ANY_TEXT, url=ANY_TEXT, key=ANY_TEXT, name=ANY_TEXT)
def test_whatever_text_comes_it_is_kept_or_refused(**texts: str) -> None:
    fields = {"to": [texts.pop("name")], "dedupe_key": texts.pop("key")} | texts
    try:
        kept = Draft.model_validate(fields)
    except ValidationError:
        return
    for text in (kept.title, kept.body, kept.category, kept.url, kept.dedupe_key):
        assert text is not None
        text.encode()
        assert not CONTROL.search(text)
    assert kept.title == kept.title.strip()


ANY_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner),
    max_leaves=10,
)


@given(ANY_DATA)
def test_whatever_data_comes_it_is_kept_or_refused(value: Any) -> None:
    try:
        kept = draft(data=value).data
    except ValidationError:
        return
    assert len(orjson.dumps(kept)) <= 8 * 1024


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_never_an_accident(rubbish: bytes) -> None:
    try:
        Draft.model_validate(orjson.loads(rubbish))
    except (orjson.JSONDecodeError, ValidationError):
        return
