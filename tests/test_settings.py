"""Every knob: from the environment, files and `.env`; a wrong one is named with what was expected, a secret never."""

import os
import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from reviews.rules import Rules
from settings import SECRETS, Settings, WrongSettings, env_name, read_settings
from store import migrate_store
from templates.brands import SHIPPED
from tests.story import SECRETS as KEYS
from web.app import open_door

EXAMPLE = Path(__file__).parent.parent / ".env.example"
NAMES = {env_name(Settings, field): field for field in Settings.model_fields}
REQUIRED = {
    "AFTERWORD_BASE_URL": "https://feedback.acme.example",
    "AFTERWORD_REPLY_DOMAIN": "reply.acme.example",
    "AFTERWORD_FROM": "support@acme.example",
    "AFTERWORD_SECRET_KEYS": ",".join(KEYS).replace(", ", " "),
}
SECRET_KEYS = REQUIRED["AFTERWORD_SECRET_KEYS"]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine is seen, and no `.env`."""
    for name in os.environ:
        if name.startswith("AFTERWORD_") or name.removesuffix("_FILE") in NAMES:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    """The settings of an environment that has what must be, and what is given."""
    for name, value in (REQUIRED | given).items():
        monkeypatch.setenv(name, value)
    return read_settings()


def refused(monkeypatch: pytest.MonkeyPatch, **given: str) -> str:
    with pytest.raises(WrongSettings) as wrong:
        read(monkeypatch, **given)
    return str(wrong.value)


def test_what_must_be_set_is_named_all_at_once() -> None:
    with pytest.raises(WrongSettings) as wrong:
        read_settings()
    assert str(wrong.value).splitlines() == [
        f"{name}: it is missing" for name in sorted(REQUIRED, key=list(NAMES).index)
    ]


@pytest.mark.parametrize("name", REQUIRED)
def test_an_empty_value_is_none(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert refused(monkeypatch, **{name: ""}) == f"{name}: it is missing"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("AFTERWORD_ONLYTO", "; did you mean AFTERWORD_ONLY_TO?"),
        ("AFTERWORD_SECRET_KEY_FILE", "; did you mean AFTERWORD_SECRET_KEYS_FILE?"),
        ("AFTERWORD_XYZZYX", ""),
    ],
)
def test_a_misspelt_key_is_refused_since_it_may_have_been_a_brake(
    monkeypatch: pytest.MonkeyPatch, key: str, meant: str
) -> None:
    monkeypatch.setenv(key, "me@acme.example")
    with pytest.raises(WrongSettings) as refused:
        read_settings()
    assert str(refused.value) == f"{key}: there is no such setting{meant}"


def test_an_empty_value_leaves_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, **{name: "" for name in NAMES if name not in REQUIRED})
    assert settings == read(monkeypatch)
    assert (settings.brands, settings.inbound_tls_key, settings.port) == (None, None, 8000)


def test_the_constants_are_those_of_the_rules_where_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch).rules() == Rules()


def test_the_constants_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "ASK_AFTER_MINUTES": "0",
        "DWELL_SECONDS": "0.5",
        "MIN_AGE_SECONDS": "0",
        "EARLY_SECONDS": "0",
        "HOLD_SECONDS": "20",
        "EXPIRY_DAYS": "7",
    }
    rules = read(monkeypatch, **{f"AFTERWORD_{name}": value for name, value in given.items()}).rules()
    nothing = timedelta(0)
    assert (rules.delay, rules.min_age, rules.early) == (nothing, nothing, nothing)
    assert (rules.dwell, rules.hold, rules.expiry) == (timedelta(seconds=0.5), timedelta(seconds=20), timedelta(days=7))


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("AFTERWORD_BASE_URL", "https://feedback.acme.example/", "https://feedback.acme.example"),
        ("AFTERWORD_BASE_URL", "http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("AFTERWORD_REPLY_DOMAIN", "Reply.ACME.example.", "reply.acme.example"),
        (
            "AFTERWORD_SECRET_KEYS",
            f" {KEYS[1]} ,, ".replace(",", "", 1),
            ("the older key still good for what it signed",),
        ),
        ("PORT", "80", 80),
        ("DATABASE_URL", "sqlite:////var/lib/a.db", "sqlite:////var/lib/a.db"),
        ("AFTERWORD_AFFECTED_SQLITE", "true", True),
        ("AFTERWORD_BRANDS", "/etc/afterword", Path("/etc/afterword")),
    ],
)
def test_a_value_is_kept_as_it_is_meant(monkeypatch: pytest.MonkeyPatch, name: str, value: str, kept: object) -> None:
    assert getattr(read(monkeypatch, **{name: value}), NAMES[name]) == kept


WRONG = [
    ("AFTERWORD_BASE_URL", "feedback.acme.example", "https://"),
    ("AFTERWORD_BASE_URL", "https://", "https://"),
    ("AFTERWORD_BASE_URL", "https://[", "https://"),
    ("AFTERWORD_REPLY_DOMAIN", "localhost", "reply.example.com"),
    ("AFTERWORD_REPLY_DOMAIN", "ada@acme.example", "reply.example.com"),
    ("AFTERWORD_REPLY_DOMAIN", "https://reply.acme.example", "reply.example.com"),
    ("AFTERWORD_REPLY_DOMAIN", "reply acme.example", "reply.example.com"),
    ("AFTERWORD_FROM", "support", "support@example.com"),
    ("AFTERWORD_ONLY_TO", "everybody", "support@example.com"),
    ("AFTERWORD_OPERATOR", "a@b@c", "support@example.com"),
    ("AFTERWORD_TRUSTED_MAIL_SERVERS", "mx.acme.example", "2001:db8::/64"),
    ("PORT", "http", "integer"),
    ("PORT", "0", "greater than or equal to 1"),
    ("PORT", "65536", "less than or equal to 65535"),
    ("AFTERWORD_INVITATIONS_PER_HOUR", "-1", "greater than or equal to 0"),
    ("AFTERWORD_ASK_AFTER_MINUTES", "10080", "less than 10080"),
    ("AFTERWORD_HOLD_SECONDS", "inf", "less than or equal to 86400"),
    ("AFTERWORD_HOLD_SECONDS", "nan", "less than or equal to 86400"),
    ("AFTERWORD_EXPIRY_DAYS", "0", "greater than or equal to 1"),
    ("AFTERWORD_AFFECTED_SQLITE", "perhaps", "boolean"),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_wrong_value_is_named_with_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    (line,) = refused(monkeypatch, **{name: value}).splitlines()
    assert line.startswith(f"{name} is {value!r}: ")
    assert expected in line


def test_everything_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {name: value for name, value, _ in WRONG}
    assert len(refused(monkeypatch, **given).splitlines()) == len(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AFTERWORD_SECRET_KEYS", "hunter2"),
        ("AFTERWORD_SECRET_KEYS", f"{'x' * 40},hunter2"),
        ("AFTERWORD_SMTP_URL", "https://me:hunter2@mail.acme.example"),
        ("AFTERWORD_SMTP_URL", "me:hunter2@mail.acme.example"),
        ("AFTERWORD_SMTP_URL", "smtp://"),
    ],
)
def test_a_wrong_secret_is_named_and_not_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    told = refused(monkeypatch, **{name: value})
    assert told.startswith(f"{name}: expected ")
    assert "hunter2" not in told


def test_no_secret_stands_in_what_is_printed_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "DATABASE_URL": "postgresql://me:hunter2@db/a",
        "AFTERWORD_SMTP_URL": "smtp://me:hunter2@mail.acme.example",
        "AFTERWORD_DKIM_KEY": "hunter2",
    }
    settings = read(monkeypatch, **given)
    assert settings.smtp_url.startswith("smtp://me:hunter2@")
    for printed in (repr(settings), str(settings), f"{settings}"):
        assert [secret for secret in ("hunter2", *SECRET_KEYS.split(",")) if secret in printed] == []
    assert set(SECRETS) <= set(NAMES)


# files


@pytest.mark.parametrize("name", REQUIRED)
def test_a_value_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text(f"  {REQUIRED[name]}\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    for other, value in REQUIRED.items():
        if other != name:
            monkeypatch.setenv(other, value)
    read_from_file = getattr(read_settings(), NAMES[name])
    monkeypatch.setenv(name, REQUIRED[name])
    assert getattr(read_settings(), NAMES[name]) == read_from_file


def test_a_dkim_key_keeps_its_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----\n")
    assert read(monkeypatch, AFTERWORD_DKIM_KEY_FILE="key.pem").dkim_key.count("\n") == 3


def test_the_environment_goes_before_files_and_files_before_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("AFTERWORD_BRAND=env-file\nAFTERWORD_DKIM_DOMAIN=env-file\nPORT=1\n")
    (tmp_path / "brand").write_text("file")
    given = {
        "AFTERWORD_BRAND_FILE": "brand",
        "AFTERWORD_DKIM_DOMAIN_FILE": "brand",
        "AFTERWORD_DKIM_DOMAIN": "environment",
    }
    settings = read(monkeypatch, **given)
    assert (settings.dkim_domain, settings.brand, settings.port) == ("environment", "file", 1)


def test_the_env_file_may_name_files_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AFTERWORD_BRAND_FILE=brand\n")
    (tmp_path / "brand").write_text("zenith\n")
    assert read(monkeypatch).brand == "zenith"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named_with_its_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content:
        (tmp_path / "nowhere").write_bytes(content)
    told = refused(monkeypatch, AFTERWORD_BRAND_FILE="nowhere")
    assert told.startswith("AFTERWORD_BRAND_FILE is 'nowhere': expected a text file that can be read")


# the example


def told_in_example() -> dict[str, tuple[str, bool]]:
    """Every key of the example: its value, and whether it is set or only shown."""
    lines = re.findall(r"^(#?)([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    assert len({name for _, name, _ in lines}) == len(lines), "a key stands there twice"
    return {name: (value, not shown) for shown, name, value in lines}


def test_the_example_names_exactly_the_keys_there_are() -> None:
    assert set(told_in_example()) == set(NAMES)


def test_the_example_sets_what_must_be_set_and_shows_the_defaults_of_the_rest() -> None:
    told = told_in_example()
    assert {name for name, (_, set_) in told.items() if set_} == set(REQUIRED)
    for name, field in NAMES.items():
        default = Settings.model_fields[field].default
        if name not in REQUIRED:
            words = str(default).lower() if isinstance(default, bool) else "" if default in (None, ()) else str(default)
            assert told[name][0] == words, name


def test_the_example_has_a_comment_before_each_key() -> None:
    lines = EXAMPLE.read_text().splitlines()
    assert [
        key for before, key in pairwise(lines) if re.match(r"#?[A-Z0-9_]+=", key) and not before.startswith("# ")
    ] == []


def test_the_example_is_accepted_once_it_has_keys_and_not_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = EXAMPLE.read_text()
    (tmp_path / ".env").write_text(text)
    with pytest.raises(WrongSettings, match=r"^AFTERWORD_SECRET_KEYS: it is missing$"):
        read_settings()
    (tmp_path / ".env").write_text(re.sub(r"^#(?=[A-Z0-9_]+=)", "", text, flags=re.MULTILINE))
    monkeypatch.setenv("AFTERWORD_SECRET_KEYS", SECRET_KEYS)
    assert read_settings().rules() == Rules()


def test_routes_are_read_by_their_names_and_the_usual_one_is_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    given = "eu=smtps://me:a%20b@eu.example  us=smtp://us.example:587?starttls=require"
    assert read(monkeypatch, AFTERWORD_SMTP_ROUTES=given).routes() == {
        "default": "smtp://localhost:25",
        "eu": "smtps://me:a%20b@eu.example",
        "us": "smtp://us.example:587?starttls=require",
    }


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("AFTERWORD_SMTP_ROUTES", "smtps://me:hunter2@eu.example", "expected NAME=URL"),
        ("AFTERWORD_SMTP_ROUTES", "eu=https://eu.example", "expected NAME=URL"),
        ("AFTERWORD_SMTP_ROUTES", "EU=smtp://eu.example", "expected NAME=URL"),
        ("AFTERWORD_DOMAIN_LIMITS", "gmail.com:4", "expected DOMAIN=AT_ONCE/A_MINUTE"),
    ],
)
def test_wrong_routes_and_limits_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, key: str, value: str, expected: str
) -> None:
    with pytest.raises(WrongSettings, match=expected) as told:
        read(monkeypatch, **{key: value})
    assert "hunter2" not in str(told.value)


ISSUER = {"AFTERWORD_OIDC_ISSUER": "https://id.acme.example", "AFTERWORD_OIDC_CLIENT_ID": "afterword"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"AFTERWORD_OIDC_ISSUER": ISSUER["AFTERWORD_OIDC_ISSUER"]}, "AFTERWORD_OIDC_CLIENT_ID: it is missing"),
        ({"AFTERWORD_OIDC_ONLY": "true"}, "AFTERWORD_OIDC_ONLY: there is no issuer"),
        ({"AFTERWORD_OIDC_ISSUER": "http://id.acme.example"}, "expected an address by https"),
        ({**ISSUER, "AFTERWORD_OIDC_GROUPS": "IT=boss"}, "'IT=boss' is not GROUP=ROLE"),
    ],
)
def test_half_a_single_sign_on_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: str
) -> None:
    assert told in refused(monkeypatch, **given)


@pytest.mark.parametrize(
    ("groups", "domains", "told"),
    [
        ("IT=admin, Leads=lead@nobody", '["acme.example"]', "AFTERWORD_OIDC_GROUPS names 'nobody': expected one of"),
        ("IT=admin", "[]", "[answering] domains"),
        ("IT=admin, Leads=lead@acme", '["acme.example"]', ""),
    ],
)
async def test_single_sign_on_lets_in_who_is_of_a_brands_own_domains(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, groups: str, domains: str, told: str
) -> None:
    brand = (SHIPPED / "acme.toml").read_text("utf-8")
    assert "[answering]" not in brand
    (tmp_path / "acme.toml").write_text(f"{brand}\n[answering]\ndomains = {domains}\n", "utf-8")
    url = f"sqlite:///{tmp_path / 'afterword.db'}"
    migrate_store(url, affected_allowed=True)
    given = {**ISSUER, "DATABASE_URL": url, "AFTERWORD_AFFECTED_SQLITE": "true", "AFTERWORD_BRANDS": str(tmp_path)}
    settings = read(monkeypatch, **given, AFTERWORD_OIDC_GROUPS=groups)
    if told:
        with pytest.raises(WrongSettings, match=re.escape(told)):
            open_door(settings)
    else:
        door = open_door(settings)
        await door.store.close()
        assert door.single
        assert door.single.rules.domains == {"acme": frozenset({"acme.example"})}
