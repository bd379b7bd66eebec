"""Viruses: Debian's clamd, with a signature of our own for the EICAR test file; what it finds nobody can save."""

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from commands.in_front import check_clamd
from inbound.apart.workers import InThread
from inbound.reader import Reader
from inbound.rescanning import AGAIN, TRIES_MAX
from inbound.scanning import FILES_MAX, Scanner
from mailer.checkup import State
from reviews.attachments import FOUND_VIRUS, Danger, Scan, files_of
from reviews.facts import Message, Review
from reviews.model import Envelope
from settings import read_settings
from store import mails, quarantine
from store.mails import READ
from store.paging import NEWEST
from tests.story import ADA, later
from tests.test_cli import folder, installed
from tests.test_provenance import signed_in
from tests.web_house import House, opened_house

__all__ = ["folder", "installed"]
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIG = """LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/db
PidFile {folder}/clamd.pid
LogFile {folder}/clamd.log
Foreground yes
User root
StreamMaxLength 1M
"""
CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/bin") or "clamd"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running clamd that knows one virus; its socket."""
    place = tmp_path_factory.mktemp("clamd")
    (place / "db").mkdir()
    (place / "db" / "own.ndb").write_text(f"Afterword.Test:0:*:{EICAR.hex()}\n")
    (place / "clamd.conf").write_text(CONFIG.format(folder=place))
    server = subprocess.Popen([CLAMD, "-c", place / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if (place / "clamd.sock").exists() or server.poll() is not None:
                break
            time.sleep(0.1)
        yield place / "clamd.sock"
    finally:
        server.terminate()
        server.wait(20)


def mail(to: str, *files: tuple[str, bytes], sender: str = ADA.email) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, to, "Re: VPN", f"<{len(files)}@x>"
    made.set_content("See the file, please.")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes().replace(b"\n", b"\r\n")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def brought(house: House, review: Review, raw: bytes, scanner: Scanner, to: str = "") -> Reader:
    """The mail came in and was read; by whom."""
    house.clock.now = later(hours=3)
    to = to or house.links.customer_address(review.id)
    envelope = Envelope(later(hours=2), "192.0.2.1", "mx.customer.example", ADA.email, (to,), True)
    await house.store.keep_mail(id=house.door.new_id(), envelope=envelope, raw=raw)
    clock = house.clock
    reader = Reader(house.store, house.links.keys, "reply.acme.example", clock, None, scanner=scanner)
    await reader.read_waiting()
    return reader


@pytest.mark.debian("clamd", "clamav-daemon")
async def test_clamd_finds_it_in_a_mail_however_it_is_packed(clamd: Path) -> None:
    scanner = Scanner(str(clamd))
    assert await scanner.scan(mail("x", ("notes.txt", b"harmless"))) is Scan.CLEAN
    assert await scanner.scan(mail("x", ("notes.txt", EICAR))) is Scan.VIRUS
    assert await scanner.scan(mail("x", ("large.bin", b"\0" * 2_000_000))) is Scan.UNKNOWN  # past its StreamMaxLength


@pytest.mark.debian("clamd", "clamav-daemon")
async def test_what_is_infected_is_in_the_record_and_given_to_nobody(clamd: Path, house: House) -> None:
    review = await house.asked()
    raw = mail("x", ("invoice.pdf", EICAR), ("logo.png", b"\x89PNG\r\n\x1a\n"))
    await brought(house, review, raw, Scanner(str(clamd)))
    [message] = (await house.log(review)).of(Message)
    assert [file.danger for file in message.attachments] == [Danger.INFECTED, ""]
    assert message.text == "See the file, please."
    await signed_in(house, "lead")
    page = await house.client.get(f"/reviews/{review.id}")
    assert page.text.count("a virus was found in it") == 1
    assert await given(house, review) == [403, 200]


async def given(house: House, review: Review) -> list[int]:
    """What is answered to who wants each file of the review's mail."""
    [message] = (await house.log(review)).of(Message)
    asked = [f"/reviews/{review.id}/files/{file.sha256}" for file in message.attachments]
    return [(await house.client.get(path)).status_code for path in asked]


@pytest.mark.debian("clamd", "clamav-daemon")
async def test_where_the_virus_is_in_none_of_its_files_all_are_withheld(clamd: Path, house: House) -> None:
    review = await house.asked()
    raw = mail("x", ("logo.png", b"\x89PNG\r\n\x1a\n")).replace(b"See the file, please.", b"See " + EICAR)
    await brought(house, review, raw, Scanner(str(clamd)))
    [message] = (await house.log(review)).of(Message)
    assert [file.danger for file in message.attachments] == [Danger.INFECTED]


@pytest.mark.debian("clamd", "clamav-daemon")
async def test_of_a_mail_with_very_many_files_those_that_nobody_looked_at_are_withheld(clamd: Path) -> None:
    files = [("a.bin", EICAR), *((f"{number}.txt", b"%d" % number) for number in range(FILES_MAX + 1))]
    scans = await Scanner(str(clamd)).scan_files(mail("x", *files), len(files), taken_from(mail("x", *files)))
    assert scans == [Scan.VIRUS, *[Scan.CLEAN] * (FILES_MAX - 1), Scan.VIRUS, Scan.VIRUS]


def taken_from(raw: bytes) -> Callable[[int], Awaitable[bytes]]:
    return lambda number: InThread().file(raw, number=number)


@pytest.mark.debian("clamd", "clamav-daemon")
async def test_what_came_while_the_scanner_was_away_is_looked_at_when_it_is_back(clamd: Path, house: House) -> None:
    review = await house.asked()
    raw = mail("x", ("invoice.pdf", EICAR), ("notes.txt", b"harmless"))
    reader = await brought(house, review, raw, Scanner("/nobody"))
    assert reader.rescanner
    assert await reader.rescanner.look_again() == 0, "it is not its time"
    house.clock.now += AGAIN
    assert await reader.rescanner.look_again() == 0, "nobody answers yet"
    assert await dangers(house, review) == [Danger.UNSCANNED, Danger.UNSCANNED]
    house.clock.now += AGAIN
    back = replace(reader.rescanner, scanner=Scanner(str(clamd)))
    assert (await back.look_again(), await back.look_again()) == (1, 0)
    assert await dangers(house, review) == [Danger.INFECTED, ""]
    await signed_in(house, "lead")
    assert await given(house, review) == [403, 200]
    assert await house.store.read(mails.counts) == {READ: 1}


async def test_a_scanner_that_stays_away_is_asked_for_a_day(house: House) -> None:
    review = await house.asked()
    reader = await brought(house, review, mail("x", ("notes.txt", b"harmless")), Scanner("/nobody"))
    assert reader.rescanner
    for _ in range(TRIES_MAX):
        house.clock.now += AGAIN
        await reader.rescanner.look_again()
    assert await house.store.read(mails.counts) == {READ: 1}
    assert await dangers(house, review) == [Danger.UNSCANNED]


async def dangers(house: House, review: Review) -> list[str]:
    log = await house.log(review)
    [message] = log.of(Message)
    return [file.danger for file in files_of(log, message)]


@pytest.mark.debian("clamd", "clamav-daemon")
async def test_an_infected_mail_that_waits_cannot_be_saved(clamd: Path, house: House) -> None:
    review = await house.asked()
    await brought(house, review, mail("x", ("a.bin", EICAR)), Scanner(str(clamd)), to="care@reply.acme.example")
    [one] = await house.store.read(partial(quarantine.waiting, most=5, before=NEWEST))
    assert one.reason.endswith(FOUND_VIRUS)
    await signed_in(house, "admin")
    assert (await house.client.get(f"/quarantine/{one.id}.eml")).status_code == 403


async def test_no_mail_is_lost_while_the_scanner_is_away(house: House, tmp_path: Path) -> None:
    review = await house.asked()
    await brought(house, review, mail("x", ("notes.txt", b"harmless")), Scanner(str(tmp_path / "nobody")))
    [message] = (await house.log(review)).of(Message)
    assert [file.danger for file in message.attachments] == [Danger.UNSCANNED]
    await signed_in(house, "lead")
    assert "the scanner did not answer" in (await house.client.get(f"/reviews/{review.id}")).text
    [file] = message.attachments
    assert (await house.client.get(f"/reviews/{review.id}/files/{file.sha256}")).status_code == 200


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (b"", Scan.AWAY),
        (b"what?\0", Scan.UNKNOWN),
        (b"x" * 10_000, Scan.AWAY),
        (b"stream: OK", Scan.AWAY),
        (b"INSTREAM size limit exceeded. ERROR\0", Scan.UNKNOWN),
    ],
)
async def test_an_answer_that_is_none_is_no_all_clear(answer: bytes, means: Scan) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100_000)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await Scanner(f"127.0.0.1:{port}").scan(b"Subject: x\r\n\r\n") is means
        await asyncio.sleep(0.1)


async def test_a_scanner_that_says_nothing_is_not_waited_for_for_ever() -> None:
    async def be_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(be_silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    scanner = replace(Scanner(f"127.0.0.1:{port}"), seconds=0.2)
    assert await scanner.scan(b"Subject: x\r\n\r\n") is Scan.AWAY
    await asyncio.sleep(0.1)  # the server hears that nobody waits any more
    server.close()
    await server.wait_closed()


@pytest.mark.debian("clamd", "clamav-daemon")
def test_the_doctor_asks_whether_it_answers(clamd: Path, installed: Path) -> None:
    settings = read_settings()
    assert list(check_clamd(settings)) == []
    for where, state in ((clamd, State.FINE), (installed / "nobody", State.BROKEN)):
        [found] = check_clamd(settings.model_copy(update={"clamd": str(where)}))
        assert found.state is state
