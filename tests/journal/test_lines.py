"""The journal: one place, one line, no secret, whoever logs and however it ends."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from tidings import journal
from tidings.accounts.keys import MARK
from tidings.accounts.secret import new_secret
from tidings.journal.lines import Json, Words
from tidings.journal.marks import connection_id, request_id

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
KEY = MARK + new_secret()
COOKIE = new_secret()
HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"

TEXTS = [
    (f"GET /ws?token={JWT}", JWT),
    (f"GET /ws?token={JWT.rsplit('.', 1)[0]}.", JWT.split(".")[1]),
    (f"/ws?access_token={COOKIE}&x=1", COOKIE),
    (f"Authorization: Bearer {KEY}", KEY),
    (f"{{'authorization': 'Bearer {COOKIE}'}}", COOKIE),
    (f"[(b'authorization', b'Basic {COOKIE}')]", COOKIE),
    (f"Cookie: tidings_session={COOKIE}; theme=dark", COOKIE),
    (f"[(b'cookie', b'tidings_session={COOKIE}')]", COOKIE),
    (f"Set-Cookie: __Host-tidings_session={COOKIE}; Path=/", COOKIE),
    (f'{{"username": "alice", "password": "{COOKIE}"}}', COOKIE),
    (f"username=alice&password={COOKIE}", COOKIE),
    (f"password_hash={HASH}", HASH),
    (f"hash {HASH} is outdated", HASH),
    (f"key {KEY} was shown", KEY),
    (f"cannot connect to postgresql://tidings:{COOKIE}@db/tidings", COOKIE),
    (
        f"(sqlite3.IntegrityError) UNIQUE\n[SQL: INSERT …]\n[parameters: ('{COOKIE}', 'x')]\n(Background)",
        COOKIE,
    ),
    (f"secret_key='{COOKIE}'", COOKIE),
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return where the whole process logs to; afterwards all is as it was."""
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    levels = {name: logging.getLogger(name).level for name in ("", "tidings", "uvicorn.error")}
    stream = io.StringIO()
    journal.set_up("json", stream)
    yield stream
    root.handlers = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=False)


def last(stream: io.StringIO) -> dict[str, str]:
    return json.loads(stream.getvalue().splitlines()[-1])


@pytest.mark.parametrize(("text", "secret"), TEXTS, ids=range(len(TEXTS)))
def test_a_secret_is_known_by_its_shape_and_hidden(text: str, secret: str) -> None:
    hidden = journal.redacted(text)
    assert secret not in hidden
    assert "[hidden]" in hidden


@pytest.mark.parametrize(
    "text",
    [
        "session.began: alice by alice from 192.0.2.1",
        "could not note what happened: The database is busy.",
        "token refused: expired",
        "The database is at postgresql://db/tidings",
        "01a20883-30ed-720a-9b3f-d5cb8ae15511",
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    assert journal.redacted(text).replace("[hidden]", "expired") == text


@pytest.mark.parametrize(
    "name", ["tidings.live", "uvicorn.error", "reflex", "somebody.else", "sqlalchemy.engine"]
)
def test_whoever_logs_is_redacted(lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("bad request: Authorization: Bearer %s", KEY)
    assert KEY not in lines.getvalue()
    assert (last(lines)["logger"], last(lines)["level"]) == (name, "warning")


def test_a_trace_is_redacted_too(lines: io.StringIO) -> None:
    try:
        raise RuntimeError(f"login failed for password={COOKIE}")
    except RuntimeError:
        logging.getLogger("tidings").warning("unexpected", exc_info=True)
    assert COOKIE not in lines.getvalue()
    assert "RuntimeError" in last(lines)["trace"]


def test_a_line_names_its_request_and_its_connection(lines: io.StringIO) -> None:
    before = request_id.set("a1b2")
    logging.getLogger("tidings.live").warning("slow", extra={"connection": "c9"})
    request_id.reset(before)
    assert (last(lines)["request"], last(lines)["connection"]) == ("a1b2", "c9")
    logging.getLogger("tidings.live").warning("slow")
    assert "request" not in last(lines)


def test_a_task_that_serves_a_connection_marks_whatever_is_logged_in_it(lines: io.StringIO) -> None:
    before = connection_id.set("c9")
    logging.getLogger("sqlalchemy.pool").warning("slow")
    logging.getLogger("tidings.live").warning("slow", extra={"connection": "another"})
    connection_id.reset(before)
    assert [json.loads(line)["connection"] for line in lines.getvalue().splitlines()] == ["c9", "another"]


def test_facts_stand_beside_the_sentence(lines: io.StringIO) -> None:
    facts = {"status": 201, "took_ms": 0.7, "user": ""}
    logging.getLogger("tidings.api").warning("request answered", extra={"facts": facts})
    assert {"message": "request answered", "status": 201, "took_ms": 0.7}.items() <= last(lines).items()
    assert "user" not in last(lines)


def test_libraries_whisper_and_we_talk(lines: io.StringIO) -> None:
    for name in ("httpx", "uvicorn.access", "alembic.runtime"):
        logging.getLogger(name).info("chatter")
    logging.getLogger("tidings.audit").info("user.added: bob by root")
    assert len(lines.getvalue().splitlines()) == 1


def test_a_visitor_cannot_make_two_lines_of_one_or_paint_the_terminal() -> None:
    record = logging.LogRecord(
        "tidings", logging.INFO, "", 0, "device %s", ("a\nfake line\x1b[31m\u202e",), None
    )
    assert Words().format(record).count("\n") == 0
    assert "\x1b" not in Words().format(record)
    assert "\u202e" not in Words().format(record)
    assert Json().format(record).count("\n") == 0
