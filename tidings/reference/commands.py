"""The page of the command line, from the parser itself.

No command is described here. Called by __main__.py.
"""

import argparse
from collections.abc import Iterator

from tidings.command.parser import command_line
from tidings.reference.tables import table

HEAD = """# Command line

`.venv/bin/python -m tidings COMMAND`. Exit code 0: done, 1: refused with a sentence, 2: wrong usage. With
`--json` the answer is JSON. Commands work on the database of the settings, whether the server runs or not; a
running one notices at once.

"""
IN_EVERY = {"-h", "--json"}


def page() -> str:
    """Write the page."""
    return HEAD + "\n".join(_section(words, parser) for words, parser in _leaves(command_line(), ""))


def _leaves(parser: argparse.ArgumentParser, words: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportUnknownVariableType]
    if not below:
        yield words, parser
        return
    shown = {each.dest for each in below[0]._choices_actions}  # noqa: SLF001  # pyright: ignore
    for name, inner in below[0].choices.items():  # pyright: ignore
        if name in shown:  # what has no help is not for people
            yield from _leaves(inner, f"{words} {name}".strip())  # pyright: ignore


def _section(words: str, parser: argparse.ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().removeprefix("usage: python -m tidings ").split())
    usage = usage.replace("[-h] ", "").replace("[--json] ", "").replace("[-h]", "").replace("[--json]", "")
    says = (parser.description or "").strip()
    rows = [
        (f"`{_name(action)}`", action.help or "")
        for action in parser._actions  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        if not IN_EVERY & set(action.option_strings) and action.help
    ]
    lines = [
        f"## {words}",
        "",
        says[:1].upper() + says[1:] + "." if says else "",
        "",
        f"    {usage.strip()}",
        "",
    ]
    return "\n".join(lines) + ("\n" + table(["argument", ""], rows) if rows else "")


def _name(action: argparse.Action) -> str:
    return action.option_strings[-1] if action.option_strings else str(action.metavar or action.dest)
