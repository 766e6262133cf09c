"""Alive and ready: what a watchman reads is true now, and he need not want a body."""

import pytest

from tests.attacks.site import Site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_a_watchman_may_ask_without_wanting_a_body_and_no_cache_answers_for_us(
    site: Site, path: str
) -> None:
    stranger = await site.browser()
    for method in ("GET", "HEAD"):
        answer = await stranger.request(method, path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
