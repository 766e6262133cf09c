"""What is said to the neighbours, and how what is heard is read."""

import json

import pytest

from tidings.neighbours.ring import MOST_NAMED, MOST_SAID, Draft, Ring, RingRefused, heard


def test_many_changes_are_one_ring() -> None:
    draft = Draft()
    draft.name(["a", "b"])
    draft.name(["b", "c"])
    draft.ended.add("s")
    ring = heard(draft.write("me"))
    assert (ring.origin, set(ring.people), ring.ended, ring.everybody) == (
        "me",
        {"a", "b", "c"},
        ["s"],
        False,
    )


def test_more_people_than_can_be_named_are_everybody() -> None:
    draft = Draft()
    draft.name([f"u{number}" for number in range(MOST_NAMED + 1)])
    draft.name(["one more"])
    ring = heard(draft.write("me"))
    assert ring.everybody
    assert ring.people == []


def test_what_is_kept_nowhere_goes_along_in_order_and_bounded() -> None:
    draft = Draft()
    for number in range(MOST_SAID + 1):
        draft.said.append(("a", {"n": number}))
    said = heard(draft.write("me")).said
    assert len(said) == MOST_SAID
    assert said[-1] == ("a", {"n": MOST_SAID})


def test_fields_of_a_later_version_are_overlooked() -> None:
    assert heard(b'{"origin": "me", "colour": "red"}') == Ring(origin="me")


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"\xff\xfe\x00",
        b"cos\nsystem\n(S'true'\ntR.",
        b"[]",
        b"{}",
        b'{"origin": 1}',
        b'{"origin": "me", "people": "alice"}',
        b'{"origin": "me", "people": [1]}',
        b'{"origin": "me", "said": [["a", "b"]]}',
        json.dumps({"origin": "x" * 1000}).encode(),
    ],
)
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(RingRefused):
        heard(garbage)
