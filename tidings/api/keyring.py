"""The keyring: API keys that were shown lately, so that not every notification looks its key up.

Nothing here lets anybody in: whether a key still works is asked again in the transaction that publishes
(`keys.still_works`), so a revoked one ends at once, whoever revoked it. Called by sending.py.
"""

from collections import OrderedDict
from datetime import datetime

from tidings.accounts import keys
from tidings.accounts.secret import fingerprint
from tidings.accounts.tables import ApiKey

MOST_KEPT = 1000


class Keyring:
    """Keys by the fingerprint of their secret. A key never changes; it is only revoked."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, ApiKey] = OrderedDict()

    def known(self, authorization: str, now: datetime) -> ApiKey | None:
        """Return the key, if it was shown lately and nothing has to be noted about it."""
        key = self._keys.get(_mark(authorization))
        return key if key is not None and keys.used_lately(key, now) else None

    def keep(self, authorization: str, key: ApiKey) -> None:
        """Remember a key that worked."""
        mark = _mark(authorization)
        self._keys[mark] = key
        self._keys.move_to_end(mark)
        if len(self._keys) > MOST_KEPT:
            self._keys.popitem(last=False)

    def drop(self, authorization: str) -> None:
        """Forget a key that no longer works."""
        self._keys.pop(_mark(authorization), None)


def _mark(authorization: str) -> str:
    return fingerprint(authorization)
