"""The command: each thing an operator does by hand, in a folder of its own, on a real SQLite file."""

import asyncio
import json
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.operating import read, with_store, write
from mailer.domain.key import new_key, public_part
from mailer.sign import Signer, WrongKey
from reviews.holds import Suppression
from reviews.model import BOUNCED, COMPLAINED, UNSUBSCRIBED, Envelope, text_id
from reviews.tokens import REPLY, Keys
from settings import read_settings
from store import DeadLetter, Source, api_keys, dead_letters, lists, mails, quarantine, sources, suppressions
from store.__main__ import main as store_command
from store.quarantine import Judged
from templates.brands import read_brands
from tests.story import closing

INIT = ("init", "--yes", "--domain", "acme.example", "--brand-name", "Acme IT")
MAPPING = ("ticket=ticket.number", "closed_at=ticket.closed_at", "contact.email=ticket.customer.email")
MAPPED = tuple(word for pair in MAPPING for word in ("--map", pair))
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
MAIL = b"""\
From: Ada Example <ada@customer.example>\r
To: %s\r
Subject: Re: How did we do?\r
Message-ID: <1@customer.example>\r
Content-Type: text/plain; charset=utf-8\r
\r
Thanks, it works \xe2\x80\x94 but it took a week.\r
\r
On Fri, 21 Nov 2026 at 10:00, Acme IT <support@acme.example> wrote:\r
> How did we do?\r
"""


