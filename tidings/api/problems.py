"""What goes wrong at a door, told as an RFC 9457 problem document, and never as a stack trace.

No rule of a room may come in here. Called by the doors, which raise `Problem`, and by app.py, which calls
`install`.
"""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tidings.accounts.passwords import HasherBusy
from tidings.accounts.throttle import TooManyFailures
from tidings.api.broken import broken_answer, wants_a_page
from tidings.api.methods import methods_at
from tidings.database import DatabaseUnavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
LONGEST_LIST = 20  # errors told at once: a body with a thousand mistakes needs no thousand lines


class FieldError(BaseModel):
    """One mistake in a request, and where it is."""

    pointer: str
    detail: str
    code: str


class ProblemDocument(BaseModel):
    """An RFC 9457 problem, as OpenAPI shows it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None


class Problem(Exception):
    """The answer to a request that is not granted.

    Args:
        status: the HTTP status.
        title: what kind of problem, the same words every time.
        detail: what happened this time and, where it helps, what to do: a sentence for a person.
        kind: the machine-readable kind; without one `about:blank`, "nothing more than the status".
    """

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
        errors: Iterable[FieldError] | None = None,
    ) -> None:
        super().__init__(f"{status} {title}")
        self.status: Final = status
        self.title: Final = title
        self.detail: Final = detail
        self.kind: Final = kind
        self.headers: Final = dict(headers or {})
        self.errors: Final = None if errors is None else list(errors)[:LONGEST_LIST]

    def response(self) -> JSONResponse:
        """Return the document; like everything personal it is never cached."""
        document = ProblemDocument(
            type=f"urn:tidings:problem:{self.kind}" if self.kind else "about:blank",
            title=self.title,
            status=self.status,
            detail=self.detail,
            errors=self.errors,
        )
        headers = {"Cache-Control": "no-store", **self.headers}
        shown = document.model_dump(exclude_none=True)
        return JSONResponse(shown, self.status, headers=headers, media_type=MEDIA_TYPE)


def invalid(errors: Iterable[Any], *, within: str = "") -> Problem:
    """Return the problem for Pydantic's list of errors: 400 if it is not JSON at all, else 422.

    The values are left out: among them are passwords.
    """
    found = [cast(Mapping[str, Any], error) for error in errors]
    if any(error["type"] == "json_invalid" for error in found):
        return Problem(400, "Not JSON", "The body is not valid JSON.", kind="not-json")
    told = [
        FieldError(pointer=_pointer(error, within), detail=_sentence(error), code=error["type"])
        for error in found
    ]
    return Problem(422, "Not acceptable", _summary(told), kind="validation", errors=told)


def not_valid(refused: ValidationError) -> Problem:
    """Return the problem for a model that could not be made of what was sent."""
    return invalid(refused.errors(include_url=False, include_input=False, include_context=False))


def too_often(retry_after_s: float, detail: str) -> Problem:
    """Return 429 with the seconds to wait."""
    wait_s = str(max(1, round(retry_after_s)))
    return Problem(429, "Too many requests", detail, kind="throttled", headers={"Retry-After": wait_s})


def unavailable(retry_after_s: float, detail: str) -> Problem:
    """Return 503 with the seconds to wait."""
    wait_s = str(max(1, round(retry_after_s)))
    return Problem(503, "Not available now", detail, kind="unavailable", headers={"Retry-After": wait_s})


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses=` of a route that can fail in these ways, for OpenAPI."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}}
    return {
        status: {"description": HTTPStatus(status).phrase, "model": ProblemDocument, "content": content}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Make every failure of this app a problem document."""
    for failure in TRANSLATIONS:
        app.add_exception_handler(failure, _answer)
    app.add_middleware(LastResort)


class LastResort:
    """Answers 500 for what nobody expected and logs it once.

    Starlette's own handler answers, then raises again, and the server would log the same trace a second time.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def remember(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, remember)
        except Exception:
            log.exception("unexpected failure of %s %s", scope["method"], ascii(scope["path"]))
            if not begun:
                answer = broken_answer() if wants_a_page(scope) else UNEXPECTED.response()
                await answer(scope, receive, send)


UNEXPECTED = Problem(
    500, "Our mistake", "Something went wrong on our side; it has been logged.", kind="unexpected"
)


def _from_problem(problem: Any) -> Problem:
    return problem


def _from_http(failure: Any) -> Problem:
    phrase = HTTPStatus(failure.status_code).phrase
    sentences = {404: "There is nothing at this address.", 405: "This address does not do that."}
    detail = sentences.get(failure.status_code, str(failure.detail))
    return Problem(failure.status_code, phrase, detail, headers=failure.headers)


def _from_validation(failure: Any) -> Problem:
    return invalid(failure.errors())


def _from_throttle(failure: Any) -> Problem:
    return too_often(failure.retry_after_s, str(failure))


def _from_absence(failure: Any) -> Problem:
    return unavailable(failure.retry_after_s, str(failure))


def _from_disconnect(_: Any) -> Problem:
    return Problem(400, "Incomplete", "The connection ended before the request did.")


TRANSLATIONS: dict[type[Exception], Any] = {
    Problem: _from_problem,
    HTTPException: _from_http,
    RequestValidationError: _from_validation,
    TooManyFailures: _from_throttle,
    HasherBusy: _from_absence,
    DatabaseUnavailable: _from_absence,
    ClientDisconnect: _from_disconnect,
}


REFUSALS = tuple(TRANSLATIONS)


def problem_of(failure: Exception) -> Problem:
    """Return what a visitor is told about one of the `REFUSALS`."""
    return next(translate for kind, translate in TRANSLATIONS.items() if isinstance(failure, kind))(failure)


async def _answer(request: Request, failure: Exception) -> JSONResponse:
    response = problem_of(failure).response()
    if "allow" in response.headers:
        known = response.headers["allow"].split(", ")
        response.headers["allow"] = methods_at(request.app, request.url.path, known)
    return response


def nowhere() -> Problem:
    """Return the problem of an address at which there is nothing."""
    return _from_http(HTTPException(404))


def _pointer(error: Mapping[str, Any], within: str) -> str:
    """Return where the mistake is: a JSON pointer for a body, else the name of the parameter."""
    places = [str(place) for place in error["loc"]]
    if places and places[0] in ("path", "query", "header", "cookie"):
        return "/".join(places)
    if places and places[0] == "body":
        places = places[1:]
    return "/".join(["#" + within, *places])


def _sentence(error: Mapping[str, Any]) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def _summary(told: list[FieldError]) -> str:
    first = told[0]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return f"{first.pointer}: {first.detail}{more}"
