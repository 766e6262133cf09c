"""Sheets: what is printed in columns reads as if it had been printed for each person alone."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.live.frames import Shared, inflate, unframed
from tidings.live.press import HEAD, Press
from tidings.live.sheet import SHEET_BYTES, printed, sheets, widest

NUMBERS = st.integers(0, 9_999) | st.integers(0, 10**15)


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=50))
def test_a_number_is_printed_as_everybody_writes_it(numbers: list[int]) -> None:
    columns = np.array(numbers, np.int64)
    width = widest(columns)
    assert width == max(len(str(number)) for number in numbers)
    assert [row.tobytes().decode() for row in printed(columns, width)] == [
        str(number).rjust(width) for number in numbers
    ]


@pytest.mark.parametrize("number", [0, 9, 10, 999, 1000, 9999, 10_000, 10_001, 100_000_000, 123_000_045])
def test_a_number_keeps_its_noughts(number: int) -> None:
    assert int(printed(np.array([number]), 12)[0].tobytes()) == number


def heard(framed: bytes) -> dict[str, Any]:
    is_text, payload = unframed(framed)
    return json.loads(payload if is_text else inflate(payload, 10_000_000))


def items(*bodies: str) -> list[Shared]:
    return [Shared(f'"id":"{at}","body":"{body}"}}'.encode()) for at, body in enumerate(bodies)]


@pytest.mark.parametrize("deflated", [False, True])
@pytest.mark.parametrize(
    "bodies", [("x",), ("100 % of it, %d and %b",), ("x" * 3000,), ("x" * 400, "y" * 70_000, "z")]
)
@settings(deadline=None, max_examples=20)
@given(stands=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=30))
def test_everybody_reads_what_would_have_been_printed_for_them_alone(
    deflated: bool, bodies: tuple[str, ...], stands: list[tuple[int, int, int]]
) -> None:
    run, amount = Press("an epoch with 5 %").run(items(*bodies)), len(bodies)
    seq, revision, unread = here = np.array(stands, np.int64).T + amount
    numbers = np.stack([seq - amount, *here, *(seq - amount + place for place in range(1, amount + 1))])
    digits = printed(numbers, widest(numbers))
    rows = [
        row.tobytes()
        for sheet in sheets(run.form(digits.shape[2], deflated=deflated), digits)
        for row in sheet
    ]
    assert len({len(row) for row in rows}) == 1
    alone = [run.packed if deflated else run.text] * len(rows)
    told = zip(seq.tolist(), revision.tolist(), unread.tolist(), strict=True)
    assert [heard(row) for row in rows] == [
        heard(one(*stand)) for one, stand in zip(alone, told, strict=True)
    ]


def test_a_sheet_is_never_larger_than_what_stays_near_the_core() -> None:
    run, people = Press("epoch").run(items("x" * 3000)), 1000
    digits = printed(np.ones((5, people), np.int64), 1)
    sizes = [sheet.nbytes for sheet in sheets(run.form(1, deflated=False), digits)]
    assert max(sizes) <= SHEET_BYTES
    assert len(sizes) > 1


def test_what_is_larger_than_a_sheet_goes_one_by_one() -> None:
    run = Press("epoch").run(items("x" * SHEET_BYTES))
    digits = printed(np.ones((5, 3), np.int64), 1)
    assert [len(sheet) for sheet in sheets(run.form(1, deflated=False), digits)] == [1, 1, 1]


def test_a_form_has_a_place_for_each_number_of_the_pattern() -> None:
    form = Press("epoch").run(items("a", "b", "c")).form(3, deflated=False)
    assert len(form.places) == HEAD.count(b"%d") + 2
    assert [form.frame[place : place + 3] for place in form.places] == [b"   "] * len(form.places)
