"""Both ends of the wire hold the same tables: Python's beside the browser's."""

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any, get_args

from tidings.live import protocol
from tidings.live.codes import MEANINGS, Code

ROOT = Path(__file__).parents[2]


@cache
def browsers() -> dict[str, Any]:
    """Return what assets/live/protocol.js exports, functions left out."""
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "Node is missing beside Python: requirements.txt is not installed there"
    module = (ROOT / "assets/live/protocol.js").as_uri()
    script = f"import * as all from {json.dumps(module)}; process.stdout.write(JSON.stringify({{...all}}))"
    done = subprocess.run(
        [node, "--input-type=module", "-e", script], capture_output=True, text=True, timeout=30, check=True
    )
    return json.loads(done.stdout)


def test_the_close_codes_are_the_same_on_both_ends() -> None:
    theirs = [(row["code"], row["name"], row["comeBack"]) for row in browsers()["CLOSE_CODES"]]
    assert theirs == [(int(code), each.name, each.come_back) for code, each in MEANINGS.items()]


def test_every_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Code)


def test_the_protocol_and_its_limits_are_the_same_on_both_ends() -> None:
    assert browsers()["PROTOCOL"] == protocol.PROTOCOL
    assert browsers()["MESSAGE_LIMIT_BYTES"] == protocol.MESSAGE_BYTES


def test_the_words_of_the_messages_are_the_same_on_both_ends() -> None:
    assert set(browsers()["CLIENT_MESSAGES"]) == protocol.KNOWN_TYPES
    assert set(browsers()["MARKS"]) == set(get_args(protocol.Mark))
    assert set(browsers()["VIEWS"]) == set(get_args(protocol.View))
