"""Every knob, read once, by entry points alone. A wrong value stops the start with the key, the value and what was
expected.

Each key may also be given as KEY_FILE, the path of a file that holds the value (for secrets kept by an orchestrator).
The environment goes before files, files before `.env`; an empty value is none.
"""

import os
import re
from collections import ChainMap
from collections.abc import Collection, Mapping
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from reviews.addresses import domain_of, parse_address
from reviews.admission import Grant, read_groups
from reviews.rules import MONTH, YEAR, Rules, Terms
from reviews.tokens import SECRET_LENGTH_MIN

PREFIX = "AFTERWORD_"
FILE_SUFFIX = "_FILE"
OTHERS_KEYS = frozenset({"AFTERWORD_AUDIT"})
"""Keys with our prefix that other programs of this house read."""
DEFAULT_ENV_FILE = ".env"
SECRETS = (
    "DATABASE_URL",
    "AFTERWORD_SECRET_KEYS",
    "AFTERWORD_BUNDLE_KEYS",
    "AFTERWORD_SMTP_URL",
    "AFTERWORD_SMTP_ROUTES",
    "AFTERWORD_DKIM_KEY",
    "AFTERWORD_DKIM_ED25519_KEY",
    "AFTERWORD_OIDC_CLIENT_SECRET",
    "AFTERWORD_SENTRY_DSN",
)
"""Keys whose values are never told: they hold keys, or a password."""
_ROUTE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}=smtps?://\S+")
_LMTP = re.compile(r"(?:[A-Za-z0-9.-]{1,255}|\[[0-9a-fA-F:]{2,45}\]):[0-9]{1,5}")
_SEED = re.compile(r"[A-Za-z0-9_-]{43}")
_LIMIT = re.compile(r"[^=\s]+=\d{1,6}(?:/\d{1,6})?")
DAY_SECONDS = 86_400
WEEK_MINUTES = 10_080


class WrongSettings(Exception):
    """The settings cannot be used; the message names each key, its value and what was expected."""


