"""What the doctor concludes from single answers, without a site."""

from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime

import pytest

from tidings.doctor import Examination
from tidings.doctor.examination import _alive, _clock
from tidings.doctor.finding import Unwell
from tidings.doctor.web import Answer, Web


def answer(status: int = 200, body: bytes = b'{"status": "alive"}', **headers: str) -> Answer:
    message = Message()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return Answer(status, message, body, 1.0)


@pytest.mark.parametrize(("off_s", "well"), [(0, True), (4, True), (60, False), (-60, False)])
def test_a_clock_may_be_a_little_wrong(off_s: float, well: bool) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=off_s), usegmt=True)
    assert _clock(answer(Date=date)).well is well


def test_a_redirect_names_the_address_to_examine() -> None:
    with pytest.raises(Unwell) as unwell:
        _alive(answer(301, b"", Location="https://news.example/healthz"), "http://news.example")
    assert "https://news.example/healthz" in unwell.value.finding.advice


def test_somebody_elses_site_is_not_taken_for_ours() -> None:
    with pytest.raises(Unwell) as unwell:
        _alive(answer(200, b"<html>Welcome to nginx!</html>"), "http://news.example")
    assert "not by Tidings" in unwell.value.finding.says


@pytest.mark.parametrize(
    ("url", "flags", "well"),
    [
        ("https://news.example", "; Secure", True),
        ("https://news.example", "", False),
        ("http://news.example", "; Secure", False),
        ("http://news.example", "", True),
        ("http://localhost:3000", "; Secure", True),  # browsers make an exception for this machine
    ],
)
def test_a_cookie_that_browsers_would_drop_is_noticed(url: str, flags: str, well: bool) -> None:
    examination = Examination(Web(url))
    found = examination._cookie(answer(Set_Cookie=f"tidings_session=secret; HttpOnly; Path=/{flags}"))
    assert found.well is well
    assert well or f"TIDINGS_PUBLIC_URL={url}" in found.advice
    assert examination.web.cookie == "tidings_session=secret"


def test_an_address_of_the_proxy_instead_of_ours_is_noticed() -> None:
    body = b'{"user": {"name": "root"}, "session": {"address": "127.0.0.1"}}'
    far, near = Examination(Web("https://news.example")), Examination(Web("http://localhost:3000"))
    assert "TIDINGS_TRUSTED_PROXIES" in far._address(answer(200, body)).advice
    assert near._address(answer(200, body)).well
