"""The lead: one process has it, and another has it at once when that one is gone."""

import asyncio
from typing import Any

import psycopg
import pytest

from tests.running import PostgresServer
from tidings.database.lead import LOCK, Lead

pytestmark = pytest.mark.anyio


async def test_one_has_the_lead_until_it_lets_go(database_url: str) -> None:
    one, two = Lead(database_url), Lead(database_url)
    assert await one.held()
    assert not await two.held()
    assert await one.held(), "it is kept"
    await one.let_go()
    assert await two.held()
    assert not await one.held()
    await two.let_go()


async def test_asked_by_several_chores_at_once_it_is_taken_once(database_url: str) -> None:
    one, two = Lead(database_url), Lead(database_url)
    assert await asyncio.gather(*(one.held() for _ in range(5))) == [True] * 5
    assert not await two.held()
    await one.let_go()
    await two.let_go()


async def test_a_lead_whose_connection_was_lost_is_no_lead(
    request: pytest.FixtureRequest, postgres: PostgresServer, postgres_template: str
) -> None:
    url = postgres.fresh_url("lead", postgres_template)
    one, two = Lead(url), Lead(url)
    assert await one.held()
    with psycopg.connect(url, autocommit=True) as operator:
        ending: Any = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
        )
        operator.execute(ending, (LOCK,))
    assert await two.held()
    assert not await one.held()
    await two.let_go()
    postgres.drop("lead")
