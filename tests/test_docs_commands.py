"""Does every command of the documents do what it is there for? Each is run as it stands there, in a house of its own.

A document's commands are run one after the other in a copy of one prepared installation; what stands in CAPITALS there
is filled in. What is not run here is named, with the reason: of ours in ELSEWHERE, of other programs in OTHER_PROGRAMS.
"""

import asyncio
import json
import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from commands.operating import with_store, write
from reviews.model import Envelope
from store import DeadLetter, dead_letters, mails
from store.__main__ import main as store_command
from tests.story import rated_log
from tests.test_cli import MAIL, NOW, afterword, said
from tests.test_docs import ROOT, TEXTS

INIT = ("init", "--yes", "--domain", "acme.example", "--brand-name", "Acme", "--smtp-url", "smtp://127.0.0.1:9")
OURS = re.compile(r"^ {4,7}((?:afterword|python -m store) [^\n]*)|`((?:afterword|python -m store) [^`\n]+)`", re.M)
OTHERS = re.compile(r"^ {4}((?:sudo|make|curl|docker|createdb|mkdir|printf|export|python) [^\n]*)", re.M)
WAITING = {"show": "a" * 26, "file": "b" * 26, "drop": "c" * 26, "raw": "d" * 26}
"""A mail in quarantine for each command that is told of one."""
LETTERS = [DeadLetter("other", NOW, why, b"{") for why in ("a", "b")]
PAYLOAD = {
    "number": "1",
    "close_at": "2026-11-21T10:00:00Z",
    "title": "VPN",
    "customer": {"email": "ada@customer.example", "firstname": "Ada"},
    "owner": {"email": "sam@acme.example"},
    "group": {"name": "Network"},
}
PAYLOADS = ROOT / "tests" / "payloads"
REVIEW = rated_log().review.id
PLACES: dict[str, tuple[str, str]] = {
    "afterword evidence": ("REVIEW", REVIEW),
    "afterword canary": ("ADDRESS", "another@acme.example"),
    "afterword staff choose": ("EMAIL", "sam@acme.example"),
    "afterword brand": ("KEY", "acme"),
    "afterword explain": ("FILE.eml", "mail.eml"),
    "afterword backup": ("/var/lib/afterword-backups/monday", "monday"),
    "afterword endpoint rotate": ("ID", "crm"),
    "afterword dkim new": ("DOMAIN", "acme.example"),
    "afterword source dead show": ("ID", LETTERS[0].id),
    "afterword source dead drop": ("ID", LETTERS[1].id),
    **{f"afterword quarantine {word}": ("ID", id) for word, id in WAITING.items()},
    **{f"afterword source try {file.stem}": ("FILE", str(file)) for file in PAYLOADS.glob("*.json")},
    "afterword source add": ("FILE", "key.txt"),
}
"""By how a command begins: what stands in it for something of one's own, and what is put there."""
BEFORE = {
    "docs/operations.md": (
        "keys add helpdesk",
        "source add zammad --brand acme --preset zammad",
        "endpoint add crm https://crm.acme.example/hooks/afterword",
    ),
    "docs/helpdesks/links.md": (
        "source add desk --brand acme",
        "endpoint add helpdesk https://acme.zendesk.com --kind zendesk --source desk --user u --secret-file key.txt",
    ),
    "docs/write-back.md": ("source add zendesk-1 --brand acme --preset zendesk --secret-file key.txt",),
}
"""What a document takes for granted beside the house."""
ELSEWHERE = {
    "afterword ask-again": "needs a complaint that was put right: tests/test_asking_again.py",
    "afterword brand preview": "shows pages until it is stopped: tests/test_mail_made.py",
    "afterword copy sqlite": "needs a PostgreSQL: tests/store/test_copying.py",
    "afterword dkim drop": "drops a key that was used before: tests/test_dkim_keys.py",
    "afterword dkim use": "asks the DNS for the key first: tests/test_dkim_keys.py",
    "afterword endpoint replay": "needs a call that failed: tests/test_calling.py",
    "afterword import": "needs a file of another system: tests/test_importing.py",
    "afterword init": "has made the house of these commands; what it asks at a terminal tests/test_cli.py answers",
    "afterword networks refresh": "fetches lists from the internet",
    "afterword source remove": "takes away what the next command is about: tests/test_cli.py",
    "afterword restore": "goes where there is no database yet: tests/test_safekeeping.py",
    "afterword staff sign-out": "ends a session that a browser began: tests/test_staffing.py",
}
"""What of ours is not run here, by how it begins, and why."""
FASTER = {"afterword doctor": ("--no-network",), "afterword brand check brands": ("--language", "de")}
"""What is asked for less than the document does; tests/test_checkup.py and tests/test_brands.py do it whole."""
OTHER_PROGRAMS = {
    "make": "CI runs its targets",
    "sudo": "it changes the machine; tests/test_deploy.py and tests/test_set_up.py run what it is about",
    "docker": "there is none where tests run; tests/test_deploy.py does the image's steps",
    "createdb": "it is PostgreSQL's own",
    "curl": "tests/test_docs.py reads what it sends; tests/test_story.py and tests/test_hooks.py send it",
    "mkdir": "it is the shell's",
    "printf": "it is the shell's",
    "export": "it is the shell's",
    "python": "it is a process (tests/test_running.py), or a tool of the developers",
}
"""Why the commands of other programs are not run."""


