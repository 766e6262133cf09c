"""Migrations only add: while a new version starts, the old one still serves from the same database."""

import ast
from pathlib import Path

import pytest

VERSIONS = Path(__file__).parents[2] / "alembic/versions"
ADDS = {
    "create_table",
    "create_index",
    "add_column",
    "get_bind",
    "execute",
    "f",
    "bulk_insert",
    "get_context",
}
FIRST = "0001"  # there was no version before it


def upgrade_of(path: Path) -> ast.FunctionDef:
    tree = ast.parse(path.read_text())
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade")


def columns_added(upgrade: ast.FunctionDef) -> list[ast.Call]:
    """Return the `Column(…)` of every `op.add_column`."""
    return [
        call.args[1]
        for call in ast.walk(upgrade)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "add_column"
        and isinstance(call.args[1], ast.Call)
    ]


LATER = sorted(path for path in VERSIONS.glob("0*.py") if not path.name.startswith(FIRST))


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.stem)
def test_a_migration_only_adds(path: Path) -> None:
    used = {
        node.attr
        for node in ast.walk(upgrade_of(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "op"
    }
    assert used <= ADDS, f"{path.name} does more than add: {used - ADDS}"


@pytest.mark.parametrize("path", LATER, ids=lambda path: path.stem)
def test_an_old_version_can_still_insert_into_a_table_with_a_new_column(path: Path) -> None:
    for column in columns_added(upgrade_of(path)):
        words = {word.arg: word.value for word in column.keywords}
        nullable = words.get("nullable")
        optional = not isinstance(nullable, ast.Constant) or nullable.value is True
        assert optional or "server_default" in words, ast.unparse(column)
