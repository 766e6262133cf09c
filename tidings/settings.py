"""Every setting of Tidings, read once from `TIDINGS_*` environment variables and validated at start.

No other module reads the environment. The field list below is the table of settings: name, default, meaning.
Called by the composition root, the start-up and the command line.
"""

import os
import re
import secrets
import tempfile
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.networks import IPvAnyNetwork
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRET_FILE = "secret_key"
SHORTEST_SECRET_BYTES = 32  # HS256 wants a key at least as long as its digest (RFC 7518, 3.2)
LONGEST_DAYS = 36_500  # a century; a date further back would not be one
ORIGIN = re.compile(r"(?P<scheme>https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?")


class SettingsRefused(Exception):
    """A setting cannot be used; the text is one sentence that names the variable."""


def _split(text: Any) -> Any:
    if isinstance(text, str):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _origin(text: str) -> str:
    """Return an origin as browsers write it (RFC 6454, 6.2), or it would never be equal to theirs."""
    written = text.lower().removesuffix("/")
    found = ORIGIN.fullmatch(written)
    if found is None or not 0 < int(found["port"] or 1) < 65_536:
        raise ValueError("must look like https://host or http://host:port")
    usual = {"http": "80", "https": "443"}[found["scheme"]]
    return written.removesuffix(f":{usual}")


def _own_machine(port: int) -> list[str]:
    """Return the addresses by which a browser on this machine reaches the port."""
    return [f"http://{host}:{port}" for host in ("localhost", "127.0.0.1", "[::1]")]


def _secrets(keys: list[str]) -> list[str]:
    if not keys or any(len(key.encode()) < SHORTEST_SECRET_BYTES for key in keys):
        raise ValueError(f"each key needs at least {SHORTEST_SECRET_BYTES} bytes")
    return keys


def _has_usable_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


Listed = BeforeValidator(_split)
Origin = Annotated[str, AfterValidator(_origin)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]  # what every database and every script can count
Days = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]


