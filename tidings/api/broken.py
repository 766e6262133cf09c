"""The page for when the server itself broke, complete in one answer: nothing else may be there to help it.

No rule and no import of the pages comes in here. Called by `LastResort` for visitors who asked for a page.
"""

import base64
import hashlib

from starlette.responses import HTMLResponse
from starlette.types import Scope

STYLE = """
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:15px/22px system-ui,sans-serif;
background:#fcfcfd;color:#1c2024}
main{max-width:24rem;padding:24px}
h1{font-size:20px;margin:0 0 8px}
p{margin:0 0 20px;color:#60646c}
a{display:inline-block;padding:11px 16px;border-radius:8px;background:#1c2024;color:#fff;text-decoration:none}
a:focus-visible{outline:2px solid #3e63dd;outline-offset:2px}
@media (prefers-color-scheme:dark){
body{background:#111113;color:#edeef0}
p{color:#b0b4ba}
a{background:#edeef0;color:#111113}
a:focus-visible{outline-color:#849dff}
}
"""
PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Something broke · Tidings</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>Something broke on our side</h1>
<p>It has been logged. Nothing was lost: notifications are kept, and will be there when this works again.</p>
<a href="/">Try again</a>
</main>
</body>
</html>
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def wants_a_page(scope: Scope) -> bool:
    """Tell whether a person looks at the answer: a browser asked for HTML, and not at a door for programs."""
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return b"text/html" in accepted and not scope["path"].startswith("/api/")


def broken_answer() -> HTMLResponse:
    """Return the page, which nobody may keep."""
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(PAGE, status_code=500, headers=headers)
