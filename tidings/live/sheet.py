"""The sheet: prints one frame for many people as the rows of a table, their numbers in columns.

No socket may come in here. Called by the ranks. Every number is as wide as the widest of all, with spaces
before it, which JSON allows (RFC 8259, 2): so all rows are of one size, the text stands there from the row
before, and a column of numbers is printed by looking up four digits at a time.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tidings.live.pipe import ROWS_AT_ONCE, Table

Columns = npt.NDArray[np.int64]

SHEET_BYTES = 1024 * 1024  # about what a core keeps near itself
FOUR_DIGITS = 10_000
ZEROS_AT, BLANK = FOUR_DIGITS, 2 * FOUR_DIGITS  # places in `_words`


class Form(NamedTuple):
    """A whole frame in which numbers are missing, and where they belong."""

    frame: bytes
    places: Sequence[int]


def sheets(form: Form, digits: Table) -> Iterator[Table]:
    """Print the frame for everybody, as many at a time as stay in the cache; each is gone with the next.

    `digits` has a line for each place of the form, in it a printed number for each person.
    """
    people, width = digits.shape[1:]
    rows = min(people, max(1, min(ROWS_AT_ONCE, SHEET_BYTES // len(form.frame))))
    table = np.empty((rows, len(form.frame)), np.uint8)
    table[:] = np.frombuffer(form.frame, np.uint8)
    for start in range(0, people, rows):
        sheet = table[: people - start]
        for place, column in zip(form.places, digits, strict=True):
            sheet[:, place : place + width] = column[start : start + rows]
        yield sheet


def widest(numbers: Columns) -> int:
    """Return how many digits the largest number has."""
    return len(str(numbers.max()))


def printed(numbers: Columns, width: int) -> Table:
    """Print numbers, none of them negative, in decimal; there is one more dimension, of so many signs."""
    fours = -(-width // 4)
    words = np.empty((*numbers.shape, fours), np.uint32)
    rest, blank = numbers, 0  # the last four digits are never left out
    for place in reversed(range(fours)):
        before = rest // FOUR_DIGITS
        part = rest - before * FOUR_DIGITS
        words[..., place] = _words()[np.where(before, part + ZEROS_AT, np.where(part, part, blank))]
        rest, blank = before, BLANK
    return words.view(np.uint8)[..., -width:]


@cache
def _words() -> npt.NDArray[np.uint32]:
    """Return all numbers of up to four digits with spaces before them, with noughts, and four spaces."""
    numbers = range(FOUR_DIGITS)
    text = "".join([*(f"{number:4}" for number in numbers), *(f"{number:04}" for number in numbers), "    "])
    return np.frombuffer(text.encode(), np.uint32)
