"""A version of Tidings that does not exist yet: a copy of this tree, changed as later ones will be.

It has a step more in the database (additive, as all are), pages of another build, and says what no page of
today knows. No assertion comes in here. Used where old and new run side by side.
"""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

from tests.running import ROOT
from tidings.build import FILE, build_in
from tidings.startup.fingerprint import fingerprint
from tidings.startup.pages import built_pages

CODE = ("alembic", "assets", "reflex.lock", "tidings")
SETTINGS = (".npmrc", "alembic.ini", "bunfig.toml", "pyproject.toml", "requirements.txt", "rxconfig.py")
PACKED = (".gz", ".br")
STEP = '''
"""A column and a table that versions before this one do not know."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None


def upgrade() -> None:
    op.add_column("contents", sa.Column("mood", sa.String(20), nullable=True))
    op.add_column("deliveries", sa.Column("weight", sa.Integer(), nullable=False, server_default="1"))
    op.create_table("moods", sa.Column("name", sa.String(20), primary_key=True))
'''
WELCOME = "        return Frame.of(_auth_ok(guest.connection, here) | state | more)\n"
MOODY = '        more |= {"mood": "sunny", "build": {**(self.services.build or {}), "commit": "abc"}}\n'
START = "        self.say(*before, *islice(frames, 1))\n"
TALKATIVE = """        forecast = Frame.of({"type": "forecast", "items": [1, 2], "cursor": "tomorrow"})
        self.say(*before, forecast, *islice(frames, 1))
"""


def newer_tree(place: Path, before: str) -> Path:
    """Make the tree; `before` is the newest step of today. Its pages are these pages under other names."""
    for name in (*CODE, *SETTINGS):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place / name)
    (place / "alembic/versions/9999_newer.py").write_text(STEP.format(before=before))
    _change(place / "tidings/live/desk.py", WELCOME, MOODY + WELCOME)
    _change(place / "tidings/live/follower.py", START, TALKATIVE)
    (place / "assets/ui/newer.js").write_text("// Only so that the fingerprint is another.\n")
    _rename_files(_copied_pages(place))
    return place


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text, path
    path.write_text(text.replace(old, new))


def _copied_pages(place: Path) -> Path:
    """Copy the built pages and call them a later build."""
    pages = built_pages(ROOT, print)
    newer = place / ".pages" / fingerprint(place)
    shutil.copytree(pages, newer)
    words = json.dumps({"id": newer.name, "made_at": datetime.now(UTC).isoformat(timespec="seconds")})
    (newer / FILE).write_text(words)
    before = json.dumps(build_in(pages))
    for path in (newer / "build/client/assets").glob("*.js"):
        text = path.read_text().replace(before, words)
        path.write_text(text.replace(_quoted(before), _quoted(words)))  # whichever the bundler wrote
    return newer / "build/client"


def _quoted(text: str) -> str:
    return json.dumps(text)[1:-1]


def _rename_files(client: Path) -> None:
    """Give every built file another name, as another content would: what an old page asks for is gone."""
    names = {
        path.name: f"{path.stem}0{path.suffix}"
        for path in (client / "assets").iterdir()
        if path.suffix not in PACKED
    }
    for path in list(client.rglob("*")):
        if path.suffix in PACKED:
            path.unlink()  # packed twins would be served with the old names inside
        elif path.suffix in (".html", ".js", ".css"):
            text = path.read_text()
            for old, new in names.items():
                text = text.replace(old, new)
            path.write_text(text)
    for old, new in names.items():
        (client / "assets" / old).rename(client / "assets" / new)
