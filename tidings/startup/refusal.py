"""The one way in which a start says no: a sentence for the person at the terminal.

No logic may come in here. Raised by the checks of this room and by what is handed to `start`.
"""


class StartRefused(Exception):
    """Tidings cannot start; the text is one sentence that says why and what to change."""
