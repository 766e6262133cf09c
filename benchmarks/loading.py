"""The load client as Python sees it: one process of load.c on the other core, asked line by line.

No server and no figure may come in here. Called by the measures.
"""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from benchmarks.processes import cores, pinned
from benchmarks.workshop import BENCH, HERE, CannotMeasure, program

Answer = dict[str, Any]

SLOWEST_PER_S = 50  # opened a second, on a busy machine
AT_ONCE = 100  # handshakes under way while sockets are opened for another measure


class Load:
    """Many WebSockets to one server. Use as a context manager."""

    def __init__(self, port: int, flavour: str, path: str) -> None:
        command = [str(program(HERE / "load.c")), str(port), flavour, path]
        self._process = subprocess.Popen(
            pinned(cores()[1], command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._opened = 0

    def __enter__(self) -> "Load":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def use_tokens(self, tokens: Sequence[str]) -> None:
        """Let socket number n sign in with token number n; after a space may stand the cursor it comes
        with."""
        self._ask_with_file("tokens", "\n".join(tokens).encode())

    def use_request(self, request: bytes) -> None:
        """Publish with this HTTP request; its serial number is filled in each time."""
        self._ask_with_file("request", request)

    def open(self, count: int, at_once: int = AT_ONCE, seconds: float = 0) -> Answer:
        """Open so many more sockets, and wait until all of them are told news."""
        seconds = seconds or 60 + count / SLOWEST_PER_S
        answer = self._ask(f"open {count} {at_once} {seconds}")
        self._opened += count
        if answer["ready"] < self._opened:
            raise CannotMeasure(f"Only {answer['ready']} of {self._opened} sockets could be opened: {answer}")
        answer["per_s"] = count / answer["seconds"]
        return answer

    def broadcast(
        self, seconds: float, window: int = 1, rate: float = 0, *, may_lose: bool = False
    ) -> Answer:
        """Publish to everybody for so long. Raises when one item is missing, doubled or foreign."""
        return _checked(self._ask(f"broadcast {seconds} {window} {rate}"), may_lose)

    def unicast(self, seconds: float, window: int, rate: float = 0) -> Answer:
        """Publish to one person after the other."""
        return _checked(self._ask(f"unicast {seconds} {window} {rate}"), may_lose=False)

    def stall(self, count: int) -> None:
        """Never read from the first so many sockets again."""
        self._ask(f"stall {count}")

    def idle(self, seconds: float) -> Answer:
        """Only answer heartbeats."""
        return self._ask(f"idle {seconds}")

    def _ask_with_file(self, word: str, content: bytes) -> None:
        with NamedTemporaryFile(dir=BENCH) as file:
            Path(file.name).write_bytes(content)
            self._ask(f"{word} {file.name}")

    def _ask(self, line: str) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise CannotMeasure(f"The load client ended at '{line}'; the line above says why.")
        return json.loads(answer)


def _checked(answer: Answer, may_lose: bool) -> Answer:
    answer["per_s"] = answer["delivered"] / answer["seconds"]
    lost = answer["missing"] or answer["wrong"] or answer["refused"]
    if (lost and not may_lose) or not answer["delivered"]:
        raise CannotMeasure(f"Not every item arrived exactly once: {answer}")
    return answer
