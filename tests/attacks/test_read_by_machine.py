"""Bandit reads all of our Python. What it points at is changed, or written down here with the reason."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Rule, file, reason.
ACCEPTED = {
    ("B105", "tidings/accounts/sessions.py"): "the word password_changed is why a session ended",
    ("B105", "tidings/audit/tables.py"): "names of actions, not passwords",
    ("B105", "tidings/demo.py"): "the demo's password is printed at the start of a demo, and only there",
    ("B105", "tidings/settings.py"): "the name of a file",
    ("B310", "tidings/command/doctor.py"): "an http address made of our own host and port",
    ("B311", "tidings/demo.py"): "which story comes next is no secret",
    ("B311", "tidings/api/shield.py"): "names a request for the journal, lets nobody in",
    ("B311", "tidings/live/door.py"): "spreads reconnects over time, keeps nothing secret",
    ("B311", "tidings/live/lobby.py"): "spreads those who are asked to come back, hides nothing",
    ("B311", "tidings/live/socket.py"): "names a connection, which opens nothing",
    ("B105", "tidings/live/description/page.py"): "new_token is a word for when to come back",
    ("B101", "tidings/live/desk.py"): "tells the type checker what the caller has established",
    ("B404", "tidings/startup/checks.py"): "asks node for its version",
    ("B603", "tidings/startup/checks.py"): "a program found on our own PATH, no shell, no visitor's text",
    ("B404", "tidings/startup/pages.py"): "builds the pages",
    ("B603", "tidings/startup/pages.py"): "our own interpreter, no shell, no visitor's text",
    ("B310", "tidings/command/restore.py"): "asks our own address whether somebody serves there",
    ("B311", "tidings/neighbours/line.py"): "spreads attempts to come back, hides nothing",
    ("B101", "tidings/neighbourhood.py"): "tells the type checker what the caller has established",
    ("B104", "tidings/command/doctor.py"): "recognises such an address, listens on none",
    ("B105", "tidings/reference/codes.py"): "no password: a word for when to come back",
    ("B404", "tidings/supervisor.py"): "starts the workers",
    ("B603", "tidings/supervisor.py"): "our own interpreter, no shell, no visitor's text",
}


def test_bandit_finds_nothing_that_was_not_looked_at() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-q", "-r", "tidings", "alembic", "rxconfig.py", "-f", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = {
        (each["test_id"], each["filename"].removeprefix("./")): each
        for each in json.loads(done.stdout)["results"]
    }
    fresh = [
        f"{rule} {file}:{found[rule, file]['line_number']}"
        for rule, file in sorted(found.keys() - ACCEPTED.keys())
    ]
    assert not fresh, f"look at: {fresh}"
