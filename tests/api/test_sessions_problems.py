"""Problem documents: every failure looks the same and none shows our inside."""

import logging
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Query, Request
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from tests.api.house import House, sign_in
from tidings.accounts.tables import ApiKey, User
from tidings.api import problems
from tidings.api.doors import Doors
from tidings.database import DatabaseUnavailable

pytestmark = pytest.mark.anyio


class Order(BaseModel):
    """What the test route takes."""

    amount: int
    names: list[str] = []


@pytest.fixture
async def client() -> AsyncClient:
    app = FastAPI()

    async def order(order: Order, limit: Annotated[int, Query(le=100)] = 10) -> int:
        return order.amount + limit

    async def explode() -> None:
        raise RuntimeError("secret-of-the-house")

    async def away() -> None:
        raise DatabaseUnavailable("The database is busy.")

    app.add_api_route("/order", order, methods=["POST"])
    app.add_api_route("/explode", explode)
    app.add_api_route("/away", away)
    problems.install(app)
    return AsyncClient(transport=ASGITransport(app), base_url="http://tidings.test")


async def test_a_validation_error_names_the_places_and_not_the_values(client: AsyncClient) -> None:
    response = await client.post("/order?limit=1000", json={"amount": "hunter2", "names": ["a", 1]})
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    told = response.json()
    assert {error["pointer"] for error in told["errors"]} == {"query/limit", "#/amount", "#/names/1"}
    assert told["type"] == "urn:tidings:problem:validation"
    assert "hunter2" not in response.text


async def test_a_thousand_mistakes_are_told_in_twenty_lines(client: AsyncClient) -> None:
    response = await client.post("/order", json={"amount": 1, "names": list(range(1000))})
    assert len(response.json()["errors"]) == 20


@pytest.mark.parametrize("body", [b"{", b"", b"[" * 100_000, b'{"amount": ' + b"9" * 5000 + b"}"])
async def test_a_body_that_is_not_json_is_a_problem(client: AsyncClient, body: bytes) -> None:
    response = await client.post("/order", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


async def test_an_unknown_address_and_method_are_problems_too(client: AsyncClient) -> None:
    unknown, wrong = await client.get("/nowhere"), await client.delete("/order")
    assert unknown.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address.",
    }
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


async def test_an_accident_is_logged_once_and_shown_to_nobody(
    client: AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await client.get("/explode")
    assert (response.status_code, response.json()["type"]) == (500, "urn:tidings:problem:unexpected")
    assert "secret-of-the-house" not in response.text
    assert "Traceback" not in response.text
    accidents = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(accidents) == 1
    assert accidents[0].exc_info is not None
    caplog.clear()


async def test_an_absent_database_is_503_with_a_time_to_come_back(client: AsyncClient) -> None:
    response = await client.get("/away")
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")
    assert response.headers["content-type"] == "application/problem+json"


@pytest.fixture
def publishing(house: House) -> House:
    doors = Doors(house.rooms)

    async def publish(request: Request) -> str:
        sender = await doors.sender(request)
        return f"{'key' if isinstance(sender, ApiKey) else 'user'} {sender.name}"

    async def administer(who: Annotated[object, Depends(doors.signed_in_admin)]) -> str:
        return "done"

    house.app.add_api_route("/publish", publish, methods=["POST"])
    house.app.add_api_route("/administer", administer, methods=["POST"])
    return house


async def test_a_key_with_the_scope_publishes_from_anywhere(publishing: House) -> None:
    secret = await publishing.add_key()
    program = await publishing.program()
    response = await program.post("/publish", headers={"Authorization": f"Bearer {secret}"})
    assert response.json() == "key backup"


async def test_a_key_without_the_scope_is_refused(publishing: House) -> None:
    secret = await publishing.add_key(scopes=())
    response = await (await publishing.program()).post(
        "/publish", headers={"Authorization": f"Bearer {secret}"}
    )
    assert response.status_code == 403


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer tdk_", "Basic dGRr", "Bearer " + "x" * 9000, "Bearer \xff"],
)
async def test_a_bad_key_is_401_even_with_an_admins_cookie(publishing: House, authorization: str) -> None:
    await publishing.add_user("root", admin=True)
    browser = await publishing.browser()
    await sign_in(browser, "root")
    response = await browser.post("/publish", headers={b"Authorization": authorization.encode("latin-1")})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_an_admin_publishes_by_cookie_from_our_page_and_others_do_not(publishing: House) -> None:
    await publishing.add_user("root", admin=True)
    root, alice = await publishing.browser(), await publishing.browser()
    await sign_in(root, "root")
    await sign_in(alice)
    assert (await root.post("/publish")).json() == "user root"
    assert (await root.post("/administer")).json() == "done"
    assert (await alice.post("/publish")).status_code == 403
    assert (await alice.post("/administer")).status_code == 403
    assert (await root.post("/publish", headers={"Origin": "https://evil.example"})).status_code == 403
    assert (await (await publishing.program()).post("/publish")).status_code == 401


async def test_the_openapi_document_names_bodies_answers_and_problems(house: House) -> None:
    document = (await (await house.program()).get("/openapi.json")).json()
    sign_in_door = document["paths"]["/api/v1/session"]["post"]
    assert set(sign_in_door["requestBody"]["content"]) == {
        "application/json",
        "application/x-www-form-urlencoded",
    }
    assert {"200", "303", "401", "403", "413", "422", "429", "503"} <= set(sign_in_door["responses"])
    assert "application/problem+json" in sign_in_door["responses"]["401"]["content"]
    assert "password_hash" not in str(document)
    assert User.__name__ not in document["components"]["schemas"]