def commands_of(name: str) -> list[tuple[str, bool]]:
    """The commands of a document in their order, each once, and whether it stands in a block."""
    found: dict[str, bool] = {}
    for match in OURS.finditer(TEXTS[name].replace("\\\n", " ")):
        line = re.split(r"\s+#\s|\s+>", match[1] or match[2])[0].strip()
        found[line] = found.get(line, False) or bool(match[1])
    return list(found.items())


TOLD = {name: told for name in TEXTS if name.startswith(("README", "docs/")) and (told := commands_of(name))}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which people work: staff, a key, a rated ticket, and something of all that can wait."""
    house = tmp_path_factory.mktemp("house")
    with pytest.MonkeyPatch.context() as patch:
        within(house, patch)
        prepare(house)
    return house


def within(house: Path, patch: pytest.MonkeyPatch) -> None:
    """Work in that folder, with no setting of this machine."""
    for name in os.environ:
        if name.startswith("AFTERWORD_") or name in ("DATABASE_URL", "PORT"):
            patch.delenv(name)
    patch.chdir(house)


def prepare(house: Path) -> None:
    """Fill it."""
    said(*INIT)
    assert store_command(["migrate"]) is None
    for who in ("sam", "lea"):
        said("staff", "add", f"{who}@acme.example", "--name", who.title(), "--role", "lead", "--team", "Network")
    said("canary", "add", "canary@acme.example", "--product", "Defender")
    said("suppression", "add", "bo@customer.example", "--who", "lea@acme.example", "--why", "asked on the phone")
    log = rated_log()
    asyncio.run(with_store(lambda store: store.record_past(log.review, *log.facts)))
    for id in WAITING.values():
        waits(id)
    for letter in LETTERS:
        assert write(dead_letters.keep, letter=letter)
    (house / "key.txt").write_text("the key of its API")
    (house / "mail.eml").write_bytes(MAIL % b"support@acme.example")
    (house / "payload.json").write_text(json.dumps({"ticket": PAYLOAD}))


def waits(id: str) -> None:
    """A mail waits for a person."""
    envelope = Envelope(NOW, "192.0.2.1", "customer.example", "ada@customer.example", ("a@acme.example",), tls=True)
    write(mails.keep, incoming=[mails.Incoming(id, envelope, MAIL % id.encode())])
    write(mails.mark, id=id, status=mails.QUARANTINED, at=NOW, reason="nothing in it names a review")


@pytest.mark.parametrize("name", TOLD)
def test_every_command_of_a_document_runs(name: str, prepared: Path, tmp_path: Path) -> None:
    house = shutil.copytree(prepared, tmp_path / "house")
    with pytest.MonkeyPatch.context() as patch:
        within(house, patch)
        for line in BEFORE.get(name, ()):
            said(*shlex.split(line))
        for line, in_block in TOLD[name]:
            if not line.startswith(tuple(ELSEWHERE)):
                run(line, house, named=not in_block)


def run(line: str, house: Path, *, named: bool) -> None:
    """Run it; one that is only named in a sentence may lack its arguments, which the command says then."""
    words = [filled(word, line) for word in shlex.split(line)]
    words += FASTER.get(line, ())
    if words[:3] == ["python", "-m", "store"]:
        assert store_command(words[3:]) is None
        return
    result = afterword(*words[1:], stdin="y\n")
    if named and result.exit_code == 2 and ("Missing" in result.output or "Usage" in result.output):
        return
    assert result.exit_code == 0, f"{line}\n{result.output}"


def filled(word: str, line: str) -> str:
    """What stands in a command for something of one's own."""
    if word == "RECORD":
        return REVIEW
    if line.startswith("afterword suppression lift") and word == "ID":
        return said("suppression", "list").split("\t")[-1].strip()
    for begins, place in PLACES.items():
        if line.startswith(begins) and place[0] == word:
            return place[1]
    return word


def test_what_is_not_run_is_said_with_its_reason() -> None:
    lines = [
        line for name, text in TEXTS.items() if name.startswith(("README", "docs/")) for line in OTHERS.findall(text)
    ]
    assert {line.split()[0] for line in lines if not line.startswith("python -m store")} == set(OTHER_PROGRAMS)
    told = [line for commands in TOLD.values() for line, _ in commands]
    assert [begins for begins in ELSEWHERE if not any(line.startswith(begins) for line in told)] == []
    named = re.findall(r"tests/[\w/]+\.py", " ".join((*ELSEWHERE.values(), *OTHER_PROGRAMS.values())))
    assert [file for file in named if not (ROOT / file).exists()] == []
