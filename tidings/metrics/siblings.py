"""The siblings: what all workers of one supervisor count, on one page, each sample with its worker's number.

No counting may come in here. Made by the house when there is more than one worker: whichever of them is
scraped answers for all, or counters would jump back and forth between one scrape and the next.

Each leaves its own page in the data folder every few seconds. So nobody has to be asked, and a worker that
hangs is seen: its samples stand still and then go.
"""

import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

LEAVE_EVERY_S = 2.0
OLD_S = 15.0  # whoever left nothing for so long is gone, or as good as
FORGOTTEN_S = 3600.0

SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)\Z")


class Siblings:
    """`number` is this worker's. The supervisor is the parent of all, so its id names the family."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._number = folder, number
        self._family = f"{socket.gethostname()}-{os.getppid()}"

    def leave(self, page: bytes) -> None:
        """Leave this worker's page for the others, whole or not at all."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._place(self._number)
        draft = place.with_suffix(f".{os.getpid()}")
        draft.write_bytes(page)
        draft.replace(place)
        self._forget()

    def together(self, page: bytes) -> bytes:
        """Return this worker's page of this moment, and those the others left lately."""
        pages = {self._number: page.decode()} | dict(self._left())
        return merged(pages).encode()

    def go(self) -> None:
        """Take this worker's page away."""
        self._place(self._number).unlink(missing_ok=True)

    def _place(self, number: int) -> Path:
        return self._folder / f"{self._family}-{number}.prom"

    def _left(self) -> Iterator[tuple[int, str]]:
        for place in self._folder.glob(f"{self._family}-*.prom"):
            number = int(place.stem.rpartition("-")[2])
            if number != self._number and _age_s(place) < OLD_S:
                yield number, place.read_text()

    def _forget(self) -> None:
        for place in self._folder.glob("*.prom"):
            if _age_s(place) > FORGOTTEN_S:
                place.unlink(missing_ok=True)


def merged(pages: dict[int, str]) -> str:
    """Join pages family by family, as the text format wants it; each sample says whose it is."""
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for number, page in sorted(pages.items()):
        family = ""
        for line in page.splitlines():
            if line.startswith("# HELP "):
                family = line.split(" ", 3)[2]
                heads.setdefault(family, [])
            if not line.startswith("#"):
                samples.setdefault(family, []).append(_marked(line, number))
            elif len(heads[family]) < 2:
                heads[family].append(line)
    return "".join(f"{line}\n" for family in heads for line in [*heads[family], *samples.get(family, [])])


def _marked(line: str, number: int) -> str:
    found = SAMPLE.match(line)
    if found is None:
        return line
    labels = f"{found['labels']}," if found["labels"] else ""
    return f'{found["name"]}{{{labels}worker="{number}"}} {found["value"]}'


def _age_s(place: Path) -> float:
    try:
        return time.time() - place.stat().st_mtime
    except FileNotFoundError:  # its worker has just left
        return FORGOTTEN_S
