"""The documentation of the doors as a page, `/api/docs`: Swagger UI, from our own files.

No route of a room may come in here. Called by app.py.
"""

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from tidings.api.csp import for_page

FILES = Path(fastapi_offline.__file__).parent / "static"
DOCS, STATIC = "/api/docs", "/api/static"


def add_docs(app: FastAPI) -> None:
    """Add the page and its files. It is made once: its inline script is named in the policy by its hash."""
    page = get_swagger_ui_html(
        openapi_url=app.openapi_url or "",
        title=f"{app.title}: HTTP",
        swagger_js_url=f"{STATIC}/swagger-ui-bundle.js",
        swagger_css_url=f"{STATIC}/swagger-ui.css",
        swagger_favicon_url="/favicon.ico",
    )
    html = bytes(page.body).decode()

    async def docs() -> HTMLResponse:
        return HTMLResponse(html, headers={"Content-Security-Policy": for_page(html)})

    app.add_api_route(DOCS, docs, methods=["GET"], include_in_schema=False)
    app.mount(STATIC, StaticFiles(directory=FILES), name="static")
