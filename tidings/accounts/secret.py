"""Random secrets that are shown once and kept as a fingerprint.

No table and no password may come in here: those can be guessed and need argon2. Called by sessions.py and
keys.py.
"""

import hashlib
import secrets

SECRET_BYTES = 32  # 256 bits: beyond guessing, so a plain fast hash is enough to keep it


def new_secret() -> str:
    """Return 256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(SECRET_BYTES)


def fingerprint(secret: str) -> str:
    """Return the SHA-256 by which a secret is found: looking up a hash tells nothing by its timing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
