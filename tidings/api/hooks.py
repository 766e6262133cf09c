"""The doors for alert systems: Alertmanager and Grafana send their JSON, it becomes notifications here.

No rule about publishing may come in here: an alert becomes a draft, and publishing.py does the rest.
Called by app.py, which mounts the router. A bridge between the two would be one more thing to run.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from tidings.api.bodies import body_in_openapi
from tidings.api.problems import not_valid, problems
from tidings.api.publishing import Results, all_accepted
from tidings.api.sending import Sending, parsed, publisher_of
from tidings.notifications.drafts import CONTROL, Draft
from tidings.notifications.publish import Order

LARGEST_BODY = 1024 * 1024
MOST_ALERTS = 1000
LEVELS = {"critical": "error", "error": "error", "page": "error", "warning": "warning", "info": "info"}
URGENT = 4
LONGEST_TITLE, LONGEST_BODY, LONGEST_KEY, LONGEST_URL = 200, 4000, 255, 2000
SPACE = re.compile(r"\s+")

Labels = dict[str, str | int | float | bool | None]


class Alert(BaseModel):
    """One alert, as both systems write it; what else they say is ignored."""

    status: str = "firing"
    labels: Labels = {}
    annotations: Labels = {}
    fingerprint: str = ""
    generatorURL: str = ""  # noqa: N815  # their spelling


class Alerts(BaseModel):
    """What Alertmanager (webhook version 4) and Grafana send."""

    alerts: Annotated[list[Alert], Field(max_length=MOST_ALERTS)]


class HookDoors:
    """Each method answers one route; the table of routes is `router`."""

    def __init__(self, sending: Sending) -> None:
        self.sending = sending

    async def alerts(
        self,
        request: Request,
        to: Annotated[
            str | None, Query(max_length=2000, description="names with commas, or everyone")
        ] = None,
        topic: Annotated[str | None, Query(max_length=100)] = None,
        group: Annotated[str | None, Query(max_length=100)] = None,
    ) -> Response:
        """Publish each alert; the same alert later, resolved or not, updates its notification in place."""
        sender, body = await self.sending.sent(request, LARGEST_BODY)
        audience, publisher = _audience(to, topic, group), publisher_of(sender)
        orders = [Order(_draft(alert, audience), publisher) for alert in parsed(body, Alerts).alerts]
        return all_accepted(await self.sending.publish(request, sender, orders))


def _audience(to: str | None, topic: str | None, group: str | None) -> Any:
    some = [{kind: name} for kind, name in (("topic", topic), ("group", group)) if name is not None]
    written = to or ("" if some else "everyone")
    names = [name for part in written.split(",") if (name := part.strip())]
    return "everyone" if names == ["everyone"] else [*names, *some]


def _draft(alert: Alert, to: Any) -> Draft:
    resolved, name = alert.status == "resolved", _said(alert.labels, "alertname") or "Alert"
    title = _said(alert.annotations, "summary") or name
    severity = LEVELS.get(_said(alert.labels, "severity").lower(), "warning")
    wish: dict[str, Any] = {
        "to": to,
        "title": _cut(SPACE.sub(" ", f"Resolved: {title}" if resolved else title), LONGEST_TITLE),
        "body": _cut(_said(alert.annotations, "description"), LONGEST_BODY),
        "level": "success" if resolved else severity,
        "priority": URGENT if severity == "error" and not resolved else 3,
        "category": "alerts",
        "url": _link(alert.generatorURL),
        "dedupe_key": _cut(SPACE.sub(" ", alert.fingerprint), LONGEST_KEY) or None,
        "data": {"labels": alert.labels},
    }
    try:
        return Draft.model_validate(wish)
    except ValidationError as refused:
        raise not_valid(refused) from None


def _said(words: Mapping[str, Any], name: str) -> str:
    return CONTROL.sub("", str(words.get(name) or "")).strip()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _link(url: str) -> str | None:
    """Return the link to where the alert comes from, if it is one; an alert is worth more than its link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    usable = parts.scheme in ("http", "https") and parts.hostname and len(url) <= LONGEST_URL
    return url if usable and not CONTROL.search(url) and not SPACE.search(url) and "\\" not in url else None


def router(sending: Sending) -> APIRouter:
    """Return the routes of the alert systems."""
    doors = HookDoors(sending)
    routes = APIRouter(prefix="/api/v1/hooks", tags=["publish"])
    refusals = problems(400, 401, 403, 413, 422, 429, 503)
    body = body_in_openapi(Alerts, "application/json")
    for system in ("alertmanager", "grafana"):
        routes.add_api_route(
            f"/{system}",
            doors.alerts,
            methods=["POST"],
            status_code=201,
            response_model=Results,
            name=system,
            openapi_extra=body,
            responses=refusals,
        )
    return routes
