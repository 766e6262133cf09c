"""Moments: whether somebody was told anything since a moment, or may have been.

No message and no database may come in here. The hub notes what is told; the desk asks about those whose look
at the database is older than their place.
"""

from collections.abc import Collection

MOST_NAMED = 10_000  # then nobody remembers who it was, and it may have been anybody
FEW = 50  # what goes to more may as well have gone to everybody


class Moments:
    """Counts what is told. A moment is how much was told until then."""

    def __init__(self) -> None:
        self.now = 0
        self._anybody = 0  # when it last may have been anybody
        self._somebody: dict[str, int] = {}

    def told(self, user_ids: Collection[str] | None) -> None:
        """These people are being told something; None: it may be anybody."""
        self.now += 1
        if user_ids is None or len(user_ids) > FEW or len(self._somebody) >= MOST_NAMED:
            self._anybody = self.now
            self._somebody.clear()
        else:
            self._somebody.update(dict.fromkeys(user_ids, self.now))

    def was_told(self, user_id: str, since: int) -> bool:
        """Tell whether this person may have been told something after that moment."""
        return self._anybody > since or self._somebody.get(user_id, 0) > since
