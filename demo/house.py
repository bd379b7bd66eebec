"""How are all doors put together in one process? The parts of the real thing, each on a free port of this machine."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.types import ASGIApp

from calling.guard import Line as CallLine
from calling.guard import read_networks
from calling.worker import Caller
from demo.cast import BRAND, CLOSINGS, CUSTOMERS, DOMAIN, REPLY_DOMAIN, SENDER, STAFF
from demo.helpdesk import Helpdesk
from demo.mail.client import MailClient
from demo.mail.keys import MailKeys, make_mail_keys, new_secret
from demo.mail.mailbox import Mailboxes
from demo.past import past_facts
from demo.scanner import scan
from demo.story.watch import Line, Story
from inbound.reader import Reader
from inbound.recipients import Recipients
from inbound.smtp.door import Door as MailDoor
from inbound.smtp.server import serve
from mailer.compose import Composer
from mailer.relay import Relay, RelayAddress
from mailer.sign import Signers
from mailer.worker import Mailer
from reviews.addresses import domain_of
from reviews.answering import AGENT, Answering, Tell
from reviews.links import Links
from reviews.model import DeliveryKind, Envelope, text_id
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Store, StoreFullError, api_keys, migrate_store, open_store, people
from templates.brands import SHIPPED, read_brands
from templates.mails import compile_mails
from web.app import build_app, new_id, shuffled
from web.door import Door as WebDoor

HOST = "127.0.0.1"
HOLD = timedelta(seconds=20)
GAP = timedelta(seconds=5)
"""So soon after the scanner a newcomer may click, and is not taken for a part of it."""
IDLE_SECONDS = 0.2
CONNECTIONS = 2
AT_ONCE = {BRAND: Answering(telling=(Tell((AGENT,)),))}
"""A newcomer sees every notice come, that of a happy rating too, which would wait for the daily mail."""
DATABASE = "afterword.db"
KEY_NAME = "helpdesk"
LEAVE_SECONDS = 2  # for requests under way when the demo is stopped


class Owner(NamedTuple):
    """Whose a mailbox is. `side` is customer or staff."""

    email: str
    name: str
    side: str
    company: str


CAST = (
    *(Owner(one.email, one.name, "customer", one.company) for one in CUSTOMERS),
    *(Owner(one.email, one.name, "staff", one.team) for one in STAFF),
)


@dataclass(frozen=True)
class House:
    """The running demo, as its page and its tests see it."""

    store: Store
    links: Links
    rules: Rules
    helpdesk: Helpdesk
    mailboxes: Mailboxes
    mail_client: MailClient
    story: Story
    clock: Callable[[], datetime]
    scanned: set[str] = field(default_factory=set)
    """Reviews at whose mail a link scanner was let loose."""

    async def scan(self, review: str) -> int:
        """Let a link scanner loose on the question of a review; how many pages it pressed on."""
        log = await self.store.log(review)
        sent = next((out for out in await self.store.deliveries(review) if out.sent_text), None)
        if log is None or sent is None:
            return 0
        self.scanned.add(review)
        return await scan(sent.sent_text)

    async def close_tickets(self) -> None:
        """The helpdesk closes its six tickets, and so it begins."""
        for closing in CLOSINGS:
            await self.helpdesk.close(closing, now=self.clock())

    def everybody(self) -> list[Owner]:
        """Who has a mailbox: the cast, and whoever else was mailed."""
        known = {owner.email: owner for owner in CAST}
        others = [Owner(email, email, "customer", "") for email in self.mailboxes.owners() if email not in known]
        return [*CAST, *others]

    def name_of(self, email: str) -> str:
        """What a mailbox's owner is called."""
        return next(owner.name for owner in self.everybody() if owner.email == email)


def demo_rules(hold: timedelta = HOLD) -> Rules:
    """The usual rules with short waits: asked at once, and nobody is too early."""
    return Rules(min_age=timedelta(), early=timedelta(), hold=hold, delay=timedelta(), gap=GAP)


@asynccontextmanager
async def open_house(folder: Path, *, hold: timedelta = HOLD, tell: Callable[[Line], None]) -> AsyncIterator[House]:
    """Every door of Afterword, with mailboxes and a helpdesk; FileExistsError when the folder was used before."""
    database = folder / DATABASE
    if database.exists():
        raise FileExistsError(f"{database} is there already; name an empty folder")
    url = f"sqlite:///{database}"
    migrate_store(url, affected_allowed=True)
    store = open_store(url, rules=demo_rules(hold), mail_domain=REPLY_DOMAIN, affected_allowed=True, answering=AT_ONCE)
    try:
        async with _doors(store, tell) as house:
            yield house
    finally:
        await store.close()


