"""Which tests may share the machine with others: the rest measure, hide, cut or kill, and run alone.

No test may come in here. A plugin of pytest, loaded by conftest.py; scripts/test asks for the ones, then for
the others.
"""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent
SHARED = {
    "accounts",
    "api",
    "attacks",
    "audit",
    "browser/test_accessibility.py",
    "browser/test_acting.py",
    "browser/test_arriving.py",
    "browser/test_embedded.py",
    "browser/test_first_steps.py",
    "browser/test_keyboard.py",
    "browser/test_lists.py",
    "browser/test_looks.py",
    "browser/test_marks.py",
    "browser/test_one_item.py",
    "browser/test_operator.py",
    "browser/test_people.py",
    "browser/test_preferences.py",
    "browser/test_reading.py",
    "browser/test_reflex_run.py",
    "command",
    "database",
    "deploy/test_files.py",
    "journal",
    "live",
    "notifications",
    "overview",
    "preferences",
    "reference",
    "startup",
    "test_cost.py",
    "test_javascript.py",
    "test_rooms.py",
    "ui",
    "words",
}
ALONE = {  # in a room that is shared: real time: bounds that a busy neighbour could break
    "api/test_sessions_sign_in.py",
    "attacks/test_in_a_browser.py",
    "attacks/test_whole_server.py",
    "command/test_backup.py",
    "database/test_doorbell.py",
    "database/test_faults_postgresql.py",
    "database/test_faults_sqlite.py",
    "live/test_common_gate.py",
    "live/test_granian.py",
    "live/test_rough.py",
    "overview/test_others.py",
    "startup/test_whole_starts.py",
}


def is_shared(item: pytest.Item) -> bool:
    """Tell whether a test may run beside another one."""
    path = item.path.relative_to(ROOT)
    return (path.parts[0] in SHARED or path.as_posix() in SHARED) and path.as_posix() not in ALONE


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not is_shared(item):
            item.add_marker(pytest.mark.alone)