class FileSource(PydanticBaseSettingsSource):
    """Values of keys that are given as KEY_FILE, in the environment or in `.env`."""

    def __init__(self, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource) -> None:
        super().__init__(settings_cls)
        given = (source.env_vars for source in sources if isinstance(source, EnvSettingsSource))
        self._given: Mapping[str, str | None] = ChainMap(*map(dict, given))

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        key = env_name(self.settings_cls, field_name)
        path = self._given.get((key + FILE_SUFFIX).lower())
        text = _file_text(key + FILE_SUFFIX, path) if path else None
        return text, key if field.validation_alias else field_name, False

    def __call__(self) -> dict[str, Any]:
        values = (self.get_field_value(field, name) for name, field in self.settings_cls.model_fields.items())
        return {key: value for value, key, _ in values if value}


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=DEFAULT_ENV_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=False,
    )

    database_url: str = Field("sqlite:///afterword.db", validation_alias="DATABASE_URL", repr=False)
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)
    bind: str = "0.0.0.0"  # noqa: S104 - a container's or a proxy's port; the install page says how to narrow it
    base_url: str
    reply_domain: str
    secret_keys: Annotated[tuple[str, ...], NoDecode] = Field(repr=False)
    smtp_url: str = Field("smtp://localhost:25", repr=False)
    smtp_connections: int = Field(4, ge=1, le=100)  # enough for a thousand mails a second; more is a rude guest
    smtp_routes: str = Field("", repr=False)
    domain_limits: str = ""
    sender: str = Field(validation_alias=AliasChoices("AFTERWORD_FROM", "sender"))
    inbound_host: str = "0.0.0.0"  # noqa: S104 - mail comes from the internet
    inbound_port: int = Field(2525, ge=1, le=65535)
    inbound_tls_certificate: Path | None = None
    inbound_tls_key: Path | None = None
    inbound_proxies: str = ""
    inbound_lmtp: str = ""
    clamd: str = ""
    arc_sealers: str = ""
    authserv_id: str = ""
    trusted_mail_servers: str = "127.0.0.1,::1"
    inbound_tls_required: bool = False
    operator: str = ""
    brands: Path | None = None
    brand: str = "acme"
    bundle_keys: Annotated[tuple[str, ...], NoDecode] = Field((), repr=False)
    dkim_folder: Path = Path("dkim")
    dkim_domain: str = ""
    dkim_selector: str = "afterword"
    dkim_key: str = Field("", repr=False)
    dkim_ed25519_selector: str = "afterword-ed25519"
    dkim_ed25519_key: str = Field("", repr=False)
    only_to: str = ""
    invitations_per_hour: int = Field(100, ge=0)
    ask_after_minutes: int = Field(60, ge=0, lt=WEEK_MINUTES)  # a week later nobody is asked any more
    dwell_seconds: float = Field(1.0, ge=0, le=DAY_SECONDS)
    min_age_seconds: float = Field(5.0, ge=0, le=DAY_SECONDS)
    early_seconds: float = Field(600.0, ge=0, le=DAY_SECONDS)
    hold_seconds: float = Field(600.0, ge=0, le=DAY_SECONDS)
    gap_seconds: float = Field(60.0, ge=0, le=DAY_SECONDS)
    fast_seconds: float = Field(3.0, ge=0, le=DAY_SECONDS)
    decoy_window_seconds: float = Field(600.0, ge=0, le=DAY_SECONDS)
    sweep_hours: float = Field(24.0, ge=0, le=720)
    sweep_any_minutes: float = Field(60.0, ge=0, le=WEEK_MINUTES)
    bad_token_seconds: float = Field(60.0, ge=0, le=DAY_SECONDS)
    fleet: int = Field(5, ge=2, le=1_000)
    nonce_minutes: float = Field(30.0, gt=0, le=WEEK_MINUTES)
    expiry_days: int = Field(30, ge=1, le=3_650)
    hits_days: int = Field(90, ge=1, le=3_650)
    mails_months: int = Field(0, ge=0, le=1_200)
    reviews_years: int = Field(0, ge=0, le=100)
    letters_days: int = Field(90, ge=0, le=3_650)
    decoys: bool = True
    networks: Path | None = None
    trusted_proxies: str = "127.0.0.1"
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field("", repr=False)
    oidc_name: str = Field("single sign-on", max_length=60)
    oidc_scopes: str = "openid email profile"
    oidc_groups_claim: str = "groups"
    oidc_groups: str = ""
    oidc_only: bool = False
    calls_allowed: str = ""
    api_per_minute: int = Field(6_000, ge=0)
    affected_sqlite: bool = False
    otlp_url: str = ""
    sentry_dsn: str = Field("", repr=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FileSource(settings_cls, env_settings, dotenv_settings), dotenv_settings)

    @field_validator("secret_keys", "bundle_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_keys")
    @classmethod
    def _long_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or any(len(key) < SECRET_LENGTH_MIN for key in value):
            raise ValueError(f"expected keys of at least {SECRET_LENGTH_MIN} characters, comma-separated, newest first")
        return value

    @field_validator("bundle_keys")
    @classmethod
    def _seeds(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_SEED.fullmatch(seed) for seed in value):
            raise ValueError("expected keys as `afterword rotate bundle` makes them, comma-separated, newest first")
        return value

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")) or not _host(value):
            raise ValueError("expected an address like https://feedback.example.com")
        return value.rstrip("/")

    @field_validator("reply_domain")
    @classmethod
    def _bare_domain(cls, value: str) -> str:
        address = parse_address(f"r@{value.rstrip('.')}")
        if address is None or "<" in value:
            raise ValueError("expected a domain like reply.example.com")
        return domain_of(address.address)

    @field_validator("sender", "only_to", "operator")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        if value and parse_address(value) is None:
            raise ValueError("expected a mail address like support@example.com")
        if not value.rpartition("@")[0].isascii():  # RFC 6531: not every server takes a mail that has such an address
            raise ValueError("expected a mail address in ASCII before the @, such as support@example.com")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: str) -> str:
        if not value.startswith(("smtp://", "smtps://")) or not _host(value):
            raise ValueError("expected an address like smtp://user:password@mail.example.com:587?starttls=require")
        return value

    @field_validator("smtp_routes")
    @classmethod
    def _named_routes(cls, value: str) -> str:
        if not all(_ROUTE.fullmatch(entry) and _host(entry.partition("=")[2]) for entry in value.split()):
            raise ValueError("expected NAME=URL, several with blanks between, as eu=smtps://user:pass@eu.example")
        return value

    @field_validator("otlp_url")
    @classmethod
    def _collector(cls, value: str) -> str:
        if value and not (value.startswith(("https://", "http://")) and _host(value)):
            raise ValueError("expected an address like http://127.0.0.1:4318/v1/traces")
        return value

    @field_validator("domain_limits")
    @classmethod
    def _limits_of_domains(cls, value: str) -> str:
        if not all(_LIMIT.fullmatch(entry) for entry in value.split()):
            raise ValueError("expected DOMAIN=AT_ONCE/A_MINUTE, several with blanks between, as gmail.com=4/600 *=10")
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _safe_issuer(cls, value: str) -> str:
        if value and not value.startswith("https://") and _host(value) not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("expected an address by https, like https://login.example.com/realms/staff")
        return value

    @field_validator("oidc_groups")
    @classmethod
    def _known_roles(cls, value: str) -> str:
        read_groups(value)
        return value

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if self.oidc_issuer and not self.oidc_client_id:
            raise PydanticCustomError("missing_client", "AFTERWORD_OIDC_CLIENT_ID: it is missing beside the issuer")
        if self.oidc_only and not self.oidc_issuer:
            raise PydanticCustomError("missing_issuer", "AFTERWORD_OIDC_ONLY: there is no issuer, so no way in at all")
        return self

    @field_validator("trusted_mail_servers", "calls_allowed", "inbound_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            [ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip()]
        except ValueError:
            raise ValueError("expected addresses or networks like 192.0.2.1, 2001:db8::/64") from None
        return value

    @field_validator("arc_sealers")
    @classmethod
    def _domains(cls, value: str) -> str:
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if any(parse_address(f"x@{part}") is None or "<" in part for part in parts):
            raise ValueError("expected domains like groups.example.com, comma-separated")
        return ",".join(part.lower().rstrip(".") for part in parts)

    @field_validator("inbound_lmtp", "clamd")
    @classmethod
    def _lmtp(cls, value: str) -> str:
        if value and not value.startswith("/") and not _LMTP.fullmatch(value):
            raise ValueError("expected the path of a socket like /run/afterword/lmtp, or HOST:PORT like 127.0.0.1:2424")
        return value

    def routes(self) -> dict[str, str]:
        """The URL of each way out by its name; `default` is the one for brands that name none."""
        named = (entry.partition("=") for entry in self.smtp_routes.split())
        return {"default": self.smtp_url, **{name: url for name, _, url in named}}

    def dkim_keys(self) -> tuple[tuple[str, str], ...]:
        """The selector and the private key in PEM of each key that signs."""
        known = ((self.dkim_selector, self.dkim_key), (self.dkim_ed25519_selector, self.dkim_ed25519_key))
        return tuple((selector, pem) for selector, pem in known if pem)

    def groups(self) -> dict[str, tuple[Grant, ...]]:
        """What groups of the provider's stand for."""
        return read_groups(self.oidc_groups)

    def rules(self) -> Rules:
        """The constants that the rules go by."""
        return Rules(
            dwell=timedelta(seconds=self.dwell_seconds),
            min_age=timedelta(seconds=self.min_age_seconds),
            early=timedelta(seconds=self.early_seconds),
            hold=timedelta(seconds=self.hold_seconds),
            gap=timedelta(seconds=self.gap_seconds),
            fast=timedelta(seconds=self.fast_seconds),
            decoy_window=timedelta(seconds=self.decoy_window_seconds),
            sweep=timedelta(hours=self.sweep_hours),
            sweep_any=timedelta(minutes=self.sweep_any_minutes),
            bad_token_window=timedelta(seconds=self.bad_token_seconds),
            fleet=self.fleet,
            nonce=timedelta(minutes=self.nonce_minutes),
            expiry=timedelta(days=self.expiry_days),
            seal=timedelta(days=self.hits_days),
            delay=timedelta(minutes=self.ask_after_minutes),
        )

    def terms(self) -> Terms:
        """How long what is known of people is kept; 0 is for good."""
        letters = timedelta(days=self.letters_days)
        return Terms(self.mails_months * MONTH or None, self.reviews_years * YEAR or None, letters or None)


def env_name(settings: type[BaseSettings], field: str) -> str:
    """The environment variable behind a field."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return str(alias) if alias else PREFIX + field.upper()


def read_settings() -> Settings:
    """The settings of this process. WrongSettings names what is missing, wrong or misspelt."""
    _refuse_unknown()
    try:
        return Settings()  # type: ignore[call-arg]  # the values come from the environment
    except ValidationError as error:
        raise WrongSettings("\n".join(_told(problem) for problem in error.errors())) from None


def _refuse_unknown() -> None:
    """A misspelt key must not pass for one that was left out: it may have been a brake."""
    known = {env_name(Settings, field) for field in Settings.model_fields} | OTHERS_KEYS
    known |= {key + FILE_SUFFIX for key in known}
    given = {*os.environ, *dotenv_values(DEFAULT_ENV_FILE)}
    unknown = sorted(key for key in given if key.upper().startswith(PREFIX) and key.upper() not in known)
    if unknown:
        raise WrongSettings("\n".join(f"{key}: there is no such setting{_meant(key, known)}" for key in unknown))


def _meant(key: str, known: Collection[str]) -> str:
    close = get_close_matches(key.upper(), known, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _file_text(key: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8").strip()
    except (OSError, ValueError) as error:
        raise WrongSettings(f"{key} is {path!r}: expected a text file that can be read ({error})") from None


def _host(url: str) -> str:
    """The host of a URL, or '' where there is none or the URL is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _told(problem: ErrorDetails) -> str:
    if not problem["loc"]:  # what several settings together lack
        return problem["msg"]
    place = str(problem["loc"][0])
    name = place if place.isupper() else env_name(Settings, place)
    value = "" if problem["type"] == "missing" or name in SECRETS else f" is {problem['input']!r}"
    words = "it is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
    return f"{name}{value}: {words}"
