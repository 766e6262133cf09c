"""What is published: about 300 bytes that say the same to every server, as one ready HTTP request.

No server may come in here. Called by the measures. The load client writes a serial number over the zeros.
"""

import json
from collections.abc import Mapping

SERIAL = "#0000000000"
RECIPIENT = "bench-00000000"
BODY = "Version 4.2.0 is live in every region; all health checks are green and no action is needed."


def peer_request(port: int) -> bytes:
    """Return the request for a peer: it passes the body on to everybody."""
    item = {
        "id": "0199f3a2-7c41-7d1e-9a55-3f0d6a2b9c11",
        "title": f"{SERIAL} Deployed to production",
        "body": BODY,
        "level": "success",
        "url": "/deployments/4711",
        "source": "ci",
        "created_at": "2026-11-23T12:00:00.123Z",
    }
    return _request(port, "/publish", item, "")


def tidings_request(port: int, key: str, *, to_one: bool = False, body_bytes: int = 0) -> bytes:
    """Return the request that publishes to everyone, or to the one person whose number is filled in."""
    draft = {
        "to": [RECIPIENT] if to_one else "everyone",
        "title": f"{SERIAL} Deployed to production",
        "body": "x" * body_bytes or BODY,
        "level": "success",
        "url": "/deployments/4711",
    }
    return _request(port, "/api/v1/notifications", draft, f"Authorization: Bearer {key}\r\n")


def _request(port: int, path: str, message: Mapping[str, object], more: str) -> bytes:
    body = json.dumps(message, separators=(",", ":")).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"
        f"{more}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
