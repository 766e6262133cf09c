"""A timer wheel: one timer of the loop for all connections, instead of one task each.

No clock and no socket may come in here: `now` is given, in monotonic seconds. Called by the hub.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

SPOKE_S = 0.25  # how late something may be noticed


class Wheel(Generic[T]):
    """Who wants to be woken when. Each member has one place; setting it again moves it."""

    def __init__(self) -> None:
        self._spokes: dict[int, set[T]] = {}
        self._place: dict[T, int] = {}
        self._turned: int | None = None

    def set(self, member: T, due: float) -> None:
        """Wake the member at the first turn after `due`."""
        self.drop(member)
        spoke = int(due / SPOKE_S) + 1
        if self._turned is not None:
            spoke = max(spoke, self._turned + 1)
        self._place[member] = spoke
        self._spokes.setdefault(spoke, set()).add(member)

    def drop(self, member: T) -> None:
        """Forget the member."""
        spoke = self._place.pop(member, None)
        if spoke is None:
            return
        members = self._spokes.get(spoke)  # none while the wheel is giving out this very spoke
        if members is None:
            return
        members.discard(member)
        if not members:
            del self._spokes[spoke]

    def turn(self, now: float) -> Iterator[T]:
        """Give out everybody who is due; they are forgotten until set again."""
        last = int(now / SPOKE_S)
        first = last if self._turned is None else self._turned + 1
        self._turned = last
        late = [s for s in self._spokes if s < first] if first == last else []
        for spoke in [*late, *range(first, last + 1)]:
            for member in self._spokes.pop(spoke, set()):
                if (
                    self._place.get(member) == spoke
                ):  # else it was dropped or set anew while others were woken
                    del self._place[member]
                    yield member
