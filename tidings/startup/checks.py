"""What must be true of this machine before anything is built or migrated.

No repair may come in here: each check returns what it found or refuses with a sentence. Called by `start`.
"""

import errno
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tidings.startup.refusal import StartRefused

NODE_AT_LEAST = (22, 22)  # what Reflex 0.10 asks for


def check_data_dir(data_dir: Path) -> None:
    """Refuse a data directory in which no file can be made."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir):
            pass
    except OSError as refused:
        why = (refused.strerror or str(refused)).lower()
        raise StartRefused(f"TIDINGS_DATA_DIR={data_dir} cannot be written to: {why}.") from None


def open_listener(host: str, port: int) -> socket.socket:
    """Take the port at once and for good, so that a second start cannot slip in before the server is up.

    It does not listen yet: whoever comes before the server can answer is refused at once, and a proxy asks
    another server instead of waiting for this one. The server itself listens, when it is ready.
    Without SO_REUSEPORT: two servers that both set it would share the port and split its visitors.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = Listener(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host != "::")
        listener.take(host, port)
    except OSError as refused:
        listener.close()
        raise StartRefused(_why_not_listening(host, port, refused)) from None
    return listener


class Listener(socket.socket):
    """A bound socket that keeps its address for itself, as long as it is open, before it listens.

    Until one of them listens, the kernel would let two starts have the same address. So each also takes a
    name in Linux' abstract space, which goes with the process. Elsewhere the second of two starts within the
    same seconds is refused when it wants to listen.
    """

    __slots__ = ("_reservation",)

    def take(self, host: str, port: int) -> None:
        """Bind, or raise `OSError`."""
        self._reservation = socket.socket(socket.AF_UNIX)
        self.bind((host, port))
        if sys.platform == "linux":
            host, port = self.getsockname()[:2]
            self._reservation.bind(f"\0tidings at {host}:{port}")

    def close(self) -> None:
        self._reservation.close()
        super().close()


def _why_not_listening(host: str, port: int, refused: OSError) -> str:
    if refused.errno == errno.EADDRINUSE:
        return f"Port {port} is in use; stop the other program or choose another port with TIDINGS_PORT."
    if refused.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} may not be opened by this user; choose one above 1023 with TIDINGS_PORT."
    return f"TIDINGS_HOST={host} is not an address of this machine."


def check_node(path: str) -> None:
    """Refuse to build without a Node that Reflex can use. `path` is searched as PATH is."""
    node = shutil.which("node", path=path)
    if node is None:
        raise StartRefused("Node is missing, which builds the pages; scripts/run installs it into .venv.")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < NODE_AT_LEAST:
        wanted = ".".join(map(str, NODE_AT_LEAST))
        raise StartRefused(
            f"{node} is Node {said.removeprefix('v') or 'unknown'}, too old to build the pages: "
            f"they need {wanted} or newer; scripts/run installs one into .venv."
        )
