"""The page of HTTP routes, from the description the server publishes itself. Called by __main__.py."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tidings.api.app import build_doors
from tidings.house import House
from tidings.reference.tables import table
from tidings.settings import Settings

HEAD = """# HTTP routes

JSON in, JSON out. A running server describes each with its fields at `/api/docs`, and for programs at
`/api/openapi.json`. Errors are problem documents (RFC 9457): `type`, `title`, `status`, `detail`, and
`errors` for wrong fields. What changes something by cookie needs the page's own `Origin`.

"""
METHODS = ("get", "post", "put", "patch", "delete")


def page() -> str:
    """Write the page."""
    paths: dict[str, dict[str, Any]] = _description()["paths"]
    rows = [
        (f"`{method.upper()} {path}`", _says(route), _answers(route))
        for path, methods in paths.items()
        for method, route in methods.items()
        if method in METHODS
    ]
    return HEAD + table(["route", "what it does", "answers"], rows)


def _description() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        settings = Settings.model_validate({"data_dir": Path(folder)})
        house = House(settings)
        try:
            return build_doors(house.rooms, house.sending, lambda: b"").openapi()
        finally:
            house.database.close_now()
            house.rooms.hasher.close()


def _says(route: dict[str, Any]) -> str:
    return route.get("description", route.get("summary", "")).split("\n\n")[0]


def _answers(route: dict[str, Any]) -> str:
    return ", ".join(sorted(route["responses"]))