class Settings(BaseSettings):
    """What an operator can decide. Lists are comma-separated; times are seconds; empty means not set."""

    model_config = SettingsConfigDict(
        env_prefix="TIDINGS_",
        env_ignore_empty=True,  # compose files hand over empty variables: no host is not every host
        extra="ignore",
        hide_input_in_errors=True,
    )

    host: str = Field("127.0.0.1", description="where the production server listens")
    port: int = Field(3000, ge=1, le=65_535, description="the port it listens on")
    public_url: Origin = Field(
        "", description="what browsers type; decides origins and cookie flags", validate_default=False
    )
    data_dir: Path = Field(Path("data"), description="SQLite file and generated secrets (mode 0600)")
    database_url: str = Field("", description="postgresql://… instead of SQLite in the data directory")
    redis_url: str = Field(
        "", description="fan-out, limits and revocation between workers and hosts", repr=False
    )
    workers: int = Field(1, ge=1, le=64, description="worker processes; more than one needs Redis")
    worker_number: int = Field(0, ge=0, description="which of them this process is; set by Tidings itself")
    secret_key: Annotated[list[str], NoDecode, Listed, AfterValidator(_secrets)] = Field(
        default_factory=list[str],
        description="HS256 keys: the first signs, all verify",
        repr=False,
        validate_default=False,
    )
    admin_password: SecretStr | None = Field(
        None, description="password of the first admin; else one is generated"
    )
    max_connections_per_user: int = Field(5, ge=1, le=1_000_000, description="live connections of one person")
    connection_limit_policy: Literal["refuse", "evict_oldest"] = Field(
        "refuse", description="what happens to the next"
    )
    auth_timeout_seconds: Seconds = Field(5, description="from the upgrade to the `auth` message")
    heartbeat_seconds: Seconds = Field(30, description="between two pings of the server")
    access_token_seconds: Seconds = Field(300, description="lifetime of the token that opens the socket")
    hidden_grace_seconds: Annotated[float, Field(ge=0, le=86_400)] = Field(
        2, description="how long all tabs may be hidden before the pause"
    )
    retry_delays_seconds: Annotated[list[Seconds], NoDecode, Listed] = Field(
        default=[1, 2, 4, 8, 16, 30], min_length=1, description="waits before each attempt to come back"
    )
    retry_max_attempts: int = Field(5, ge=1, le=100, description="attempts before the browser gives up")
    retry_jitter: float = Field(0.2, ge=0, le=1, description="each delay is multiplied by 1 ± up to this")
    trusted_proxies: Annotated[list[IPvAnyNetwork], NoDecode, Listed] = Field(
        default_factory=list[IPvAnyNetwork],
        description="whose X-Forwarded-* headers count: addresses or networks",
    )
    allowed_origins: Annotated[list[Origin], NoDecode, Listed] = Field(
        default_factory=list[str], description="exact origins; the public URL unless given"
    )
    max_pending_per_ip: Count = Field(
        50, description="sockets of one address before they authenticate; 0 = no limit"
    )
    max_upgrades_per_minute_per_ip: Count = Field(
        600, description="WebSocket handshakes of one address; 0 = no limit"
    )
    max_publishes_per_second_per_key: Count = Field(
        500, description="notifications, burst twice that; 0 = no limit"
    )
    metrics_token: SecretStr | None = Field(None, description="lets a scraper in that is not on this machine")
    demo: bool = Field(False, description="demo people and a trickle of notifications (`scripts/run --demo`)")
    retention_days: Days = Field(90, description="how long a delivered notification is kept; 0 = for ever")
    audit_retention_days: Days = Field(
        365, description="how long the audit log is kept, refusals 30 days of it; 0 = for ever"
    )
    log: Literal["auto", "json", "text"] = Field(
        "auto", description="how log lines look; auto = text in a terminal, else JSON"
    )
    otlp_endpoint: str = Field(
        "",
        validation_alias=AliasChoices(
            "TIDINGS_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
        ),
        description="where traces are sent; OTEL_EXPORTER_OTLP_ENDPOINT means the same, all OTEL_* count",
    )
    log_level: Literal["debug", "info", "warning"] = Field(
        "info", description="how much is logged; debug = a line for every request and connection"
    )
    replay_limit: int = Field(
        10_000, ge=1, le=1_000_000, description="a client further behind than this gets a fresh snapshot"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if not self.allowed_origins:
            self.allowed_origins = [self.public_url] if self.public_url else _own_machine(self.port)
        if not self.public_url:
            self.public_url = f"http://localhost:{self.port}"
        if not self.database_url:
            self.database_url = f"sqlite:///{self.data_dir / 'tidings.db'}"
        if not self.database_url.startswith(("sqlite:///", "postgresql://")):
            raise SettingsRefused("TIDINGS_DATABASE_URL must begin with postgresql:// or sqlite:///.")
        if self.database_url in ("sqlite:///", "sqlite:///:memory:"):
            raise SettingsRefused("TIDINGS_DATABASE_URL must name a file: sqlite:////path/to/tidings.db.")
        if self.workers > 1 and not self.redis_url:
            raise SettingsRefused("TIDINGS_WORKERS is more than 1, which needs TIDINGS_REDIS_URL.")
        if self.redis_url and not self.redis_url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingsRefused("TIDINGS_REDIS_URL must begin with redis://, rediss:// or unix://.")
        if not _has_usable_port(self.redis_url):
            raise SettingsRefused(
                "TIDINGS_REDIS_URL must look like redis://:password@host:6379/0, "
                "with / @ : in a password written as %2F %40 %3A."
            )
        return self

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https, so that cookies must never travel without it."""
        return self.public_url.startswith("https://")

    @cached_property
    def secret_keys(self) -> list[str]:
        """The keys of the access tokens; generated into the data directory when none was given.

        Raises `SettingsRefused` when what is kept there is no key.
        """
        return self.secret_key or [_kept_secret(self.data_dir / SECRET_FILE)]


def _kept_secret(path: Path) -> str:
    """Return the secret in the file, made at the first call; two starts at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _keep_secret(path)
    secret = path.read_bytes().decode(errors="ignore").strip()
    if len(secret.encode()) < SHORTEST_SECRET_BYTES:  # a disk that was full, or somebody's editor
        raise SettingsRefused(
            f"{path} holds no key of at least {SHORTEST_SECRET_BYTES} bytes; without it a new one is made."
        )
    return secret


def _keep_secret(path: Path) -> None:
    try:
        _write_secret(path)
    except OSError as refused:  # a full disk
        raise SettingsRefused(f"{path} cannot be written: {(refused.strerror or '').lower()}.") from None


def _write_secret(path: Path) -> None:
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:  # created with mode 0600
        draft.write(secrets.token_urlsafe(48))
        draft.flush()
        os.fsync(draft.fileno())  # or a power cut leaves a file without a key in it
        with suppress(FileExistsError):
            os.link(draft.name, path)


def read_settings() -> Settings:
    """Read and validate the environment. Raises `SettingsRefused` with one sentence for a person."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue]  # every field has a default
    except ValidationError as refused:
        raise SettingsRefused(_sentence(refused)) from None


def _sentence(refused: ValidationError) -> str:
    first = refused.errors()[0]
    variable = "TIDINGS_" + str(first["loc"][0]).upper() if first["loc"] else "The settings"
    return f"{variable} cannot be used: {first['msg'].removeprefix('Value error, ').rstrip('.')}."
