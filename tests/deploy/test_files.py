"""What stands in deploy/ fits together: names, paths, settings and times."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.running import ROOT
from tidings.settings import Settings
from tidings.startup.fingerprint import FILES, FOLDERS

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
KNOWN = {f"TIDINGS_{name.upper()}" for name in Settings.model_fields}
FOR_THE_PROXY = {"TIDINGS_SITE", "TIDINGS_UPSTREAMS"}


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def text(name: str) -> str:
    return (DEPLOY / name).read_text()


@pytest.mark.parametrize(
    "name",
    ["nginx/tidings.conf", "caddy/Caddyfile", "compose.yaml", "Dockerfile", "tidings.env", *map(str, UNITS)],
)
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"\bTIDINGS_[A-Z_]+", text(name)))
    assert named <= KNOWN | FOR_THE_PROXY, named - KNOWN


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_understands_every_line(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze")
    for each in UNITS:  # the timer wants its service beside it
        here = each.read_text().replace("/opt/tidings/.venv/bin/python", sys.executable)
        (tmp_path / each.name).write_text(re.sub(r"(?m)^Documentation=.*\n", "", here))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    ours = [line for line in done.stderr.splitlines() if "tidings" in line]
    assert (done.returncode, ours) == (0, [])


def test_the_service_is_locked_up_well() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze")
    words = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20"]
    done = subprocess.run(
        [*words, str(DEPLOY / "systemd/tidings.service")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:]


def test_a_proxy_waits_longer_than_a_silent_but_healthy_socket_is_silent() -> None:
    (place,) = re.findall(r"location = /ws {.*?}", text("nginx/tidings.conf"), re.DOTALL)
    waits_s = [int(seconds) for seconds in re.findall(r"proxy_(?:read|send)_timeout (\d+)s", place)]
    assert len(waits_s) == 2
    assert min(waits_s) >= 2 * Settings.model_fields["heartbeat_seconds"].default + 10


def test_compose_has_every_part_and_nothing_refers_to_what_is_not_there(compose: dict[str, Any]) -> None:
    services: dict[str, Any] = compose["services"]
    assert set(services) == {"postgres", "redis", "tidings-1", "tidings-2", "proxy"}
    for name, service in services.items():
        needed = set(service.get("depends_on", {}))
        assert needed <= set(services), name
        for other in needed & {"postgres", "redis"}:  # ours has its check in the image
            assert "healthcheck" in services[other]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).exists() if source.startswith(".") else source in compose["volumes"]
        assert set(service["networks"]) <= set(compose["networks"])
        assert "image" in service
    assert (DEPLOY / services["tidings-1"]["build"]["context"] / "deploy/Dockerfile").exists()


def test_compose_never_starts_with_a_missing_or_guessable_secret(compose: dict[str, Any]) -> None:
    asked = re.findall(r"\$\{(\w+)(:[?-])?", text("compose.yaml"))
    assert {name for name, how in asked if how != ":?"} <= {"TIDINGS_WORKERS"}
    for name in ("tidings-1", "tidings-2"):
        assert {"POSTGRES_PASSWORD", "TIDINGS_SECRET_KEY"} <= set(
            re.findall(r"\$\{(\w+)", str(compose["services"][name]["environment"]))
        )


def test_compose_trusts_exactly_the_network_the_proxy_is_in(compose: dict[str, Any]) -> None:
    (subnet,) = [each["subnet"] for each in compose["networks"]["inside"]["ipam"]["config"]]
    assert compose["services"]["tidings-1"]["environment"]["TIDINGS_TRUSTED_PROXIES"] == subnet
    published = {name for name, service in compose["services"].items() if "ports" in service}
    assert published == {"proxy"}


def test_the_image_gets_all_that_is_needed_and_is_allowed_to() -> None:
    copied = {
        word
        for line in re.findall(r"(?m)^COPY (?!--from)(.*) \S+$", text("Dockerfile"))
        for word in line.split()
    }
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    made_from = {Path(name).parts[0] for name in (*FOLDERS, *FILES)}
    assert made_from <= copied, "another fingerprint would make the first start build again"


def test_the_image_runs_as_nobody_in_particular_and_is_told_to_stop_politely() -> None:
    lines = text("Dockerfile").splitlines()
    assert "USER 10001" in lines
    assert "STOPSIGNAL SIGTERM" in lines
    final = lines[max(place for place, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert not [line for line in final if "pip install" in line or "apt-get" in line]


def test_the_example_of_settings_is_valid_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for line in text("tidings.env").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            monkeypatch.setenv(name, value)
    assert Settings().secure  # pyright: ignore[reportCallIssue]


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    if shutil.which("caddy") is None:
        pytest.skip("caddy is not installed")
    words = ["caddy", "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "caddy/Caddyfile")]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
