"""The Content Security Policy of the built pages: the inline scripts they really contain, by hash.

No header is sent from here. Called by house.py and docs.py. CSP Level 3: a hash is of the bytes between
the tags.
"""

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit


class _InlineScripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and not any(name == "src" for name, _ in attrs)
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def inline_scripts(html: str) -> list[str]:
    """Return the text of each inline script of a page."""
    parser = _InlineScripts()
    parser.feed(html)
    return parser.found


ALWAYS = ("base-uri 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'")


def policy(pages: Path | None, public_url: str) -> str:
    """Return the policy for the pages built in this folder; without one, what holds for any page.

    Styles may be inline: the component library writes them while it runs. Scripts may not, nor may strings
    become code, so text that slipped through as markup still could not do anything.
    """
    if pages is None:
        return "; ".join(ALWAYS)
    scripts = {
        script for page in sorted(pages.rglob("*.html")) for script in inline_scripts(page.read_text())
    }
    return _policy(scripts, _sockets(public_url))


def _sockets(public_url: str) -> str:
    host = urlsplit(public_url).netloc
    return f"ws://{host} wss://{host}"  # some browsers do not count sockets as 'self'


def for_files(pages: Path | None, public_url: str) -> str:
    """Return the policy for what is no page. A script that becomes a worker needs one, but no hash of a page.

    The hashes are most of a policy, and a page loads a dozen files.
    """
    return policy(None, public_url) if pages is None else _policy(set(), _sockets(public_url))


def for_page(html: str) -> str:
    """Return the policy for one page of ours that opens no socket."""
    return _policy(set(inline_scripts(html)), "")


def _policy(scripts: set[str], sockets: str) -> str:
    hashes = " ".join(sorted(f"'sha256-{_digest(script)}'" for script in scripts))
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {hashes}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            f"connect-src 'self' {sockets}".strip(),
            *ALWAYS,
        ]
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
