"""The browser's own account of its sockets, in pages and workers alike, over its debugging port.

Playwright sees the sockets of pages only; a shared worker's are nobody's page's. A thread listens and notes;
it acts only when it is asked to. Used by the journeys about sharing.
"""

import base64
import json
import threading
import zlib
from contextlib import ExitStack, suppress
from itertools import count
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.browser.witness import Wire

WATCHED = ("page", "shared_worker")
ANSWER_S = 10


class DevTools:
    """Everything the debugging port tells of targets and their WebSockets."""

    def __init__(self, address: str, own: str) -> None:
        where = httpx.get(address + "/json/version").json()["webSocketDebuggerUrl"]
        self._own = own.replace("http", "ws", 1)
        self._stack = ExitStack()
        self._line = self._stack.enter_context(connect(where, max_size=None))
        self._numbers = count(1)
        self._answers: dict[int, dict[str, Any]] = {}
        self._answered = threading.Condition()
        self.targets: dict[str, dict[str, Any]] = {}
        self._targets_of: dict[str, tuple[str, str]] = {}  # the id and the kind, by session
        self._wires: dict[tuple[str, str], Wire] = {}
        self.deflated_sent = 0
        self.holders: list[tuple[str, Wire]] = []  # the kind of target, and its socket
        threading.Thread(target=self._listen, daemon=True).start()
        self.ask("Target.setDiscoverTargets", discover=True)

    # what is known

    @property
    def wires(self) -> list[Wire]:
        """All sockets to our server, in the order they were made."""
        return [wire for _, wire in list(self.holders)]

    @property
    def open_wires(self) -> list[Wire]:
        """Those that are open at this moment."""
        return [wire for wire in self.wires if wire.is_open]

    def workers(self) -> list[str]:
        """The ids of the shared workers that are alive."""
        return [target for target, info in self.targets.items() if info["type"] == "shared_worker"]

    # what is done

    def ask(self, method: str, session: str | None = None, **words: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": words}
        self._line.send(json.dumps(command | ({"sessionId": session} if session else {})))
        with self._answered:
            self._answered.wait_for(lambda: number in self._answers, ANSWER_S)
            return self._answers.pop(number, {})

    def kill(self, target: str) -> None:
        """End a target, as a crash of it would."""
        self.ask("Target.closeTarget", targetId=target)
        self.targets.pop(target, None)
        for (session, _), wire in list(self._wires.items()):
            if self._targets_of[session][0] == target:
                wire.close()  # the dead do not say so

    def close(self) -> None:
        """Stop listening."""
        self._stack.close()

    # what is heard

    def _listen(self) -> None:
        with suppress(ConnectionClosed, OSError):
            for text in self._line:
                self._take(json.loads(text))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            with self._answered:
                self._answers[message["id"]] = message
                self._answered.notify_all()
            return
        name, words = message["method"], message["params"]
        handler = getattr(self, "_on_" + name.replace(".", "_").lower(), None)
        if handler is not None:
            handler(words, message.get("sessionId", ""))

    def _send(self, method: str, session: str | None = None, **words: Any) -> None:
        command = {"id": next(self._numbers), "method": method, "params": words}
        self._line.send(json.dumps(command | ({"sessionId": session} if session else {})))

    def _on_target_targetcreated(self, words: dict[str, Any], _: str) -> None:
        info = words["targetInfo"]
        if info["type"] in WATCHED:
            self.targets[info["targetId"]] = info
            self._send("Target.attachToTarget", targetId=info["targetId"], flatten=True)

    def _on_target_targetdestroyed(self, words: dict[str, Any], _: str) -> None:
        self.targets.pop(words["targetId"], None)

    def _on_target_attachedtotarget(self, words: dict[str, Any], _: str) -> None:
        info = words["targetInfo"]
        self._targets_of[words["sessionId"]] = info["targetId"], info["type"]
        self._send("Network.enable", words["sessionId"])

    def _on_target_detachedfromtarget(self, words: dict[str, Any], _: str) -> None:
        for (session, _name), wire in list(self._wires.items()):
            if session == words["sessionId"]:
                wire.close()

    def _on_network_websocketcreated(self, words: dict[str, Any], session: str) -> None:
        if words["url"].startswith(self._own):
            wire = Wire(words["url"])
            self._wires[session, words["requestId"]] = wire
            self.holders.append((self._targets_of[session][1], wire))

    def _on_network_websocketframesent(self, words: dict[str, Any], session: str) -> None:
        self._note(words, session, is_sent=True)

    def _on_network_websocketframereceived(self, words: dict[str, Any], session: str) -> None:
        self._note(words, session, is_sent=False)

    def _on_network_websocketclosed(self, words: dict[str, Any], session: str) -> None:
        if wire := self._wires.get((session, words["requestId"])):
            wire.close()

    def _note(self, words: dict[str, Any], session: str, *, is_sent: bool) -> None:
        wire = self._wires.get((session, words["requestId"]))
        frame = words["response"]
        if wire is None or frame["opcode"] not in (1, 2):
            return
        text = frame["payloadData"]
        if frame["opcode"] == 2:
            self.deflated_sent += is_sent
            text = zlib.decompress(base64.b64decode(text), -zlib.MAX_WBITS).decode()
        (wire.sent if is_sent else wire.received).append(json.loads(text))