def afterword(*words: str, stdin: str | bytes | None = None) -> Result:
    """What a command answers; whatever happens, it must not be a stack trace."""
    result = CliRunner().invoke(main, words, input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(*words: str) -> str:
    """The output of a command that went well."""
    result = afterword(*words)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*words: str) -> str:
    """The sentence of a command that did not."""
    result = afterword(*words)
    assert result.exit_code == 1
    return result.stderr


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder to work in, and no setting of this machine."""
    for name in os.environ:
        if name.startswith("AFTERWORD_") or name in ("DATABASE_URL", "PORT"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def installed(folder: Path) -> Path:
    """An installation with an empty database."""
    said(*INIT)
    assert store_command(["migrate"]) is None
    return folder


# init


def test_init_writes_settings_that_can_be_read_and_that_only_their_owner_may_read(folder: Path) -> None:
    said(*INIT)
    settings = read_settings()
    assert (settings.reply_domain, settings.sender, settings.brand) == (
        "reply.acme.example",
        "support@acme.example",
        "acme-it",
    )
    assert [(folder / name).stat().st_mode & 0o777 for name in (".env", "dkim.pem")] == [0o600, 0o600]
    assert Signer.of(settings.dkim_domain, settings.dkim_selector, settings.dkim_key.encode()).sign(
        b"From: a@b.c\r\n\r\n.\r\n"
    )


def test_init_begins_in_trial_mode() -> None:
    said(*INIT, "--operator", "olga@acme.example")
    assert read_settings().only_to == "olga@acme.example"


def test_init_asks_what_it_is_not_told(folder: Path) -> None:
    answers = ["acme.example", "", "care@acme.example", "", "https://afterword.acme.example", "", ""]
    assert afterword("init", stdin="\n".join(answers) + "\n").exit_code == 0
    settings = read_settings()
    assert settings.sender == settings.only_to == "care@acme.example"
    assert settings.base_url == "https://afterword.acme.example"
    assert (folder / "brands" / "acme.toml").exists()


def test_init_names_every_record_that_the_dns_needs() -> None:
    told = said(*INIT, "--smtp-url", "smtp://u:p@mail.provider.example:587")
    key = public_part(read_settings().dkim_key).text
    assert "reply.acme.example. MX 10 feedback.acme.example." in told
    assert 'reply.acme.example. TXT "v=spf1 a:mail.provider.example ~all"' in told
    assert 'afterword._domainkey.acme.example. TXT "v=DKIM1; k=rsa; p=' in told
    assert key in told.replace('" "', "")
    assert '_dmarc.acme.example. TXT "v=DMARC1; p=none"' in told


def test_init_never_writes_over_settings_unasked(folder: Path) -> None:
    said(*INIT)
    before = (folder / ".env").read_text()
    assert "there is a .env here already" in refused(*INIT)
    assert (folder / ".env").read_text() == before


def test_init_by_force_keeps_the_old_settings_the_dkim_key_and_the_brand(folder: Path) -> None:
    said(*INIT)
    kept = {name: (folder / name).read_text() for name in (".env", "dkim.pem", "brands/acme-it.toml")}
    said(*INIT, "--force")
    assert (folder / ".env.old").read_text() == kept.pop(".env") != (folder / ".env").read_text()
    assert {name: (folder / name).read_text() for name in kept} == kept


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--base-url", "feedback.acme.example"), "AFTERWORD_BASE_URL"),
        (("--reply-domain", "reply"), "AFTERWORD_REPLY_DOMAIN"),
        (("--operator", "olga"), "AFTERWORD_ON"),
        (("--sender", "support"), "'support' is no mail address"),
        (("--smtp-url", "http://mail.acme.example"), "expected smtp://"),
        (("--smtp-url", "smtp://u:${HOME}@mail.acme.example"), "cannot stand in a settings file"),
    ],
)
def test_init_with_a_wrong_answer_says_so_and_leaves_the_settings_as_they_were(
    folder: Path, words: tuple[str, ...], says: str
) -> None:
    said(*INIT)
    before = (folder / ".env").read_text()
    assert says in refused(*INIT, "--force", *words)
    assert (folder / ".env").read_text() == before


@pytest.mark.parametrize(("name", "key"), [("Bob's “IT”", "bob-s-it"), ("株式会社", "brand"), ('A "B" \\ C', "a-b-c")])
def test_init_takes_any_name_of_a_brand(name: str, key: str) -> None:
    said(*INIT, "--brand-name", name)
    assert read_brands(Path("brands"))[key].name == name


def test_init_without_a_domain_and_nobody_to_ask_says_what_is_needed() -> None:
    assert "--domain is needed" in refused("init", "--yes")


# doctor


def test_doctor_is_content_with_a_new_installation(installed: Path) -> None:
    told = said("doctor", "--no-network")
    assert "broken" not in told
    assert "Database: opens; its schema is current; it holds 0 reviews" in told
    assert "Trial mode: on: every mail goes to support@acme.example" in told
    assert "SMTP relay and DNS: not asked" in told


def test_doctor_names_what_is_missing_without_settings() -> None:
    told = refused("doctor")
    assert "there is no .env in this folder" in told
    assert "AFTERWORD_BASE_URL: it is missing" in told


def broken_lines(result: Result) -> list[str]:
    return [line.removeprefix("broken").strip() for line in result.stdout.splitlines() if line.startswith("broken")]


BREAKS: dict[str, Callable[[Path], object]] = {
    "Database: .*python -m store migrate": lambda at: (at / "afterword.db").unlink(),
    "Database: .*not a database": lambda at: (at / "afterword.db").write_text("no database " * 100),
    "DKIM key: it is not a private key in PEM": lambda at: (at / "dkim.pem").write_text("no key"),
    "Brands: acme-it.toml: .*name is 1": lambda at: (at / "brands" / "acme-it.toml").write_text("name = 1"),
    "Brands: there is no file acme-it.toml": lambda at: (at / "brands" / "acme-it.toml").rename(
        at / "brands" / "b.toml"
    ),
}


@pytest.mark.parametrize("says", BREAKS)
def test_doctor_says_what_is_broken_and_tells_the_rest_all_the_same(installed: Path, says: str) -> None:
    BREAKS[says](installed)
    result = afterword("doctor", "--no-network")
    assert result.exit_code == 1
    (line,) = broken_lines(result)
    assert re.match(says, line), line
    assert "Secret keys: 1" in result.stdout


def test_doctor_counts_what_waits_and_what_nobody_looked_at(installed: Path) -> None:
    keep_quarantined(MAIL % b"support@acme.example")
    said("brand", "pause", "acme-it")
    told = said("doctor", "--no-network")
    assert "Mail that came in: 1 mail that found no review" in told
    assert "Brand: acme-it is paused" in told


# explain


def test_explain_needs_no_settings(folder: Path) -> None:
    (folder / "reply.eml").write_bytes(MAIL % b"support@acme.example")
    told = json.loads(said("explain", "reply.eml"))
    assert told["kind"] == "human"
    assert told["reply"] == "Thanks, it works — but it took a week."
    assert told["review"] is None
    assert told["sender"] == {
        "address": "ada@customer.example",
        "verdict": "unchecked",
        "reason": "no resolver was given",
    }


def test_explain_reads_standard_input_and_names_the_review_by_the_keys_of_the_settings(installed: Path) -> None:
    id = text_id(bytes(16))
    address = f"{Keys(read_settings().secret_keys).local_part(REPLY, id)}@reply.acme.example"
    result = afterword("explain", "-", stdin=MAIL % address.encode())
    assert json.loads(result.stdout)["review"] == {"prefix": "r", "id": id}


def test_explain_knows_the_original_it_is_given(folder: Path) -> None:
    ours = "How did we do?\nYou can also just answer this mail.\n"
    (folder / "ours.txt").write_text(ours)
    (folder / "reply.eml").write_bytes(b"From: ada@customer.example\r\n\r\nGreat!\r\n\r\n" + ours.encode())
    assert json.loads(said("explain", "reply.eml", "--original", "ours.txt"))["reply"] == "Great!"


def test_explain_prints_json_whatever_the_mail_holds(folder: Path) -> None:
    (folder / "odd.eml").write_bytes(
        b"From: =?utf-8?q?=ED=B2=80?= <a@b.example>\r\nSubject: \xff\xfe\r\n\r\n\x00\x80\xed\xb2\x80"
    )
    assert json.loads(said("explain", "odd.eml"))["kind"]


# who may come in


def test_staff_are_added_changed_listed_and_removed(installed: Path) -> None:
    said("staff", "add", "Sam@acme.example", "--name", "Sam", "--role", "lead", "--team", "Network")
    said("staff", "add", "sam@acme.example", "--name", "Sam Smith", "--role", "admin")
    assert said("staff", "list") == "sam@acme.example\tSam Smith\tadmin\t\tall brands\tat once\t\n"
    said("staff", "remove", "SAM@acme.example")
    assert said("staff", "list") == ""
    assert "sam@acme.example is not among the staff" in refused("staff", "remove", "sam@acme.example")
    assert "'sam' is no mail address" in refused("staff", "add", "sam", "--name", "Sam")


def test_a_key_is_shown_once_and_opens_the_api_until_it_is_revoked(installed: Path) -> None:
    secret = said("keys", "add", "helpdesk").strip()
    assert read(api_keys.key_name, secret=secret) == "helpdesk"
    assert "there is or was a key named helpdesk" in refused("keys", "add", "helpdesk")
    assert secret not in said("keys", "list")
    said("keys", "revoke", "helpdesk")
    assert read(api_keys.key_name, secret=secret) is None
    assert "\trevoked " in said("keys", "list")
    assert "there is no valid key" in refused("keys", "revoke", "helpdesk")


def test_a_source_keeps_its_secret_when_its_mapping_changes(installed: Path) -> None:
    url, secret = said("source", "add", "zammad", "--brand", "acme-it", *MAPPED).splitlines()
    assert url == "https://feedback.acme.example/hooks/zammad"
    assert said("source", "add", "zammad", "--brand", "acme-it", *MAPPED, "--map", "team==Network") == url + "\n"
    kept = read(sources.source, id="zammad")
    assert kept is not None
    assert (kept.secret, kept.mapping["team"]) == (secret, "=Network")
    assert "ticket=ticket.number" in said("source", "list")
    said("source", "remove", "zammad")
    assert said("source", "list") == ""
    assert "there is no source zammad" in refused("source", "remove", "zammad")


def test_links_that_are_checked_need_a_helpdesk_that_can_be_asked(installed: Path) -> None:
    said("source", "add", "desk", "--brand", "acme-it", *MAPPED)
    wanted = ("source", "links", "desk", "--place", "{{ticket.id}}", "--checked")
    assert "add its helpdesk" in refused(*wanted)
    key = installed.with_name("key")
    key.write_text("the key of its API")
    place = ("https://acme.zendesk.com", "--kind", "zendesk", "--source", "desk", "--user", "robot@acme.example/token")
    said("endpoint", "add", "asked", *place, "--secret-file", str(key), "--when", "nothing")
    links = said(*wanted).splitlines()
    assert len(links) == 3
    assert all(line.endswith("?ticket={{ticket.id}}") for line in links)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("zammad", "--brand", "other", *MAPPED), "there is no brand other; there are: acme-it"),
        (("Zammad!", "--brand", "acme-it", *MAPPED), "'Zammad!' is no id"),
        (("zammad", "--brand", "acme-it", "--map", "team==Network"), "ticket: this field is missing"),
        (("zammad", "--brand", "acme-it", *MAPPED, "--map", "contact.nme=x"), "contact.nme: there is no such field"),
        (("zammad", "--brand", "acme-it", *MAPPED, "--map", "brand=x"), "brand is the webhook's own"),
        (("zammad", "--brand", "acme-it", *MAPPED, "--map", "team"), "'team' is no mapping"),
        (("zammad", "--brand", "acme-it", *MAPPED, "--map", "contact=x"), "contact.email cannot stand inside contact"),
    ],
)
def test_a_source_that_could_never_work_is_refused(installed: Path, words: tuple[str, ...], says: str) -> None:
    assert says in refused("source", "add", *words)
    assert said("source", "list") == ""


def test_a_source_of_copies_and_links_alone_needs_no_mapping_and_loses_none(installed: Path) -> None:
    told = afterword("source", "add", "desk", "--brand", "acme-it")
    assert (told.exit_code, "It takes no webhooks" in told.stderr) == (0, True)
    assert said("source", "address", "desk").startswith("t+")
    assert said("source", "links", "desk", "--place", "{{ticket.id}}").count("{{ticket.id}}") == 3
    said("source", "add", "desk", "--brand", "acme-it", *MAPPED)
    assert "this field is missing" in refused("source", "add", "desk", "--brand", "acme-it")


def test_a_preset_needs_no_mapping_and_brings_its_own_secret_or_takes_one(installed: Path) -> None:
    assert "zammad\tZammad\tsigns" in said("source", "presets")
    assert "freshdesk\tFreshdesk\tthe secret itself" in said("source", "presets")
    url, secret = said("source", "add", "desk", "--brand", "acme-it", "--preset", "zammad").splitlines()
    assert said("source", "add", "desk", "--brand", "acme-it", "--map", "team==Network") == url + "\n"
    kept = read(sources.source, id="desk")
    assert kept == Source("desk", "acme-it", secret, {"team": "=Network"}, "zammad")
    zendesk = ("source", "add", "z", "--brand", "acme-it", "--preset", "zendesk")
    assert "Zendesk makes up the secret itself" in refused(*zendesk)
    (installed / "secret").write_text("from Zendesk\n")
    assert said(*zendesk, "--secret-file", "secret").splitlines() == ["https://feedback.acme.example/hooks/z"]
    known = read(sources.source, id="z")
    assert known is not None
    assert known.secret == "from Zendesk"


def test_a_payload_is_tried_without_being_recorded(installed: Path) -> None:
    said("source", "add", "desk", "--brand", "acme-it", "--preset", "helpscout")
    payload = Path(__file__).with_name("payloads") / "helpscout.json"
    told = json.loads(said("source", "try", "desk", str(payload)))
    assert (told["event"], told["ticket"]["ticket"]) == ("closed", "349")
    merged = said("source", "try", "desk", str(payload), "--header", "X-HelpScout-Event=convo.merged")
    assert json.loads(merged)["event"] == "merged"
    wrong = afterword("source", "try", "desk", "-", stdin='{"status": "closed"}')
    assert wrong.exit_code == 1
    assert {"pointer": "/ticket", "detail": "this field is missing (looked for at number)"} in json.loads(wrong.stdout)[
        "errors"
    ]
    assert "there is no source other" in refused("source", "try", "other", str(payload))
    assert read(lists.count) == 0


def test_what_could_not_be_read_is_listed_shown_replayed_and_dropped(installed: Path) -> None:
    said("source", "add", "desk", "--brand", "acme-it", *MAPPED)
    at = datetime.now(UTC)
    body = b'{"no": 1, "ticket": {"closed_at": "%s", "customer": {"email": "ada@customer.example"}}}'
    letters = [DeadLetter("desk", at, why, raw) for why, raw in (("a", body % at.isoformat().encode()), ("b", b"{"))]
    for letter in letters:
        assert write(dead_letters.keep, letter=letter)
    good, bad = (letter.id for letter in letters)
    assert "2 unread" in said("source", "list")
    assert said("source", "dead", "list", "--most", "1").count("\n") == 1
    assert said("source", "dead", "show", bad) == "{"
    again = afterword("source", "dead", "replay", "--source", "desk")
    assert again.exit_code == 1
    assert "/ticket: this field is missing (looked for at ticket.number)" in again.stdout
    said("source", "add", "desk", "--brand", "acme-it", *MAPPED, "--map", "ticket=no")
    assert said("source", "dead", "replay", good) == f"{good}\tread\n"
    assert read(lists.count) == 1
    assert said("source", "dead", "drop", bad) == f"{bad} is gone.\n"
    assert said("source", "dead", "list") == ""
    for word in ("show", "drop", "replay"):
        assert f"there is no letter {bad}" in refused("source", "dead", word, bad)
    assert "name the ids, or a source" in refused("source", "dead", "replay")


# brakes


def test_a_brand_is_paused_and_resumed(installed: Path) -> None:
    said("brand", "pause", "acme-it")
    assert "paused since" in said("brand", "list")
    said("brand", "resume", "acme-it")
    assert said("brand", "list") == "acme-it\tAcme IT\tasking\tat most 100 invitations an hour\n"
    assert "there is no brand acme; there are: acme-it" in refused("brand", "pause", "acme")


@pytest.mark.parametrize(
    ("cap", "told"),
    [("5", "at most 5 invitations an hour"), ("none", "no cap"), ("default", "at most 100 invitations an hour")],
)
def test_a_brand_has_a_cap_of_its_own(installed: Path, cap: str, told: str) -> None:
    said("brand", "cap", "acme-it", "7")
    assert said("brand", "cap", "acme-it", cap) == f"acme-it: {told}.\n"
    assert said("brand", "list").strip().endswith(f"\t{told}")


@pytest.mark.parametrize("cap", ["some", "-1", "1000000", "²"])
def test_a_cap_that_is_no_number_is_refused(installed: Path, cap: str) -> None:
    assert "is no cap" in refused("brand", "cap", "acme-it", "--", cap)


# mail that came in


def keep_quarantined(raw: bytes) -> None:
    """Store a mail that belongs to no review."""
    envelope = Envelope(
        NOW, "192.0.2.1", "customer.example", "ada@customer.example", ("support@acme.example",), tls=True
    )
    write(mails.keep, incoming=[mails.Incoming("a" * 26, envelope, raw)])
    reason = "nothing in it names a review"
    write(mails.mark, id="a" * 26, status=mails.QUARANTINED, at=NOW, reason=reason)


def waiting_mail() -> None:
    """A mail that waits for a person, with what is known of its sender."""
    keep_quarantined(MAIL % b"support@acme.example")
    judged = Judged("unsigned", "nothing proves it", '{"s._domainkey.a.example": "p=AB"}', "Ada", "Re: x", "It\nworks.")
    write(quarantine.settle, id="a" * 26, status=mails.QUARANTINED, at=NOW, reason="no review", judged=judged)


def test_what_waits_for_a_person_is_listed_and_shown_by_command(installed: Path) -> None:
    assert said("quarantine", "list") == ""
    waiting_mail()
    assert said("quarantine", "list").rstrip().split("\t") == [
        "a" * 26,
        "2026-11-21 10:00 UTC",
        "Ada",
        "Re: x",
        "no review",
    ]
    told = said("quarantine", "show", "a" * 26)
    for line in (
        "why it waits no review",
        "came         2026-11-21 10:00 UTC from 192.0.2.1 (customer.example), by TLS",
        "sender       unsigned: nothing proves it",
        "key as seen  s._domainkey.a.example p=AB",
    ):
        assert line in told
    assert told.endswith("It\nworks.\n")
    assert afterword("quarantine", "raw", "a" * 26).stdout_bytes == MAIL % b"support@acme.example"


def test_a_mail_is_filed_or_dropped_by_command(installed: Path) -> None:
    waiting_mail()
    assert "there is no record and no ticket 48213" in refused("quarantine", "file", "a" * 26, "48213")
    asyncio.run(with_store(lambda store: store.record_new(*closing())))
    assert "It is read as one of" in said("quarantine", "file", "a" * 26, "48213")
    assert "no mail" in refused("quarantine", "show", "a" * 26)
    assert "no mail" in refused("quarantine", "drop", "a" * 26)


def test_a_mail_is_thrown_away_by_command(installed: Path) -> None:
    waiting_mail()
    assert said("quarantine", "drop", "a" * 26) == "It is gone.\n"
    assert "no mail" in refused("quarantine", "file", "a" * 26, "48213")


# what every command has in common


@pytest.mark.parametrize(
    "words", [("staff", "list"), ("keys", "list"), ("source", "list"), ("brand", "list"), ("quarantine", "list")]
)
def test_a_command_without_settings_or_database_says_what_to_do(words: tuple[str, ...]) -> None:
    assert "AFTERWORD_SECRET_KEYS: it is missing" in refused(*words)
    said(*INIT)
    assert "python -m store migrate" in refused(*words)


def test_a_key_that_is_none_is_told_apart() -> None:
    assert len(public_part(new_key()).text) == 392
    for wrong in ("", "no key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"):
        with pytest.raises(WrongKey):
            public_part(wrong)


def test_who_is_not_asked_is_listed_set_and_lifted_with_a_reason(installed: Path) -> None:
    assert said("suppression", "list") == ""
    by = ("--who", "lea@acme.example", "--why", "asked on the phone")
    assert "any brand" in said("suppression", "add", "ada@customer.example", *by)
    assert "acme-it" in said("suppression", "add", "Ada@Customer.example", "--brand", "acme-it", *by)
    assert "there is no brand other" in refused("suppression", "add", "ada@customer.example", "--brand", "other", *by)
    lines = said("suppression", "list", "--address", "ADA@customer.example").splitlines()
    assert [line.split("\t")[1:4] for line in lines] == [
        ["ada@customer.example", "acme-it", "by staff"],
        ["ada@customer.example", "all brands", "by staff"],
    ]
    assert "by lea@acme.example: asked on the phone" in lines[0]
    id = lines[0].split("\t")[-1]
    assert "may be asked again" in said("suppression", "lift", id, *by)
    assert len(said("suppression", "list").splitlines()) == 1
    assert "there is no suppression nonsense" in refused("suppression", "lift", "nonsense", *by)
    assert afterword("suppression", "lift", id).exit_code == 2  # without who and why


def test_the_list_tells_by_whom_it_is_known(installed: Path) -> None:
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    for reason in (UNSUBSCRIBED, BOUNCED, COMPLAINED):
        write(suppressions.put, fact=Suppression("acme-it", f"{reason}@customer.example", reason, "source", at))
    listed = {line.split("\t")[3]: line.split("\t")[5] for line in said("suppression", "list").splitlines()}
    assert listed == {
        "unsubscribed": "by themselves",
        "bounced": "by their mail server",
        "complained": "by their provider",
    }


def test_who_is_not_asked_is_exported(installed: Path) -> None:
    by = ("--who", "lea@acme.example", "--why", "=cmd()")
    said("suppression", "add", "ada@customer.example", *by)
    head, line = said("export", "suppressions").splitlines()
    assert head == "at,address,brand,reason,until,who,why"
    assert line.split(",")[1:] == ["ada@customer.example", "", "by staff", "", "lea@acme.example", "'=cmd()"]
    (row,) = said("export", "suppressions", "--format", "jsonl").splitlines()
    assert json.loads(row)["why"] == "=cmd()"


def test_staff_are_asked_to_answer_a_mail_and_doctor_tells_what_came_of_it(installed: Path) -> None:
    assert "nobody is on the staff" in refused("staff", "test")
    said("staff", "add", "sam@acme.example", "--name", "Sam")
    assert "Answers of sam@acme.example: never tested" in said("doctor", "--no-network")
    assert said("staff", "test").startswith("A mail to sam@acme.example waits to be sent.")
    said("staff", "test", "Kim@acme.example")
    told = said("doctor", "--no-network")
    for one in ("sam", "kim"):
        assert f"Answers of {one}@acme.example: a test went there 0 minutes ago, and no answer came" in told
