"""The command line as somebody types it: what is printed, and with which exit code."""

import io
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.engines import ONE_ENGINE
from tidings.audit.log import page
from tidings.command.desk import Desk
from tidings.command.parser import main
from tidings.settings import read_settings


@pytest.fixture(autouse=True)
def place(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work on an empty data directory of this test's own, or on a migrated PostgreSQL."""
    if engine == "postgresql":
        monkeypatch.setenv("TIDINGS_DATABASE_URL", request.getfixturevalue("database_url"))
    monkeypatch.setenv("TIDINGS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("TIDINGS_PORT", "9")  # nobody serves there


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Type a command; return its exit code and what it printed on each channel."""

    def typed(*words: str, given: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(given))
        code = main(list(words))
        printed = capsys.readouterr()
        return code, printed.out.strip(), printed.err.strip()

    return typed


def test_people_are_added_listed_switched_off_and_on_again(typed: Any) -> None:
    def listed() -> list[tuple[str, bool]]:
        code, printed, _ = typed("user", "list", "--json")
        assert code == 0
        return [(user["name"], user["disabled_at"] is not None) for user in json.loads(printed)]

    typed("user", "add", "alice", "--password-stdin", given="a good password\n")
    added = typed("user", "add", "root", "--admin", "--password-stdin", "--json", given="a good password\n")
    assert (added[0], json.loads(added[1])["admin"]) == (0, True)
    assert typed("user", "disable", "alice") == (0, "alice is switched off; sessions ended: 0.", "")
    assert listed() == [("alice", True), ("root", False)]
    assert "disabled" in typed("user", "list")[1]
    assert typed("user", "enable", "ALICE") == (0, "alice can sign in again.", "")
    assert listed() == [("alice", False), ("root", False)]
    again = typed("user", "enable", "alice", "--json")
    assert (again[0], json.loads(again[1])) == (0, {"name": "alice", "disabled_at": None})


def test_what_is_typed_about_people_is_written_down(typed: Any) -> None:
    typed("user", "add", "alice", "--password-stdin", given="a good password\n")
    for word in ("disable", "enable"):
        typed("user", word, "alice")
    with Desk(read_settings(), as_json=False) as desk:
        entries = desk.database.read_now(page)
    assert [(entry.action, entry.actor_kind, entry.target) for entry in reversed(entries)] == [
        ("user.added", "command", "alice"),
        ("user.disabled", "command", "alice"),
        ("user.enabled", "command", "alice"),
    ]


def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(typed: Any) -> None:
    typed("user", "add", "alice", "--password-stdin", given="a good password\n")
    typed("user", "add", "root", "--admin", "--password-stdin", given="a good password\n")
    only = "root is the only admin who can sign in. Add another admin or switch one on first."
    refused = [
        (("user", "disable", "root"), only),
        (("user", "add", "ALICE", "--password-stdin"), "There is already a user ALICE."),
        (("user", "disable", "bob"), "There is no user bob."),
        (("user", "enable", "bob"), "There is no user bob."),
        (("key", "revoke", "ci"), "There is no working key ci."),
        (("send", "--to", "bob", "--title", "Hi"), "Nobody here is called bob."),
        (("send", "--to", "alice", "--title", "a\nb"), "--title: must be one line."),
    ]
    for words, sentence in refused:
        assert typed(*words, given="a good password\n") == (1, "", sentence)


def test_without_a_terminal_a_password_is_not_asked_for(typed: Any) -> None:
    code, _, said = typed("user", "add", "alice")
    assert (code, said) == (1, "There is no terminal to ask for the password; use --password-stdin.")


@ONE_ENGINE
@pytest.mark.parametrize(
    "words", [[], ["nonsense"], ["user"], ["user", "add"], ["key", "create", "ci", "--scope", "everything"]]
)
def test_wrong_usage_is_exit_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_key_is_printed_once_and_never_listed(typed: Any) -> None:
    code, secret, _ = typed("key", "create", "ci", "--scope", "publish")
    assert (code, secret.startswith("tdk_")) == (0, True)
    for words in (("key", "list"), ("key", "list", "--json")):
        assert secret not in typed(*words)[1]
    assert typed("key", "revoke", "ci") == (0, "The key ci no longer works.", "")


def test_a_notification_is_sent_to_people_and_to_everyone(typed: Any) -> None:
    for name in ("alice", "bob"):
        typed("user", "add", name, "--password-stdin", given="a good password\n")
    code, printed, _ = typed("send", "--to", "alice", "--title", "Hi", "--level", "warning", "--json")
    assert (code, json.loads(printed)["accepted"]) == (0, 1)
    assert typed("send", "--to", "everyone", "--title", "Hi all")[1].startswith("Sent to 2: ")


@ONE_ENGINE
def test_migrating_says_whether_anything_was_to_be_done(typed: Any) -> None:
    assert typed("migrate") == (0, "The database was brought up to date.", "")
    assert typed("migrate") == (0, "The database is up to date.", "")


def test_the_doctor_names_what_is_wrong_and_what_to_change(
    typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDINGS_PUBLIC_URL", "http://news.example")
    code, printed, said = typed("doctor", "--json")
    unwell = {each["check"]: each["advice"] for each in json.loads(printed) if not each["well"]}
    assert (code, said) == (1, "Something needs to be changed; see above.")
    assert unwell == {
        "public address": "Set TIDINGS_PUBLIC_URL to an https address.",
        "server": "Start it with scripts/run.",
    }


def test_the_doctor_says_who_is_missing_to_examine_a_site_from_outside(typed: Any) -> None:
    code, printed, _ = typed("doctor", "--url", "http://localhost:9", "--idle-seconds", "0")
    assert code == 1
    assert "does not answer" in printed


@ONE_ENGINE
def test_what_root_builds_another_user_can_serve_and_what_a_server_keeps_nobody_else_can_read(
    typed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def built(root: Path, say: object) -> Path:
        (root / ".pages").mkdir()
        return root / ".pages"

    monkeypatch.setattr("tidings.command.serving.ROOT", tmp_path)
    monkeypatch.setattr("tidings.command.serving.built_pages", built)
    before = os.umask(0o077)
    try:
        assert typed("build")[0] == 0
        assert typed("user", "list")[0] == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / ".pages").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "data/tidings.db").stat().st_mode) == 0o600


def test_a_bad_setting_is_named(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDINGS_HEARTBEAT_SECONDS", "never")
    code, _, said = typed("user", "list")
    assert code == 1
    assert said.startswith("TIDINGS_HEARTBEAT_SECONDS cannot be used: ")


def test_groups_are_made_filled_renamed_and_removed(typed: Any) -> None:
    for name in ("alice", "bob"):
        typed("user", "add", name, "--password-stdin", given="a good password\n")
    assert typed("group", "add", "ops", "alice") == (0, "Made the group ops.", "")
    assert typed("group", "join", "ops", "bob", "alice") == (0, "Added bob.", "")
    assert typed("group", "join", "ops", "bob") == (0, "They are all in it already.", "")
    assert [each["name"] for each in json.loads(typed("group", "members", "OPS", "--json")[1])] == [
        "alice",
        "bob",
    ]
    assert typed("send", "--group", "ops", "--to", "alice", "--title", "Hi")[1].startswith("Sent to 2: ")
    assert typed("send", "--topic", "deploys", "--title", "Hi")[1].startswith("Sent to 0: ")
    assert typed("group", "leave", "ops", "bob") == (0, "Taken out: bob.", "")
    assert typed("group", "rename", "ops", "operations") == (0, "It is called operations now.", "")
    assert "operations  1" in typed("group", "list")[1]
    assert typed("group", "remove", "operations") == (0, "The group operations is removed.", "")
    assert json.loads(typed("group", "list", "--json")[1]) == []


def test_what_cannot_be_done_with_a_group_is_one_sentence(typed: Any) -> None:
    typed("group", "add", "ops")
    refused = [
        (("group", "add", "OPS"), "There is already a group OPS."),
        (("group", "join", "ops", "mallory"), "There is no user mallory."),
        (("group", "members", "dev"), "There is no group dev."),
        (("send", "--group", "dev", "--title", "Hi"), "There is no group dev."),
    ]
    for words, sentence in refused:
        assert typed(*words) == (1, "", sentence)


def test_a_notification_to_nobody_is_wrong_usage(typed: Any) -> None:
    assert typed("send", "--title", "Hi") == (2, "", "Say to whom: --to, --group or --topic.")
