"""What can be typed after `python -m tidings`, and which function does it.

No work is done here. Called by __main__.py.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tidings.command import account, backup, doctor, groups, restore, sending, serving
from tidings.command.desk import CommandRefused, Desk
from tidings.database import DatabaseRefused, DatabaseUnavailable
from tidings.settings import SettingsRefused, read_settings

if TYPE_CHECKING:
    Actions = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # it has no other name

FOR_US_ALONE = 0o077  # the database holds what people were told: nobody else on this machine is to read it
FOR_ALL = 0o022  # pages hold nothing of anybody's, and who serves them is another user than who installs

Command = Callable[[Desk, argparse.Namespace], None]


def main(argv: list[str]) -> int:
    """Do what the words say; return the exit code."""
    words = command_line().parse_args(argv)
    os.umask(FOR_ALL if words.command is serving.build else FOR_US_ALONE)
    if words.command in (serving.serve, serving.work, serving.build):  # they need no database at hand
        return words.command(words)
    try:
        with Desk(read_settings(), as_json=words.json) as desk:
            words.command(desk, words)
    except CommandRefused as refused:
        print(refused, file=sys.stderr)
        return refused.exit_code
    except (SettingsRefused, DatabaseRefused, DatabaseUnavailable) as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def command_line() -> argparse.ArgumentParser:
    """Return the whole language."""
    parser = argparse.ArgumentParser(
        prog="python -m tidings", description="Live notifications for everybody you serve."
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON")
    subjects = parser.add_subparsers(required=True, metavar="COMMAND")
    _serve(subjects, common)
    _user(subjects.add_parser("user", help="people").add_subparsers(required=True, metavar="ACTION"), common)
    _group(
        subjects.add_parser("group", help="groups of people").add_subparsers(required=True, metavar="ACTION"),
        common,
    )
    _key(subjects.add_parser("key", help="API keys").add_subparsers(required=True, metavar="ACTION"), common)
    _send(subjects, common)
    _plain(subjects, common, "migrate", "bring the database up to date", doctor.migrate)
    _doctor(subjects, common)
    _keeping(subjects, common)
    return parser


def _plain(
    subjects: "Actions",
    common: argparse.ArgumentParser,
    name: str,
    says: str,
    command: Command,
) -> argparse.ArgumentParser:
    parser = subjects.add_parser(name, help=says, description=says, parents=[common])
    parser.set_defaults(command=command)
    return parser


def _doctor(subjects: "Actions", common: argparse.ArgumentParser) -> None:
    says = "check the set-up, send a notification through every door, and say what to change"
    parser = _plain(subjects, common, "doctor", says, doctor.examine)
    parser.add_argument(
        "--url", help="examine the site at this address from outside, e.g. https://news.example"
    )
    parser.add_argument("--name", help="whom to sign in as there")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from the first line of input"
    )
    parser.add_argument(
        "--idle-seconds",
        type=float,
        metavar="SECONDS",
        help="how long a silent line must live (default: 62 with --url, else it is not tried; 0: not tried)",
    )


def _serve(subjects: "Actions", common: argparse.ArgumentParser) -> None:
    parser = subjects.add_parser(
        "serve", help="start the server", description="start the server", parents=[common]
    )
    parser.add_argument("--demo", action="store_true", help="add demo people and a trickle of notifications")
    parser.set_defaults(command=serving.serve)
    worker = subjects.add_parser("worker", parents=[common])  # without help: the supervisor starts it
    worker.add_argument("--listener", type=int, required=True)
    worker.add_argument("--number", type=int, required=True)
    worker.set_defaults(command=serving.work)
    building = "build the pages, as the first start would"
    subjects.add_parser("build", help=building, description=building).set_defaults(command=serving.build)


def _keeping(subjects: "Actions", common: argparse.ArgumentParser) -> None:
    keep = _plain(subjects, common, "backup", "write the whole database into one file", backup.backup)
    keep.add_argument("file", type=Path, metavar="FILE")
    keep.add_argument("--force", action="store_true", help="replace the file if there is one")
    back = _plain(subjects, common, "restore", "replace the database by a backup", restore.restore)
    back.add_argument("file", type=Path, metavar="FILE")
    back.add_argument(
        "--force", action="store_true", help="although somebody lives in it, or the server is running"
    )
    renew = _plain(
        subjects, common, "new-life", "after a restore by other means: start all anew", restore.begin_new_life
    )
    for command in (back, renew):
        command.add_argument("--sign-out", action="store_true", help="end every session of the backup")


def _user(actions: "Actions", common: argparse.ArgumentParser) -> None:
    add = _plain(actions, common, "add", "add a person", account.add_user)
    add.add_argument("name")
    add.add_argument("--admin", action="store_true", help="may publish from the page and manage others")
    add.add_argument(
        "--password-stdin", action="store_true", help="read the password from the first line of input"
    )
    _plain(actions, common, "list", "list everybody", account.list_users)
    _plain(actions, common, "disable", "switch an account off", account.disable_user).add_argument("name")
    _plain(actions, common, "enable", "switch an account on again", account.enable_user).add_argument("name")


def _group(actions: "Actions", common: argparse.ArgumentParser) -> None:
    add = _plain(actions, common, "add", "make a group", groups.add_group)
    add.add_argument("name")
    add.add_argument("people", nargs="*", metavar="PERSON", help="who is in it from the beginning")
    _plain(actions, common, "list", "list all groups", groups.list_groups)
    _plain(actions, common, "members", "list who is in a group", groups.list_members).add_argument("name")
    for word, says, command in (
        ("join", "add people to a group", groups.join_group),
        ("leave", "take people out of a group", groups.leave_group),
    ):
        moving = _plain(actions, common, word, says, command)
        moving.add_argument("name")
        moving.add_argument("people", nargs="+", metavar="PERSON")
    rename = _plain(actions, common, "rename", "call a group something else", groups.rename_group)
    rename.add_argument("name")
    rename.add_argument("new_name", metavar="NEW")
    _plain(actions, common, "remove", "remove a group; its people stay", groups.remove_group).add_argument(
        "name"
    )


def _key(actions: "Actions", common: argparse.ArgumentParser) -> None:
    create = _plain(actions, common, "create", "make a key and print it once", account.create_key)
    create.add_argument("name")
    create.add_argument(
        "--scope", action="append", choices=["publish"], help="what it may do (default: publish)"
    )
    create.add_argument(
        "--to", action="append", metavar="NAME", help="may publish only to this user; repeatable"
    )
    create.add_argument(
        "--topic", action="append", metavar="TOPIC", help="may publish only to this topic; repeatable"
    )
    _plain(actions, common, "list", "list all keys", account.list_keys)
    _plain(actions, common, "revoke", "end a key at once", account.revoke_key).add_argument("name")


def _send(subjects: "Actions", common: argparse.ArgumentParser) -> None:
    send = _plain(subjects, common, "send", "publish a notification", sending.send)
    send.add_argument("--to", nargs="+", default=[], metavar="NAME", help="names, or `everyone`")
    send.add_argument("--group", action="append", default=[], help="everybody in this group; repeatable")
    send.add_argument("--topic", action="append", default=[], help="whoever follows this; repeatable")
    send.add_argument("--title", required=True)
    send.add_argument("--body", default="")
    send.add_argument("--level", default="info", choices=["info", "success", "warning", "error"])
    send.add_argument("--priority", type=int, default=3, choices=range(1, 6))
    send.add_argument("--category")
    send.add_argument("--url")
    send.add_argument("--format", default="text", choices=["text", "markdown"])
    send.add_argument("--dedupe-key", help="a later one with the same key updates this one in place")
