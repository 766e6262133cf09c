"""Which build of the pages this is: the same two words in the pages themselves and in what the server says.

No page and no door may come in here. Written by startup when pages are built, read by the house.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

FILE = "build.json"
VARIABLE = "VITE_TIDINGS_BUILD"  # compiled into the pages: assets/ui/version.js reads it

Build = dict[str, str]


def new_build(fingerprint: str) -> Build:
    """Name a build that is about to be made: what it is made from, and when, to tell older from newer."""
    return {"id": fingerprint, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}


def keep_build(build: Build, folder: Path) -> None:
    """Write beside the built pages which they are."""
    (folder / FILE).write_text(json.dumps(build))


def build_in(folder: Path) -> Build | None:
    """Return which pages are built in this folder; None in development, and for pages that are not ours."""
    try:
        return json.loads((folder / FILE).read_text())
    except FileNotFoundError:
        return None
