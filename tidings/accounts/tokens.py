"""Access tokens: the short-lived JWT that opens a socket, signed with HS256 and good for nothing else.

No row may come in here: whether the session still lives is asked of sessions.py. Called by the door that
issues them and by the composition root, which admits connections.
"""

import base64
import hashlib
import hmac
import math
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import jwt
import orjson
from jwt.api_jws import PyJWS

ISSUER = "tidings"
AUDIENCE = "tidings-ws"
KIND = "ws"
ALGORITHM = "HS256"
LONGEST_TOKEN = 4096  # ours have about 400 characters
HEADER_FIELDS = frozenset({"alg", "kid", "typ"})  # so no jku, x5u, jwk, crit, b64, zip
TEXT_CLAIMS = ("sub", "sid", "jti")
TIME_CLAIMS = ("iat", "exp")
LAST_SECOND = 2**33  # beyond the year 2200, and still a date


class TokenRefused(Exception):
    """The token is not one of ours, or not for this. The text is for our logs, never for the visitor."""


class TokenExpired(TokenRefused):
    """It was one of ours and its time is over: a fresh one will do."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a verified token says."""

    user_id: str
    session_id: str
    token_id: str
    expires_at: datetime


class Tokens:
    """Issues and verifies access tokens. The first key signs, all of them verify.

    Args:
        keys: secrets of at least 32 bytes; their UTF-8 bytes are the HS256 keys.
        lifetime: how long a token opens sockets.
    """

    def __init__(self, keys: list[str], lifetime: timedelta) -> None:
        self._keys = {_key_id(key): key.encode() for key in keys}
        self._signing_id = _key_id(keys[0])
        self._lifetime_s = math.ceil(lifetime.total_seconds())  # JWT times are whole seconds
        self._known_headers: dict[str, list[hmac.HMAC]] = {}
        self._jws: Any = PyJWS(algorithms=[ALGORITHM], options={"enforce_minimum_key_length": True})

    def issue(self, user_id: str, session_id: str, now: datetime) -> tuple[str, datetime]:
        """Return a token for this session and the moment it expires."""
        issued_at = int(now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "typ": KIND,
            "sub": user_id,
            "sid": session_id,
            "jti": secrets.token_urlsafe(9),
            "iat": issued_at,
            "exp": issued_at + self._lifetime_s,
        }
        headers = {"kid": self._signing_id}
        token = self._jws.encode(orjson.dumps(claims), self._keys[self._signing_id], ALGORITHM, headers)
        return token, _moment(issued_at + self._lifetime_s)

    def verify(self, token: str, now: datetime) -> Access:
        """Return what the token says. Raises `TokenExpired`, `TokenRefused`; fetches and opens nothing."""
        if len(token) > LONGEST_TOKEN:
            raise TokenRefused("too long")
        claims = self._claims(token)
        _check_purpose(claims)
        _check_shape(claims)
        _check_time(claims, now.timestamp())
        return Access(claims["sub"], claims["sid"], claims["jti"], _moment(claims["exp"]))

    def _claims(self, token: str) -> dict[str, Any]:
        signed, _, signature = token.rpartition(".")
        header_text, _, claims_text = signed.partition(".")
        known = self._known_headers.get(header_text, ())
        try:
            # The thorough way takes 40 µs, and looks at each character by itself: for who is no old friend.
            usual = any(_is_signed(signed, signature, signer) for signer in known)
            claims = orjson.loads(_bytes(claims_text) if usual else self._thoroughly(token, header_text))
        except (jwt.InvalidTokenError, ValueError) as refused:
            raise TokenRefused(f"not signed by us: {type(refused).__name__}") from None
        if not isinstance(claims, dict):
            raise TokenRefused("not an object")
        return cast(dict[str, Any], claims)

    def _thoroughly(self, token: str, header_text: str) -> bytes:
        keys = self._keys_of(token)
        claims = self._opened(token, keys)
        # Only holders of a key get here: a handful of spellings.
        self._known_headers[header_text] = [hmac.new(key, digestmod=hashlib.sha256) for key in keys]
        return claims

    def _opened(self, token: str, keys: list[bytes]) -> bytes:
        for key in keys[:-1]:
            with suppress(jwt.InvalidSignatureError):
                return self._jws.decode(token, key, algorithms=[ALGORITHM])
        return self._jws.decode(token, keys[-1], algorithms=[ALGORITHM])

    def _keys_of(self, token: str) -> list[bytes]:
        """Return the key it names; any of ours may have signed one that names none (RFC 7515, 4.1.4)."""
        header = self._jws.get_unverified_header(token)
        if not header.keys() <= HEADER_FIELDS:
            raise TokenRefused("a header field we never write")
        if header.get("alg") != ALGORITHM or header.get("typ", "JWT") != "JWT":
            raise TokenRefused("another algorithm or type")
        if "kid" not in header:
            return list(self._keys.values())
        key = self._keys.get(header["kid"])
        if key is None:
            raise TokenRefused("unknown key")
        return [key]


def _key_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def _is_signed(text: str, signature: str, signer: hmac.HMAC) -> bool:
    """Tell whether this is the signature, written as everybody writes it (RFC 7515, 2: base64url, no `=`).

    A copy has the key worked in already, and keeps Python's lock, which after a restart many wait for.
    """
    mac = signer.copy()
    mac.update(text.encode())
    ours = base64.urlsafe_b64encode(mac.digest()).rstrip(b"=")
    return hmac.compare_digest(ours, signature.encode())


def _bytes(base64url: str) -> bytes:
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _check_purpose(claims: dict[str, Any]) -> None:
    if claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE or claims.get("typ") != KIND:
        raise TokenRefused("issued by, to or for somebody else")


def _check_shape(claims: dict[str, Any]) -> None:
    for name in TEXT_CLAIMS:
        if not isinstance(claims.get(name), str):
            raise TokenRefused(f"{name} is missing or not text")
    for name in TIME_CLAIMS:
        if type(claims.get(name)) is not int or not 0 <= claims[name] <= LAST_SECOND:  # True is an int, too
            raise TokenRefused(f"{name} is missing or not a moment")


def _check_time(claims: dict[str, Any], now_s: float) -> None:
    not_before = claims.get("nbf", 0)  # we write none, but a token that has one means it
    if not isinstance(not_before, int) or not_before > now_s:
        raise TokenRefused("not valid yet")
    if claims["exp"] <= now_s:
        raise TokenExpired("expired")
