"""Which names people and keys can have, and when two names are the same.

No table may come in here. Called by users.py, keys.py and throttle.py.
"""

import unicodedata

from tidings.accounts.refusals import NameRefused

LONGEST_NAME = 64
PUNCTUATION = "._-@"
RESERVED = frozenset({"everyone"})  # `to: "everyone"` must never mean one person


def accepted_name(name: str) -> str:
    """Return the name as it is kept. Raises `NameRefused`."""
    name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NameRefused(f"A name has 1 to {LONGEST_NAME} characters.")
    if not name[0].isalnum() or not all(sign.isalnum() or sign in PUNCTUATION for sign in name):
        raise NameRefused(
            "A name begins with a letter or digit; it has only letters, digits and . _ - @ in it."
        )
    if name_key(name) in RESERVED:
        raise NameRefused(f"The name {name} has a meaning of its own here; take another.")
    return name


def name_key(name: str) -> str:
    """Return what the spellings of one name have in common, whatever their case or width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def key_to_find(name: str) -> str | None:
    """Return the key by which this name is looked up, in any spelling; None when nothing can have it.

    Half a character, for one, would upset the database.
    """
    try:
        return name_key(accepted_name(name))
    except NameRefused:
        return None
