"""Access tokens: ours are good, everything else is not, whatever its header promises."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.accounts.tokens import Access, TokenExpired, TokenRefused, Tokens
from tidings.clock import ManualClock

KEY = "k" * 32
OLD_KEY = "ö" * 16  # 32 bytes in UTF-8
OTHER_KEY = "x" * 32
NOW = ManualClock().now()
ISSUED_S = int(NOW.timestamp())


def kid(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def tokens(*keys: str) -> Tokens:
    return Tokens(list(keys or (KEY,)), timedelta(seconds=300))


def claims(**changed: Any) -> dict[str, Any]:
    good = {"iss": "tidings", "aud": "tidings-ws", "typ": "ws", "sub": "u", "sid": "s", "jti": "j"}
    every = {**good, "iat": ISSUED_S, "exp": ISSUED_S + 300, **changed}
    return {name: value for name, value in every.items() if value is not ...}


def forged(
    header: dict[str, Any] | None = None, key: str | bytes = KEY, body: Any = None, digest: str = "sha256"
) -> str:
    """Sign anything at all, also what no library would."""
    head = {"alg": "HS256", "typ": "JWT", "kid": kid(KEY), **(header or {})}
    parts = [
        base64url(json.dumps({name: value for name, value in head.items() if value is not ...})),
        base64url(json.dumps(claims() if body is None else body)),
    ]
    secret = key.encode() if isinstance(key, str) else key
    signature = hmac.new(secret, ".".join(parts).encode(), digest).digest()
    return ".".join([*parts, base64url(signature)])


def base64url(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_says_who_which_session_and_until_when() -> None:
    token, expires_at = tokens().issue("user", "session", NOW)
    assert expires_at == NOW + timedelta(seconds=300)
    access = tokens().verify(token, NOW)
    assert (access.user_id, access.session_id, access.expires_at) == ("user", "session", expires_at)
    assert access.token_id


def test_two_tokens_are_never_the_same() -> None:
    ours = tokens()
    assert ours.issue("user", "session", NOW) != ours.issue("user", "session", NOW)


def test_a_token_names_its_key_issuer_audience_and_kind() -> None:
    token, _ = tokens().issue("user", "session", NOW)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": kid(KEY)}
    said = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert said.keys() == {"iss", "aud", "sub", "sid", "jti", "iat", "exp", "typ"}
    assert said["exp"] - said["iat"] == 300


def test_any_library_with_the_key_can_make_a_good_one() -> None:
    """The forgeries below differ from this one in a single thing, so each fails for its own reason."""
    assert isinstance(tokens().verify(forged(), NOW), Access)


def test_a_token_expires_to_the_second() -> None:
    token, _ = tokens().issue("user", "session", NOW)
    assert tokens().verify(token, NOW + timedelta(seconds=299.9))
    with pytest.raises(TokenExpired):
        tokens().verify(token, NOW + timedelta(seconds=300))


def test_a_wall_clock_set_back_does_not_refuse_fresh_tokens() -> None:
    token, _ = tokens().issue("user", "session", NOW)
    assert tokens().verify(token, NOW - timedelta(hours=1))


def test_the_first_key_signs_and_all_verify() -> None:
    old, _ = tokens(OLD_KEY).issue("user", "session", NOW)
    rotated = tokens(KEY, OLD_KEY)
    assert rotated.verify(old, NOW)
    new, _ = rotated.issue("user", "session", NOW)
    assert jwt.get_unverified_header(new)["kid"] == kid(KEY)
    with pytest.raises(TokenRefused):
        tokens(KEY).verify(old, NOW)


def test_a_token_need_not_name_its_key() -> None:
    """The name of a key is ours alone; a program that was given the secret cannot know it."""
    both, nameless = tokens(KEY, OLD_KEY), {"kid": ...}
    for key in (KEY, OLD_KEY, KEY):
        assert isinstance(both.verify(forged(nameless, key=key), NOW), Access)
    with pytest.raises(TokenRefused):
        tokens(KEY).verify(forged(nameless, key=OLD_KEY), NOW)


FORGERIES = {
    "alg none": forged({"alg": "none"}),
    "alg none without signature": forged({"alg": "none"}).rpartition(".")[0] + ".",
    "alg None": forged({"alg": "None"}),
    "no alg": forged({"alg": ...}),
    "alg HS512": forged({"alg": "HS512"}, digest="sha512"),
    "alg HS384": forged({"alg": "HS384"}, digest="sha384"),
    "alg RS256": forged({"alg": "RS256"}),
    "alg ES256": forged({"alg": "ES256"}),
    "alg a list": forged({"alg": ["HS256"]}),
    "alg a number": forged({"alg": 1}),
    "another key": forged(key=OTHER_KEY),
    "an empty key": forged(key=b""),
    "another key that names itself": forged({"kid": kid(OTHER_KEY)}, key=OTHER_KEY),
    "no signature": forged().rpartition(".")[0] + ".",
    "cut signature": forged()[:-1],
    "kid missing, another key": forged({"kid": ...}, key=OTHER_KEY),
    "kid missing, an empty key": forged({"kid": ...}, key=b""),
    "kid empty": forged({"kid": ""}),
    "kid null": forged({"kid": None}),
    "kid a list": forged({"kid": [kid(KEY)]}),
    "kid an object": forged({"kid": {"kid": kid(KEY)}}),
    "kid a path": forged({"kid": "../../../../dev/null"}, key=b""),
    "kid an injection": forged({"kid": "x' UNION SELECT 'aaa"}, key="aaa"),
    "kid an address": forged({"kid": "http://127.0.0.1:1/key"}),
    "kid a number": forged({"kid": 1}),
    "jku": forged({"jku": "http://127.0.0.1:1/jwks.json"}),
    "x5u": forged({"x5u": "http://127.0.0.1:1/cert.pem"}),
    "x5c": forged({"x5c": ["MIIB"]}),
    "jwk": forged({"jwk": {"kty": "oct", "k": base64url(OTHER_KEY)}}, key=OTHER_KEY),
    "jwk beside the right key": forged({"jwk": {"kty": "oct", "k": base64url(KEY)}}),
    "crit": forged({"crit": ["exp"], "exp": 1}),
    "crit empty": forged({"crit": []}),
    "b64": forged({"b64": False, "crit": ["b64"]}),
    "b64 true": forged({"b64": True}),
    "zip": forged({"zip": "DEF"}),
    "cty": forged({"cty": "JWT"}),
    "header typ": forged({"typ": "at+jwt"}),
    "no exp": forged(body=claims(exp=...)),
    "exp null": forged(body=claims(exp=None)),
    "exp text": forged(body=claims(exp=str(ISSUED_S + 300))),
    "exp true": forged(body=claims(exp=True)),
    "exp a fraction": forged(body=claims(exp=ISSUED_S + 300.5)),
    "exp infinite": forged(body=claims(exp=float("inf"))),
    "exp not a number": forged(body=claims(exp=float("nan"))),
    "exp beyond all dates": forged(body=claims(exp=2**63)),
    "exp of 5000 digits": forged(body=claims(exp=10**4000)),
    "exp negative": forged(body=claims(exp=-1)),
    "exp in the past": forged(body=claims(exp=ISSUED_S - 1)),
    "exp just now": forged(body=claims(exp=ISSUED_S)),
    "no iat": forged(body=claims(iat=...)),
    "iat text": forged(body=claims(iat="now")),
    "nbf in the future": forged(body=claims(nbf=ISSUED_S + 60)),
    "nbf text": forged(body=claims(nbf="later")),
    "no aud": forged(body=claims(aud=...)),
    "another aud": forged(body=claims(aud="tidings-api")),
    "aud a list": forged(body=claims(aud=["tidings-ws", "other"])),
    "no iss": forged(body=claims(iss=...)),
    "another iss": forged(body=claims(iss="somebody")),
    "no typ": forged(body=claims(typ=...)),
    "another typ": forged(body=claims(typ="session")),
    "no sub": forged(body=claims(sub=...)),
    "sub a number": forged(body=claims(sub=1)),
    "sub a list": forged(body=claims(sub=["u"])),
    "no sid": forged(body=claims(sid=...)),
    "sid null": forged(body=claims(sid=None)),
    "no jti": forged(body=claims(jti=...)),
    "a list": forged(body=["claims"]),
    "a string": forged(body="claims"),
    "null": forged(body=json.loads("null") or 0),
    "100 kB": forged(body=claims(padding="x" * 100_000)),
    "100 kB of header": forged({"kid": "x" * 100_000}),
    "nothing": "",
    "a word": "token",
    "dots": "..",
    "a thousand dots": "." * 1000,
    "a session cookie": "q7pTtFyDYkxjJHqyJxqHKuVgGZJ6C2mJ0qkqk3Yx3yE",
    "an API key": "tdk_q7pTtFyDYkxjJHqyJxqHKuVgGZJ6C2mJ0qkqk3Yx3yE",
    "a nesting bomb": ".".join([base64url("[" * 1500), base64url("{}"), "x"]),
    "half a character": "\ud800.\ud800.\ud800",
    "NUL": "\0",
    "five parts": "a.b.c.d.e",
}


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forged_token_is_refused_and_nothing_is_opened_or_fetched(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise AssertionError("something was opened because of a token")

    ours = tokens(KEY, OLD_KEY)
    ours.verify(forged(), NOW)
    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr("builtins.open", forbidden)
    with pytest.raises(TokenRefused):
        ours.verify(token, NOW)


def test_a_duplicate_header_field_cannot_smuggle_another_algorithm() -> None:
    head = base64url('{"alg":"HS256","alg":"none","kid":"' + kid(KEY) + '"}')
    with pytest.raises(TokenRefused):
        tokens().verify(f"{head}.{base64url(json.dumps(claims()))}.", NOW)


def test_the_reason_never_repeats_the_token() -> None:
    for token in FORGERIES.values():
        with pytest.raises(TokenRefused) as refused:
            tokens().verify(token, NOW)
        assert len(str(refused.value)) < 80


@given(st.text(max_size=5000))
def test_any_text_is_refused_in_one_way(text: str) -> None:
    with pytest.raises(TokenRefused):
        tokens().verify(text, NOW)


@given(st.integers(min_value=0), st.characters(codec="ascii", exclude_characters="=\r\n"))
def test_a_token_with_one_character_changed_is_refused(place: int, character: str) -> None:
    ours = tokens()
    token, _ = ours.issue("user", "session", NOW)
    place %= len(token)
    if token[place] != character:
        with pytest.raises(TokenRefused):
            ours.verify(token[:place] + character + token[place + 1 :], NOW)
