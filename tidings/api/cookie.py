"""The session cookie: its name, its flags, and nothing else about sessions.

No row may come in here. Called by doors.py and sessions.py.
"""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response

from tidings.accounts.sessions import ABSOLUTE

PLAIN_NAME = "tidings_session"
HOST_NAME = f"__Host-{PLAIN_NAME}"  # browsers take it only with Secure, Path=/ and no Domain
LONGEST_VALUE = 128  # ours have 43 characters


@dataclass(frozen=True)
class SessionCookie:
    """How the browser carries the session's secret. `secure` when the public URL is https."""

    secure: bool

    @property
    def name(self) -> str:
        return HOST_NAME if self.secure else PLAIN_NAME

    def read(self, connection: HTTPConnection) -> str | None:
        """Return the secret that came along, if one did that could be ours."""
        secret = connection.cookies.get(self.name, "")
        return secret if 0 < len(secret) <= LONGEST_VALUE else None

    def put(self, response: Response, secret: str) -> None:
        """Give the secret to the browser, where no script reads it and no other site uses it for changes."""
        response.set_cookie(
            self.name,
            secret,
            max_age=int(ABSOLUTE.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response) -> None:
        """Take it back."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")
