"""`Alike`: a question that is answered together with those like it, when several wait for a reader.

No question of ours may come in here. Given to `Database.read` by whoever has thousands who ask the same at
once; looked through by readers.py.

A statement lets go of Python's lock twice. Asked one by one, threads would do little else than hand it on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlmodel import Session

Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Alike(Generic[Q, A]):
    """One of many questions; `look` gives each its answer, or the failure that is its own."""

    look: Callable[[Session, Sequence[Q]], Sequence[A | Exception]]
    question: Q

    def __call__(self, session: Session) -> A:
        """Ask it alone."""
        (answer,) = self.look(session, [self.question])
        if isinstance(answer, Exception):
            raise answer
        return answer
