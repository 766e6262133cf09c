"""What accounts can refuse, each as an exception whose text is one sentence for the person who asked.

No HTTP status may come in here: the doors decide how a refusal is told. Raised by the modules beside it.
"""


class AccountRefused(Exception):
    """Something about an account was asked that cannot be done."""


class NameRefused(AccountRefused):
    """The name is not one a person or a key can have."""


class NameTaken(AccountRefused):
    """Somebody has this name already."""


class PasswordRefused(AccountRefused):
    """The password is empty, too long, or not text."""


class PasswordChanged(AccountRefused):
    """The password that was right a moment ago no longer is."""


class UnknownUser(AccountRefused):
    """Nobody has this name."""


class UnknownGroup(AccountRefused):
    """No group has this name."""


class UnknownKey(AccountRefused):
    """No key that still works has this name."""


class ScopeRefused(AccountRefused):
    """There is no such scope."""


class ReachRefused(AccountRefused):
    """A key cannot be restricted in this way."""


class UserDisabled(AccountRefused):
    """The account has been switched off."""


class LastAdmin(AccountRefused):
    """Nobody would be left who can let anybody in."""


class SessionEnded(AccountRefused):
    """The session was signed out, expired, or never existed."""
