"""Writes the description of the protocol: `python -m tidings.live.description`, or scripts/protocol.

No argument and no choice. The test of this room calls `files` and compares.
"""

from pathlib import Path

from tidings.live.description.asyncapi import write_asyncapi
from tidings.live.description.page import write_page
from tidings.live.description.schemas import protocol
from tidings.live.description.types import write_types

ROOT = Path(__file__).parents[3]


def files() -> dict[Path, str]:
    """Return each file and what belongs into it."""
    now = protocol()
    return {
        ROOT / "assets/live/messages.d.ts": write_types(now),
        ROOT / "docs/asyncapi.json": write_asyncapi(now),
        ROOT / "docs/protocol.md": write_page(now),
    }


def main() -> None:
    """Write them."""
    for path, text in files().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
