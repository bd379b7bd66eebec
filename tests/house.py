"""All doors at once over one SQLite file, on real sockets, for the tests that walk the whole loop."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx2
import uvicorn

from inbound.__main__ import keep
from inbound.copies import Copies
from inbound.forwarding import Forwarding
from inbound.reader import Reader
from inbound.recipients import Recipients
from inbound.smtp.door import Door as SmtpDoor
from inbound.smtp.server import Server, serve
from inbound.standing import Standing
from mailer.compose import Composer
from mailer.relay import Relay, read_smtp_url
from mailer.sign import Signer, Signers
from mailer.worker import Mailer
from reviews.links import Links
from reviews.rules import Rules
from reviews.tokens import Keys
from store import Store, StoreFullError, api_keys, migrate_store, open_store
from templates.brands import SHIPPED, read_brands
from tests.post_office import SELECTOR, PostOffice, post_office, private_key, resolver
from web.app import build_app, new_id, now, shuffled
from web.door import Door
from web.server import configured

DOMAIN = "reply.acme.example"
SENDER = "care@acme.example"
OPERATOR = "operator@acme.example"
API_KEY = "an-api-key-of-the-tests"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"}
QUICK = Rules(
    min_age=timedelta(0), early=timedelta(0), hold=timedelta(seconds=0.5), delay=timedelta(0), dwell=timedelta(0)
)
LOOK_SECONDS = 0.05


@dataclass
class House:
    """The running doors, and the mail world around them."""

    store: Store
    links: Links
    office: PostOffice
    http: httpx2.AsyncClient
    smtp_port: int


@asynccontextmanager
async def house(
    folder: Path, *, rules: Rules = QUICK, domain: str = DOMAIN, relay_port: int = 0
) -> AsyncIterator[House]:
    """Every door, working, until the block is left; mails go to the post office, or to another relay on that port."""
    url = f"sqlite:///{folder}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=rules, mail_domain=domain)
    await store.write(partial(api_keys.add_key, name="tests", secret=API_KEY, at=now()))
    stop = asyncio.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    links = Links(Keys(["k" * 32]), base_url, domain)
    forwarding = Forwarding(store, OPERATOR, "acme", domain, now)
    copies = Copies(store, links.keys, domain, read_brands(SHIPPED), OPERATOR, shuffled)
    reader = Reader(
        store, links.keys, domain, now, resolver, idle_seconds=LOOK_SECONDS, forwarding=forwarding, copies=copies
    )
    async with post_office() as office, asyncio.TaskGroup() as tasks:
        smtp = await _smtp(store, reader, links)
        web = uvicorn.Server(configured(build_app(_door(store, links)), host="127.0.0.1", port=0))
        tasks.create_task(web.serve(sockets=[listener]))
        tasks.create_task(_mailer(store, links, relay_port or office.port).run(stop))
        tasks.create_task(reader.run(stop))
        async with httpx2.AsyncClient(base_url=base_url, timeout=60, headers=BROWSER) as client:
            yield House(store, links, office, client, smtp.port)
        stop.set()
        reader.pace.wake()
        web.should_exit = True
        await smtp.close()
    await store.close()


def _door(store: Store, links: Links) -> Door:
    return Door(
        store=store,
        links=links,
        brands=read_brands(SHIPPED),
        brand="acme",
        clock=now,
        new_id=new_id,
        shuffled=shuffled,
    )


async def _smtp(store: Store, reader: Reader, links: Links) -> Server:
    door = SmtpDoor(
        accept=partial(keep, store=store, reader=reader),
        recipient=Recipients(links.keys, reader.reply_domain, frozenset({SENDER}), Standing(store), SENDER).refusal,
        clock=now,
        full=(StoreFullError,),
    )
    return await serve(door, "127.0.0.1", 0, hostname=reader.reply_domain)


def _mailer(store: Store, links: Links, port: int) -> Mailer:
    relay = Relay(read_smtp_url(f"smtp://127.0.0.1:{port}?starttls=none"), hostname=DOMAIN)
    composer = Composer(read_brands(SHIPPED), links, SENDER)
    signer = Signer.of("acme.example", SELECTOR, private_key("acme.example"))
    return Mailer(store, composer, [relay], now, signers=Signers([signer]), idle_seconds=LOOK_SECONDS)
