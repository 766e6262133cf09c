"""A report: what one process says about itself for a moment, in a shape that can travel to another process.

No counting may come in here. Made by broadcast.py, read by others.py, put together by together.py.

What comes from elsewhere is read strictly: whoever can write into Redis can show an operator wrong numbers,
and nothing else.
"""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tidings.tally import EngineTally

LARGEST_BYTES = 1024 * 1024
MOST_ROWS, MOST_SAMPLES = 100, 300

Text = Annotated[str, Field(max_length=300)]
Search = Annotated[str, Field(max_length=64)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Sample = dict[str, Number | None]


class ReportRefused(Exception):
    """What was found is no report of ours."""


class Part(BaseModel):
    """Fields of a later version are overlooked."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


T = TypeVar("T", bound=Part)


class Place(Part):
    """Which process that is: two at the same place are one and its successor."""

    host: Text
    port: int
    number: int


class Row(Part):
    """One connection."""

    id: Text
    user: Text
    device: Text
    address: Text
    since: Text
    state: Text
    waiting_bytes: int
    round_trip_ms: Number | None


class Found(Part):
    """Who is connected there, of those whom one search asks for."""

    found: int
    rows: Annotated[list[Row], Field(max_length=MOST_ROWS)]


class Ended(Part):
    """How one connection ended."""

    id: Text
    user: Text
    address: Text
    code: int
    name: Text
    ours: bool
    lasted_s: Number
    at: Text


class Engine(Part):
    """How the database or Redis answers."""

    up: bool
    usual_ms: Number | None
    slow_ms: Number | None
    errors: int

    @staticmethod
    def of(tally: EngineTally) -> "Engine":
        usual, slow = tally.answers.quantile(0.5), tally.answers.quantile(0.99)
        in_ms = [None if each is None else each * 1000 for each in (usual, slow)]
        return Engine(up=tally.up, usual_ms=in_ms[0], slow_ms=in_ms[1], errors=tally.errors.total())


class DatabaseHealth(Part):
    """How the database does, as this process meets it."""

    kind: Text
    up: bool
    waiting: int
    busy: int
    batch: Number | None
    reads: Engine
    writes: Engine


class Process(Part):
    """The process itself."""

    version: Text
    id: int
    workers: int
    since: Text
    cpu: Number
    memory_bytes: int
    draining: bool


class Report(Part):
    """Everything. `beat` is another number each time; `people` are by what onlookers search for."""

    beat: int
    at: Number
    place: Place
    process: Process
    sample: Sample | None
    senders: Annotated[dict[Text, int], Field(max_length=600)]
    endings: Annotated[list[Ended], Field(max_length=MOST_ROWS)]
    database: DatabaseHealth
    redis: Engine | None
    people: Annotated[dict[Search, Found], Field(max_length=200)]


class Past(Part):
    """The last minutes of one process."""

    samples: Annotated[list[Sample], Field(max_length=MOST_SAMPLES)]


def read(kind: type[T], text: bytes) -> T:
    """Read one of the shapes above. Raises `ReportRefused`."""
    if len(text) > LARGEST_BYTES:
        raise ReportRefused("It is too large.")
    try:
        return kind.model_validate_json(text)
    except ValidationError as refused:
        raise ReportRefused(f"{refused.error_count()} fields are not as they should be.") from None
