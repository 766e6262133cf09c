"""One short text that changes exactly when the built pages would.

No setting and no port may come in here: nothing of them is compiled into a page. Called by `pages`.
"""

import ast
import hashlib
from collections.abc import Iterator
from pathlib import Path

# Read whole: any file below them can end up in the bundle.
FOLDERS = ("assets", "reflex.lock", "tidings/ui")
FILES = ("rxconfig.py", "requirements.txt", ".npmrc", "tidings/tidings.py", "tidings/live/provider.py")
MADE_BY_REFLEX = ("assets/external",)  # links that a build makes


def fingerprint(root: Path) -> str:
    """Return the fingerprint of everything from which the pages of the project in `root` are made."""
    digest = hashlib.sha256()
    for path in sorted(_sources(root)):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _sources(root: Path) -> set[Path]:
    found = {path for name in FILES if (path := root / name).is_file()}
    for folder in FOLDERS:
        found |= {path for path in (root / folder).rglob("*") if _is_source(root, path)}
    pages = [path for path in found if path.suffix == ".py" and path != root / "tidings/tidings.py"]
    return found | _imported(root, pages)


def _is_source(root: Path, path: Path) -> bool:
    place = path.relative_to(root).as_posix()
    return path.is_file() and "__pycache__" not in place and not place.startswith(MADE_BY_REFLEX)


def _imported(root: Path, pages: list[Path]) -> set[Path]:
    """Follow the pages' imports through our own modules; the composition root's would lead everywhere."""
    waiting, seen = list(pages), set[Path]()
    while waiting:
        for path in _modules_of(root, waiting.pop()):
            if path not in seen:
                seen.add(path)
                waiting.append(path)
    return seen


def _modules_of(root: Path, source: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            yield from _files_of(root, name)


def _files_of(root: Path, name: str) -> Iterator[Path]:
    if name.split(".")[0] != "tidings":
        return
    place = root.joinpath(*name.split("."))
    for path in (place.with_suffix(".py"), place / "__init__.py"):
        if path.is_file():
            yield path
