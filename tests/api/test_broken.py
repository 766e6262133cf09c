"""When the server itself breaks: people get a page, programs a problem document, nobody a trace."""

import logging

import pytest
from httpx import ASGITransport, AsyncClient

from tidings.api.broken import POLICY
from tidings.api.problems import LastResort
from tidings.api.shield import Shield

pytestmark = pytest.mark.anyio


async def exploding(scope: object, receive: object, send: object) -> None:
    raise RuntimeError("secret-of-the-house")


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("/sessions", "text/html", "text/html"),
        ("/api/docs", "text/html", "application/problem+json"),
        ("/api/v1/session", "application/json", "application/problem+json"),
        ("/", "*/*", "application/problem+json"),
    ],
)
async def test_a_person_gets_a_page_and_a_program_a_problem(
    path: str, accept: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    site = Shield(LastResort(exploding), secure=True)
    with caplog.at_level(logging.CRITICAL, "tidings"):
        async with AsyncClient(transport=ASGITransport(site), base_url="http://tidings.test") as client:
            answer = await client.get(path, headers={"Accept": accept})
    caplog.clear()  # it is meant to be logged
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith(kind)
    assert "secret-of-the-house" not in answer.text
    if kind == "text/html":
        assert answer.headers["content-security-policy"] == POLICY
        assert "Nothing was lost" in answer.text
