"""What was published and what each client was told, and the judgement over both: invariants I1 to I6.

No network may come in here. Called by the storms; its own tests plant every violation it must find.

Every publication carries a number of ours, its tag, in the title: the server's id is unknown to a sender who
lost the answer, and a publication that got two ids is one of the things looked for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

TITLE = "storm "


def title_of(tag: int) -> str:
    return f"{TITLE}{tag}"


@dataclass
class Publications:
    """Everything that was tried, for whom, and what was acknowledged."""

    meant: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    acknowledged: set[int] = field(default_factory=set[int])
    ids: dict[int, str] = field(default_factory=dict[int, str])

    def attempt(self, recipients: frozenset[str]) -> int:
        """Note that something is going to be published; return its tag."""
        self.meant.append(recipients)
        return len(self.meant) - 1

    def acknowledge(self, tag: int, notification_id: str) -> bool:
        """Note the answer; False when another id was seen before."""
        self.acknowledged.add(tag)
        return self.seen(tag, notification_id)

    def seen(self, tag: int, notification_id: str) -> bool:
        return self.ids.setdefault(tag, notification_id) == notification_id

    def tag_of(self, item: Mapping[str, Any]) -> int | None:
        """Return which publication an item is, or None when nobody here published it."""
        title = str(item["title"])
        number = title.removeprefix(TITLE)
        known = title.startswith(TITLE) and number.isdecimal() and int(number) < len(self.meant)
        return int(number) if known else None


@dataclass
class Verdict:
    """How often each promise was broken; the first examples say how."""

    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    foreign: int = 0
    differing: int = 0
    miscounted: int = 0
    reloaded: int = 0
    examples: list[str] = field(default_factory=list[str])

    @property
    def clean(self) -> bool:
        broken = (
            self.lost,
            self.doubled,
            self.out_of_order,
            self.foreign,
            self.differing,
            self.miscounted,
            self.reloaded,
        )
        return not any(broken)

    def add(self, kind: str, example: str) -> None:
        setattr(self, kind, getattr(self, kind) + 1)
        if len(self.examples) < 20:
            self.examples.append(f"{kind}: {example}")


@dataclass
class View:
    """One client's model of its inbox, folded from what it is told as the contract says, over connections."""

    user: str
    publications: Publications
    verdict: Verdict
    epoch: str = ""
    seq: int = 0
    revision: int = -1
    unread: int = 0
    seqs: dict[int, int] = field(default_factory=dict[int, int])  # tag -> seq
    read: dict[int, bool] = field(default_factory=dict[int, bool])  # tag -> read, where it was ever told
    tags: dict[str, int] = field(default_factory=dict[str, int])  # id -> tag

    @property
    def cursor(self) -> dict[str, Any] | None:
        return {"epoch": self.epoch, "seq": self.seq, "revision": self.revision} if self.epoch else None

    def hear(self, message: Mapping[str, Any]) -> None:
        """Fold one message of the server in."""
        match message["type"]:
            case "auth_ok":
                self._welcomed(message)
            case "snapshot":
                self._reset(message)
            case "notifications":
                self._delivered(message)
            case "updated":
                self._changed(message)
            case _:
                return

    def _welcomed(self, message: Mapping[str, Any]) -> None:
        if self.epoch and not message.get("recovered", True):
            self.verdict.add("reloaded", f"{self.user} at {self.seq}")
        self.unread = message.get("unread", self.unread)

    def _reset(self, message: Mapping[str, Any]) -> None:
        for item in reversed(message["items"]):
            self._take(item)
        self._move_to(message["cursor"])
        self.unread = message["unread"]

    def _delivered(self, message: Mapping[str, Any]) -> None:
        if message["after"] > self.seq:
            self.verdict.add("out_of_order", f"{self.user} is at {self.seq}, told after {message['after']}")
        for item in message["items"]:
            seq = item["seq"]
            if seq <= self.seq:
                self.verdict.add("doubled", f"{self.user} was told {seq} again")
                continue
            if seq != self.seq + 1:
                self.verdict.add("out_of_order", f"{self.user}: {seq} follows {self.seq}")
            self._take(item)
            self.seq = seq
        self._move_to(message["cursor"])
        self.unread = message.get("unread", self.unread)

    def _take(self, item: Mapping[str, Any]) -> None:
        tag = self.publications.tag_of(item)
        if tag is None or self.user not in self.publications.meant[tag]:
            self.verdict.add("foreign", f"{self.user} got {item['title']}")
            return
        if tag in self.seqs or not self.publications.seen(tag, item["id"]):
            self.verdict.add("doubled", f"{self.user} got {item['title']} twice: {item['id']}")
        self.verdict.deliveries += 1
        self.seqs[tag] = item["seq"]
        self.tags[self.publications.ids[tag]] = tag
        if item["read_at"] is not None:
            self.read[tag] = True

    def _changed(self, message: Mapping[str, Any]) -> None:
        if message["revision"] < self.revision:
            self.verdict.add(
                "out_of_order", f"{self.user}: revision {message['revision']} after {self.revision}"
            )
        for change in message["items"]:
            tag = self.tags.get(change["id"])
            if tag is not None and "read_at" in change:
                self.read[tag] = change["read_at"] is not None
        self.revision, self.unread = message["revision"], message["unread"]

    def _move_to(self, cursor: Mapping[str, Any]) -> None:
        if cursor["seq"] < self.seq or cursor["revision"] < self.revision:
            self.verdict.add("out_of_order", f"{self.user}: {dict(cursor)} after {self.cursor}")
        self.epoch, self.seq, self.revision = cursor["epoch"], cursor["seq"], cursor["revision"]


Row = tuple[str, int, bool]  # title, seq, read: what the database has for one person


def judge(views: Iterable[View], truth: Mapping[str, Collection[Row]]) -> None:
    """Compare what the clients have with what was acknowledged (I1) and with the database (I5, I6)."""
    for view in views:
        _nothing_lost(view)
        _same_as(view, truth[view.user])


def _nothing_lost(view: View) -> None:
    publications = view.publications
    for tag in publications.acknowledged:
        if view.user in publications.meant[tag] and tag not in view.seqs:
            view.verdict.add("lost", f"{view.user} never got {title_of(tag)}")


def _same_as(view: View, rows: Collection[Row]) -> None:
    mine = {(title_of(tag), seq, view.read.get(tag, False)) for tag, seq in view.seqs.items()}
    for row in mine.symmetric_difference(rows):
        view.verdict.add(
            "differing", f"{view.user}: {row} is only {'here' if row in mine else 'in the database'}"
        )
    numbers = sorted(seq for _, seq, _ in rows)
    if numbers != list(range(1, len(numbers) + 1)):
        view.verdict.add("out_of_order", f"{view.user}'s numbers have gaps in the database")
    unread = sum(not read for _, _, read in rows)
    if view.unread != unread:
        view.verdict.add("miscounted", f"{view.user}'s badge says {view.unread}, there are {unread}")
