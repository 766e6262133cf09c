"""The command that publishes: straight into the database; a running server notices within a moment.

No rule about publishing may come in here. Called through parser.py.
"""

import argparse
from typing import Any

from pydantic import ValidationError

from tidings.command.desk import CommandRefused, Desk, WrongUsage
from tidings.notifications.audience import UnknownRecipients
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Publisher, publish
from tidings.people import People

PUBLISHER = Publisher("command", "command line")
FIELDS = ("title", "body", "level", "priority", "category", "url", "format", "dedupe_key")


def send(desk: Desk, words: argparse.Namespace) -> None:
    """Publish one notification and say in how many inboxes it is."""
    try:
        draft = Draft.model_validate(
            {"to": _audience(words)} | {name: getattr(words, name) for name in FIELDS}
        )
    except ValidationError as refused:
        raise CommandRefused(_sentence(refused)) from None
    now = desk.clock.now()
    try:
        done = desk.database.write_now(
            lambda session: publish(session, People(), Order(draft, PUBLISHER), frozenset, now)
        )
    except UnknownRecipients as unknown:
        raise CommandRefused(str(unknown)) from None
    desk.show({"id": done.id, "accepted": done.accepted}, f"Sent to {done.accepted}: {done.id}")


def _audience(words: argparse.Namespace) -> Any:
    if words.to == ["everyone"]:
        return "everyone"
    if not (words.to or words.group or words.topic):
        raise WrongUsage("Say to whom: --to, --group or --topic.")
    groups, topics = [{"group": name} for name in words.group], [{"topic": name} for name in words.topic]
    return [*words.to, *groups, *topics]


def _sentence(refused: ValidationError) -> str:
    first = refused.errors()[0]
    return f"--{str(first['loc'][0]).replace('_', '-')}: {first['msg'].removeprefix('Value error, ')}."
