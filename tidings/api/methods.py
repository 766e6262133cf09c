"""Which methods an address takes, for the `Allow` of a 405 (RFC 9110, 15.5.6).

No answer is made here. Called by problems.py. The framework names the methods of the first route it met, and
most addresses have one route a method.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from fastapi import FastAPI
from starlette.routing import compile_path


def methods_at(app: FastAPI, path: str, known: Iterable[str]) -> str:
    """Return what may be asked of this path, together with what is known already."""
    described = {method for pattern, methods in _table(app) if pattern.fullmatch(path) for method in methods}
    return ", ".join(sorted(described | set(known)))


@lru_cache(maxsize=8)
def _table(app: FastAPI) -> list[tuple[re.Pattern[str], list[str]]]:
    described = app.openapi()["paths"].items()
    return [(compile_path(path)[0], [method.upper() for method in methods]) for path, methods in described]
