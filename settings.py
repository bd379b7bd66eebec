"""Every knob, read once, by entry points alone. A wrong value stops the start with the key, the value and what was expected.

Each key may also be given as KEY_FILE, the path of a file that holds the value (for secrets kept by an orchestrator).
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from reviews.addresses import parse_address
from reviews.rules import Rules
from reviews.tokens import SECRET_LENGTH_MIN

PREFIX = "AFTERWORD_"
FILE_SUFFIX = "_FILE"
DEFAULT_ENV_FILE = ".env"


class WrongSettings(Exception):
    """The settings cannot be used; the message names each key, its value and what was expected."""


class FileSource(PydanticBaseSettingsSource):
    """Values of keys that are given as KEY_FILE."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        key = env_name(self.settings_cls, field_name)
        path = os.environ.get(key + FILE_SUFFIX)
        return (Path(path).read_text().strip() if path else None, key, False)

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=DEFAULT_ENV_FILE, extra="ignore", frozen=True, validate_default=False
    )

    database_url: str = Field("sqlite:///afterword.db", validation_alias="DATABASE_URL")
    port: int = Field(8000, validation_alias="PORT", ge=1, le=65535)
    bind: str = "0.0.0.0"  # noqa: S104 - a container's or a proxy's port; the install page says how to narrow it
    base_url: str
    reply_domain: str
    secret_keys: Annotated[tuple[str, ...], NoDecode]
    smtp_url: str = "smtp://localhost:25"
    sender: str = Field(validation_alias=AliasChoices("AFTERWORD_FROM", "sender"))
    inbound_host: str = "0.0.0.0"  # noqa: S104 - mail comes from the internet
    inbound_port: int = Field(2525, ge=1, le=65535)
    inbound_tls_certificate: Path | None = None
    inbound_tls_key: Path | None = None
    operator: str = ""
    brands: Path | None = None
    brand: str = "acme"
    dkim_domain: str = ""
    dkim_selector: str = "afterword"
    dkim_key: str = ""
    only_to: str = ""
    invitations_per_hour: int = Field(100, ge=0)
    ask_after_minutes: int = Field(60, ge=0)
    dwell_seconds: float = Field(1.0, ge=0)
    min_age_seconds: float = Field(5.0, ge=0)
    early_seconds: float = Field(600.0, ge=0)
    hold_seconds: float = Field(600.0, ge=0)
    expiry_days: int = Field(30, ge=1)
    trusted_proxies: str = "127.0.0.1"
    affected_sqlite: bool = False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, FileSource(settings_cls), dotenv_settings)

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_keys")
    @classmethod
    def _long_keys(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value or any(len(key) < SECRET_LENGTH_MIN for key in value):
            raise ValueError(f"expected keys of at least {SECRET_LENGTH_MIN} characters, comma-separated, newest first")
        return value

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("expected an address like https://feedback.example.com")
        return value.rstrip("/")

    @field_validator("reply_domain")
    @classmethod
    def _bare_domain(cls, value: str) -> str:
        if "@" in value or "." not in value or " " in value:
            raise ValueError("expected a domain like reply.example.com")
        return value.lower().rstrip(".")

    @field_validator("sender", "only_to", "operator")
    @classmethod
    def _mail_address(cls, value: str) -> str:
        if value and parse_address(value) is None:
            raise ValueError("expected a mail address like support@example.com")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp_address(cls, value: str) -> str:
        if not value.startswith(("smtp://", "smtps://")):
            raise ValueError("expected an address like smtp://user:password@mail.example.com:587?starttls=require")
        return value

    def rules(self) -> Rules:
        """The constants that the rules go by."""
        return Rules(
            dwell=timedelta(seconds=self.dwell_seconds),
            min_age=timedelta(seconds=self.min_age_seconds),
            early=timedelta(seconds=self.early_seconds),
            hold=timedelta(seconds=self.hold_seconds),
            expiry=timedelta(days=self.expiry_days),
            delay=timedelta(minutes=self.ask_after_minutes),
        )


def env_name(settings: type[BaseSettings], field: str) -> str:
    """The environment variable behind a field."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return str(alias) if alias else PREFIX + field.upper()


def read_settings() -> Settings:
    """The settings of this process. WrongSettings names what is missing or wrong."""
    try:
        return Settings()  # type: ignore[call-arg]  # the values come from the environment
    except ValidationError as error:
        raise WrongSettings("\n".join(_told(problem) for problem in error.errors())) from None


def _told(problem: Any) -> str:
    place = str(problem["loc"][0]) if problem["loc"] else "settings"
    name = place if place.isupper() else env_name(Settings, place)
    value = "" if problem["type"] == "missing" or "KEY" in name else f" is {problem['input']!r}"
    words = "it is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
    return f"{name}{value}: {words}"
