"""No page has words in it that did not go through the catalogue."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted((ROOT / "tidings/ui").glob("*.py"))
JSX = sorted((ROOT / "assets/ui").glob("*.jsx"))

SAYS = {"say", "say_with", "say_count"}
# Calls whose texts are names for programs.
FOR_PROGRAMS = {
    "Var",
    "javascript",
    "Door",
    "Path",
    "join",
    "replace",
    "split",
    "get",
    "items",
    "value",
    "asked",
    "typed",
    "narrow",
    "ask",
    "function",
    "to",
    "match",
    "icon",
    "ImportVar",
    "cast",
    "_command",
}
SEEN = {
    "title",
    "aria_label",
    "aria-label",
    "placeholder",
    "alt",
    "label",
    "hint",
    "done",
    "says",
    "word",
    "add",
    "aria-description",
    "aria-roledescription",
}
WORDS = re.compile(r"^[A-Z][a-z]|[a-z]{2,} [a-z]{2,}|^[A-Za-z]+…$")
# Names, which are the same in every language; the last one is for search engines, no person reads it.
NAMES = {
    "Tidings",
    "PostgreSQL",
    "Redis",
    "English",
    "Deutsch",
    "Español",
    "python -m tidings key create NAME",
    "https://… /…",
    "Live notifications",
}


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def is_about_looks(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "class_name"


class Text(NamedTuple):
    """A text, and where it stands."""

    value: str
    line: int
    node: int


def texts(node: ast.AST) -> Iterator[Text]:
    """Return the texts that stand there as they are, also in a tuple, a list or an f-string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield Text(node.value, node.lineno, id(node))
    elif isinstance(node, ast.Tuple | ast.List):
        for part in node.elts:
            yield from texts(part)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from texts(part)
    elif isinstance(node, ast.BinOp):
        yield from texts(node.left)
        yield from texts(node.right)


def candidates(tree: ast.Module) -> Iterator[tuple[Text, bool]]:
    """Return the texts that could be seen, and whether their place says that they are."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) not in SAYS:
            for argument in node.args if called(node) not in FOR_PROGRAMS else ():
                yield from ((text, False) for text in texts(argument))
            for keyword in node.keywords:
                if keyword.arg in SEEN:
                    yield from ((text, True) for text in texts(keyword.value))
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in SEEN:
                    yield from ((text, True) for text in texts(value))
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            yield from ((text, False) for text in texts(statement.value))


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_a_page_says_nothing_past_the_catalogue(path: Path) -> None:
    tree = ast.parse(path.read_text())
    looks = {id(part) for node in ast.walk(tree) if is_about_looks(node) for part in ast.walk(node)}
    bare = {
        (text.line, text.value)
        for text, is_seen in candidates(tree)
        if text.node not in looks
        and text.value.strip() not in NAMES
        and (WORDS.search(text.value) or (is_seen and re.search(r"[A-Za-z]{2}", text.value)))
    }
    assert not bare, "put it into say()"


COMMENTS = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
BETWEEN_TAGS = re.compile(r">([^<>{}=;]*[A-Za-z]{2}[^<>{}=;]*)</")
OWN_LINE = re.compile(r"^\s*([A-Z][A-Za-z]+(?: [A-Za-z,.…’'-]+)*[.…!?]?)$", re.MULTILINE)
ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt|label)=(?:"|\{`)([^"`]*[A-Za-z]{2}[^"`]*)')
SAID = re.compile(r'\b(?:say|announce)\(\s*["`]([^"`]+)')


@pytest.mark.parametrize("path", JSX, ids=lambda path: path.name)
def test_a_piece_says_nothing_past_the_catalogue(path: Path) -> None:
    code = COMMENTS.sub("", path.read_text())
    bare = [found for sign in (BETWEEN_TAGS, OWN_LINE, ATTRIBUTE, SAID) for found in sign.findall(code)]
    assert not bare, "put it into inWords()"