@asynccontextmanager
async def _doors(store: Store, tell: Callable[[Line], None]) -> AsyncIterator[House]:
    """The doors, open."""
    web_socket = listening()
    keys = Keys((new_secret(),))
    links = Links(keys, f"http://{HOST}:{port_of(web_socket)}", REPLY_DOMAIN)
    brands = read_brands(SHIPPED)
    story = Story(store, brands[BRAND], now, since=now(), tell=tell)
    mail_keys = make_mail_keys(DOMAIN, *(domain_of(customer.email) for customer in CUSTOMERS))
    mailboxes = Mailboxes(now, mail_keys.resolve, partial(_sign_in_told, story=story, links=links))
    reader = Reader(store, keys, REPLY_DOMAIN, now, mail_keys.resolve, IDLE_SECONDS)
    secret = await _prepared(store)
    await asyncio.to_thread(compile_mails(brands[BRAND]).compile_all)  # before anybody waits for a mail

    outside = await serve(mailboxes.door(), HOST, 0, hostname="mail.example")
    inbound = await serve(_inbound_door(store, keys, reader), HOST, 0, hostname=REPLY_DOMAIN)
    mailer = _mailer(store, Composer(brands, links, SENDER), mail_keys, outside.port)
    door = WebDoor(store=store, links=links, brands=brands, brand=BRAND, clock=now, new_id=new_id, shuffled=shuffled)
    stop = asyncio.Event()
    async with serving(build_app(door), web_socket):
        running = (mailer.run(stop), reader.run(stop), _caller(store, links).run(stop), story.run(stop))
        workers = [asyncio.create_task(work) for work in running]
        try:
            yield House(
                store=store,
                links=links,
                rules=store.rules,
                helpdesk=Helpdesk(port_of(web_socket), secret),
                mailboxes=mailboxes,
                mail_client=MailClient(mailboxes, mail_keys, inbound.port, now),
                story=story,
                clock=now,
            )
        finally:
            stop.set()
            reader.pace.wake()
            await inbound.close()
            await asyncio.gather(*workers)
            await outside.close()


async def _prepared(store: Store) -> str:
    """Fill the empty file: staff, the past, and the helpdesk's key, which is returned."""
    secret, at = new_secret(), now()
    for one in STAFF:
        await store.write(partial(people.set_staff, staff=one, at=at))
    await store.write(partial(api_keys.add_key, name=KEY_NAME, secret=secret, at=at))
    await store.record_past(*await asyncio.to_thread(past_facts, now=at, rules=store.rules))
    return secret


def _caller(store: Store, links: Links) -> Caller:
    """Tells others, once somebody adds an endpoint; of this machine alone, as nothing leaves it."""
    chance, line = secrets.SystemRandom().random, CallLine(read_networks(f"{HOST}/8"))
    return Caller(store, line, links.base_url, links.ours, now, chance, idle_seconds=IDLE_SECONDS)


def _inbound_door(store: Store, keys: Keys, reader: Reader) -> MailDoor:
    """As `inbound/__main__.py` makes it."""

    async def keep(envelope: Envelope, raw: bytes) -> None:
        await store.keep_mail(id=text_id(secrets.token_bytes(16)), envelope=envelope, raw=raw)
        reader.pace.mail_came()

    ours = Recipients(keys, REPLY_DOMAIN, frozenset({SENDER}))
    return MailDoor(accept=keep, recipient=ours.refusal, clock=now, full=(StoreFullError,))


def _mailer(store: Store, composer: Composer, mail_keys: MailKeys, port: int) -> Mailer:
    """The mailer, handing over to the mail server of the demo."""
    relay = RelayAddress(HOST, port, user="", password="", tls=False, starttls=False)
    return Mailer(
        store=store,
        composer=composer,
        relays=[Relay(relay, hostname=REPLY_DOMAIN) for _ in range(CONNECTIONS)],
        clock=now,
        signers=Signers([mail_keys.signers[DOMAIN]]),
        idle_seconds=IDLE_SECONDS,
    )


async def _sign_in_told(envelope: Envelope, *, story: Story, links: Links) -> None:
    """A sign-in belongs to no review, so the story hears of its mail here."""
    ours = links.keys.read_address(envelope.mail_from, links.reply_domain)
    sent = await story.store.delivery(ours.id) if ours else None
    if sent and sent.delivery.purpose is DeliveryKind.SIGN_IN:
        name = sent.delivery.recipient.first_name
        story.add(Line(envelope.at, "", f"{name} asked to sign in. The link is in {name}'s mail."))


# serving HTTP


class _Server(uvicorn.Server):
    """A server among others in one process: what Ctrl-C means is decided by the whole."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """An application, answering at this socket."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=LEAVE_SECONDS
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield  # the socket listens already: who comes before the server has started waits a moment
    finally:
        server.should_exit = True
        await running


def listening(port: int = 0) -> socket.socket:
    """A socket that listens on this machine alone, at any free port for 0; OSError when the port is taken."""
    listener = socket.create_server((HOST, port), backlog=128)
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port a socket listens at."""
    return int(listener.getsockname()[1])


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)
