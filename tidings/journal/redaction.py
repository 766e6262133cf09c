"""What must not be read in a log, and what stands there instead.

Nothing is logged from here and no secret is known here: secrets are recognised by their shape, wherever
they come from: a message of ours, a library's, the text of an exception. Called by lines.py, for every line.
"""

import re

HIDDEN = "[hidden]"

# Each pattern keeps what stands in group 1 and hides the rest of the match.
PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"()eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?",  # a JWT, its signature cut off or not
        r"(tdk_[\w-]{4})[\w-]+",  # an API key: its first letters tell which
        r"()\$argon2(?:id?|d)\$[^\s'\",)]+",
        r"(\b(?:bearer|basic)\s+)[^\s'\",)]+",
        r"((?:__Host-)?tidings_session[\"']?\s*[=:,]\s*[b\"']*)[^\s;'\",)]+",
        r"(\b(?:set-)?cookie[\"']?\s*[:,]\s*[b\"']*)[^\r\n'\"]+",
        r"([\w-]*(?:passw|secret|token|api_?key|authorization)[\w-]*[\"']?\s*[=:]\s*[b\"']*)(?!bearer\b|basic\b)[^\s&;'\",)}]+",
        r"(\[parameters: ).*?(?=\]\n|\]$|\)\]|$)",  # SQLAlchemy shows what was going to be written
        r"(://[^\s/:@'\"]*:)[^\s/@'\"]+(?=@)",  # a password in an address: postgresql://me:…@host
    )
]


def redacted(text: str) -> str:
    """Return the text with every secret in it hidden."""
    for pattern in PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text
