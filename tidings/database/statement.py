"""`Statement`: a statement of a hot path, written in SQLAlchemy's words, compiled once, run by the driver.

No table of ours may come in here. Called by the rooms, inside `Database.read` or `Database.write`.

SQLAlchemy's execution costs 25 µs a statement and building one 50 µs more, where SQLite needs 1 to 5 µs; and
publishing is little else than statements. What comes back from `run` are the driver's plain values: strings,
numbers; `read` gives moments and JSON as well, by name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from tidings.database.footing import footing_of

Build = Callable[[str], Any]


@dataclass(slots=True)  # not frozen: that makes it three times as slow, and there is one a statement
class Done:
    """What a statement did: the rows it returned, and how many it touched."""

    rows: Sequence[Any]
    count: int


@dataclass(frozen=True)
class _Compiled:
    sql: str
    placed: Callable[[dict[str, Any]], Any]  # puts the parameters as the driver wants them: by place or name
    fixed: dict[str, Any]
    adapt: dict[str, Callable[[Any], Any]]
    columns: list[str]
    understand: list[
        tuple[int, Callable[[Any], Any]]
    ]  # of the columns that are more than strings and numbers

    def parameters(self, values: dict[str, Any]) -> Any:
        given = self.fixed | values if self.fixed else values
        for name, adapt in self.adapt.items():
            given[name] = adapt(given[name])
        return self.placed(given)

    def named(self, row: Any) -> dict[str, Any]:
        values = list(row)
        for place, understand in self.understand:
            values[place] = understand(values[place])
        return dict(zip(self.columns, values, strict=True))


class Statement:
    """One statement with named parameters.

    Args:
        build: makes the statement, given the engine's name (`sqlite` or `postgresql`); called once for each.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def run(self, session: Session, **values: Any) -> Done:
        """Run it in the session's transaction."""
        return self._execute(session, values)[1]

    def read(self, session: Session, **values: Any) -> list[dict[str, Any]]:
        """Run it, and return each row as its columns' names and values, of the types the tables say."""
        compiled, done = self._execute(session, values)
        return [compiled.named(row) for row in done.rows]

    def _execute(self, session: Session, values: dict[str, Any]) -> tuple[_Compiled, Done]:
        dialect, driver = footing_of(session)
        compiled = self._compiled.get(dialect.name) or self._compile(dialect)
        cursor = driver.execute(compiled.sql, compiled.parameters(values))
        return compiled, Done(cursor.fetchall() if cursor.description else (), cursor.rowcount)

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled: Any = self._build(dialect.name).compile(dialect=dialect)
        names: dict[Any, str] = compiled.bind_names
        adapt = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect) for bind, name in names.items()
        }
        returned: list[Any] = list(getattr(compiled.statement, "selected_columns", ()))
        understand = [
            (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
            for place, column in enumerate(returned)
        ]
        made = _Compiled(
            sql=compiled.string,
            placed=_by_place(compiled.positiontup),
            fixed={name: bind.value for bind, name in names.items() if not bind.required},
            adapt={name: process for name, process in adapt.items() if process is not None},
            columns=[str(column.key) for column in returned],
            understand=[(place, process) for place, process in understand if process is not None],
        )
        self._compiled[dialect.name] = made
        return made


def _by_place(order: list[str] | None) -> Callable[[dict[str, Any]], Any]:
    """Make what brings named values into the order of their places; without places the names are kept."""
    match order:
        case None:
            return dict
        case [] | [_]:
            return lambda given: [given[name] for name in order]
        case _:
            return itemgetter(*order)
