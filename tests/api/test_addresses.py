"""What an address says about itself when it is asked in a way it does not know."""

import pytest

from tests.attacks.site import Site

pytestmark = pytest.mark.anyio


async def test_a_method_an_address_does_not_take_is_answered_with_those_it_does(site: Site) -> None:
    stranger = await site.browser()
    for path, allowed in {
        "/api/v1/session": "DELETE, GET, POST",
        "/api/v1/notifications": "GET, POST",
        "/api/v1/sessions/1": "DELETE",
        "/api/v1/notifications/batch": "GET, POST",  # "batch" may be the name of a notification, too
    }.items():
        for method in ("OPTIONS", "PATCH", "TRACE"):
            answer = await stranger.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed), (method, path)
