"""Bodies that nobody would write: never a 500, and nothing is stored of what was refused."""

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.attacks.site import Fuzzed, sign_in

FUZZ = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FIELDS = ("to", "title", "body", "level", "priority", "category", "url", "format", "dedupe_key", "data")

text = st.text(max_size=60) | st.sampled_from(
    ["\0", "\u202e", "everyone", "alice", "\U0010ffff", " ", "a" * 300]
)
leaf = st.none() | st.booleans() | st.integers() | st.floats() | text
value = st.recursive(
    leaf, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4)
)
words = st.dictionaries(text, leaf, max_size=3)
wish = st.dictionaries(st.sampled_from(FIELDS) | text, value, max_size=8)
likely = st.fixed_dictionaries(
    {"to": st.just(["alice"]) | st.just("everyone"), "title": text},
    optional={name: value for name in FIELDS if name not in ("to", "title")},
)


def counted(fuzzed: Fuzzed) -> int:
    return fuzzed.ask(
        fuzzed.site.house.database.read(
            lambda session: session.connection().exec_driver_sql("SELECT count(*) FROM contents").scalar_one()
        )
    )


def publish(fuzzed: Fuzzed, path: str, body: bytes) -> int:
    return fuzzed.knock("POST", path, [(b"Authorization", KEYS[id(fuzzed)])], body)


KEYS: dict[int, bytes] = {}


def with_key(fuzzed: Fuzzed) -> Fuzzed:
    if id(fuzzed) not in KEYS:
        KEYS[id(fuzzed)] = f"Bearer {fuzzed.ask(fuzzed.site.add_key('fuzz'))}".encode()
    return fuzzed


def written(body: Any) -> bytes:
    return orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS, default=str)


@FUZZ
@given(wish | likely)
def test_publish_takes_it_or_refuses_it(fuzzed: Fuzzed, body: Any) -> None:
    before = counted(with_key(fuzzed))
    try:
        raw = written(body)
    except TypeError:  # an integer that JSON of ours cannot write; the raw test below has those
        return
    status = publish(fuzzed, "/api/v1/notifications", raw)
    assert status in (201, 400, 422), body
    assert counted(fuzzed) - before == (status == 201)


@FUZZ
@given(st.lists(likely, max_size=5))
def test_a_batch_is_taken_whole_or_not_at_all(fuzzed: Fuzzed, items: list[Any]) -> None:
    before = counted(with_key(fuzzed))
    try:
        raw = written({"items": items})
    except TypeError:
        return
    status = publish(fuzzed, "/api/v1/notifications/batch", raw)
    assert status in (201, 400, 422), items
    assert counted(fuzzed) - before == (len(items) if status == 201 else 0)


@FUZZ
@given(st.fixed_dictionaries({"alerts": st.lists(st.dictionaries(text, value) | st.fixed_dictionaries(
    {"labels": words, "annotations": words},
    optional={"status": text, "fingerprint": text, "generatorURL": text},
), max_size=3)}))  # fmt: skip
def test_an_alert_is_taken_or_refused(fuzzed: Fuzzed, body: Any) -> None:
    with_key(fuzzed)
    try:
        raw = written(body)
    except TypeError:
        return
    assert publish(fuzzed, "/api/v1/hooks/alertmanager?to=alice", raw) in (201, 400, 422), body


@FUZZ
@given(
    st.binary(max_size=200) | st.text(max_size=100).map(lambda said: said.encode("utf-8", "surrogatepass"))
)
def test_bytes_that_are_no_json_are_refused_everywhere(fuzzed: Fuzzed, raw: bytes) -> None:
    with_key(fuzzed)
    for path in ("/api/v1/notifications", "/api/v1/notifications/batch", "/api/v1/hooks/grafana"):
        assert publish(fuzzed, path, raw) in (400, 422)
    for kind in (b"application/json", b"application/x-www-form-urlencoded", b"text/plain"):
        headers = [(b"Content-Type", kind), (b"Origin", fuzzed.site.origin.encode())]
        assert fuzzed.knock("POST", "/api/v1/session", headers, raw) in (303, 400, 415, 422)


@FUZZ
@given(value | st.fixed_dictionaries({"username": value | text, "password": value | text}))
def test_sign_in_refuses_what_is_no_name_and_password(fuzzed: Fuzzed, body: Any) -> None:
    try:
        raw = written(body)
    except TypeError:
        return
    headers = [(b"Content-Type", b"application/json")]
    assert fuzzed.knock("POST", "/api/v1/session", headers, raw) in (400, 401, 422, 429)


@settings(FUZZ, max_examples=60)
@given(st.sampled_from(["/api/v1/users", "/api/v1/keys"]), st.dictionaries(
    st.sampled_from(["name", "password", "admin", "scopes", "recipients", "topics"]), value | text, max_size=5
))  # fmt: skip
def test_the_doors_of_admins_take_it_or_refuse_it(fuzzed: Fuzzed, path: str, body: Any) -> None:
    try:
        raw = written(body)
    except TypeError:
        return

    async def knock() -> int:
        client = await fuzzed.site.browser("root")
        headers = {"Content-Type": "application/json"}
        return (await client.post(path, content=raw, headers=headers)).status_code

    assert fuzzed.ask(knock()) in (201, 400, 422), (path, body)


def test_the_site_still_lets_alice_in_afterwards(fuzzed: Fuzzed) -> None:
    async def knock() -> int:
        return (await sign_in(await fuzzed.site.program("198.51.100.99"))).status_code

    assert fuzzed.ask(knock()) == 200
