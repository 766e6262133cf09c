"""The page of close codes: what each means, what the browser does, what a person does.

No code comes in here that `tidings.live.codes` does not know. Called by __main__.py.
"""

from tidings.live.codes import MEANINGS, Code
from tidings.reference.tables import table

HEAD = """# Close codes

Why a WebSocket ended. The server says it twice: in the frame `closing` just before, and in the close itself.
They are counted in `tidings_closes_total{code=…}`. 1006 is made by browsers and proxies when a line was cut
without a word; an unknown code means: come back.

"""
COME_BACK = {
    "yes": "by itself, after 1, 2, 4, 8, 16 s",
    "no": "no",
    "new_token": "at once, with a new token",
    "after_retry": "by itself, when the server said",
    "person": "when the person asks",
}
REMEDY: dict[Code, str] = {
    Code.GOING_AWAY: "Nothing: the page was left, or its own newer connection took the place.",
    Code.TOO_BIG: "A program sends messages over 64 KiB; split them.",
    Code.RESTARTING: "Nothing: a deploy or a restored backup.",
    Code.OVERLOADED: "One address opens too many sockets at once, or the server is full: look at its "
    "load, or raise `TIDINGS_MAX_PENDING_PER_IP`. Behind a proxy: is `TIDINGS_TRUSTED_PROXIES` set?",
    Code.BAD_MESSAGE: "A program does not speak the protocol; docs/protocol.md says it.",
    Code.REFUSED: "The token is not ours: hosts have different `TIDINGS_SECRET_KEY`s, or clocks that differ.",
    Code.FORBIDDEN: "The account is switched off.",
    Code.TOO_LATE: "No `auth` in time: a very slow line, or a scanner.",
    Code.SIGNED_OUT: "The session ended, here or elsewhere; sign in.",
    Code.TOKEN_EXPIRED: "The token was not renewed in time: the device slept, or its clock is wrong.",
    Code.SILENT: "Nothing came back to a ping: a sleeping device or a dead line. "
    "Many of them: a proxy cuts idle lines.",
    Code.TOO_SLOW: "The reader took nothing for ten seconds; it comes back and resumes.",
    Code.TOO_MANY: "The person has as many connections as `TIDINGS_MAX_CONNECTIONS_PER_USER` allows; "
    "end one at Sessions.",
    Code.FLOODING: "A program sends more than 50 messages a second.",
}


def page() -> str:
    """Write the page."""
    rows = [
        (str(int(code)), meaning.name, COME_BACK[meaning.come_back], REMEDY[code])
        for code, meaning in MEANINGS.items()
    ]
    return HEAD + table(["code", "name", "does the browser come back?", "what to do"], rows)
