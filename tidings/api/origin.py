"""Was it really our page that asked? Two questions about where a request comes from, and one answer: 403.

No cookie and no row may come in here. Called by doors.py and the sign-in door.
"""

from collections.abc import Iterable

from fastapi import Request

from tidings.api.problems import Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_foreign_origin(request: Request, allowed: Iterable[str]) -> None:
    """Refuse with 403 what a page of another site asks to change, whoever is signed in."""
    origin = request.headers.get("origin")
    if request.method in SAFE_METHODS or origin is None or origin.lower() in allowed:
        return
    raise _foreign()


def require_own_page(request: Request) -> None:
    """Refuse with 403 a change that nothing shows to come from our page; an origin was checked before."""
    if request.method in SAFE_METHODS or "origin" in request.headers:
        return
    if request.headers.get("sec-fetch-site", "").lower() != "same-origin":
        raise _foreign()


def _foreign() -> Problem:
    detail = (
        "Changes are only taken from our own pages: send an allowed Origin, or Sec-Fetch-Site: same-origin."
    )
    return Problem(403, "Foreign origin", detail, kind="foreign-origin")
