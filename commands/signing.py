"""Which keys sign our mails? `afterword dkim`: new ones for a domain, the DNS records they need, and when they sign."""

from collections.abc import Iterator
from datetime import datetime

import click

from commands.operating import now, table
from mailer.checkup import State
from mailer.domain.checks import check_keys
from mailer.domain.key import public_part
from mailer.domain.lookup import look_up
from mailer.domain.records import Key, dkim_record
from mailer.domain.ring import Named, Ring
from reviews.addresses import domain_of, parse_address
from settings import Settings, read_settings
from templates.brands import SHIPPED, read_brands

NEXT = """Set both records in the DNS of {domain}, then

  afterword dkim use {domain} {name}

looks whether they are there, and lets the new keys sign.{old}"""
OLD = " Until then {old} signs on."
LEAVE = "Leave the records of {old} in the DNS for a week: mails on their way are checked against them. Then\n\n" + (
    "  afterword dkim drop {domain} {old}"
)


@click.group()
def dkim() -> None:
    """The keys that sign mails, one pair for each domain that mails come from: RSA and Ed25519."""


@dkim.command("new")
@click.argument("domain")
@click.option("--name", help="Of the pair, and the selector in the DNS; left out, one with the date.")
def dkim_new(domain: str, name: str | None) -> None:
    """Make new keys for DOMAIN and print their DNS records. They sign once `afterword dkim use` was told to."""
    domain, ring = _domain(domain), _ring()
    chosen = name or _free(ring, domain, now())
    keys = ring.make(domain, chosen)
    old = ring.signing(domain) or _of_settings(domain)
    for line in _zone_lines(domain, keys):
        click.echo(f"{line}\n")
    click.echo(NEXT.format(domain=domain, name=chosen, old=OLD.format(old=old) if old else ""))


@dkim.command("use")
@click.argument("domain")
@click.argument("name")
@click.option("--unseen", is_flag=True, help="Do not ask the DNS first.")
def dkim_use(domain: str, name: str, *, unseen: bool) -> None:
    """Let the pair NAME sign for DOMAIN, once the DNS has its records."""
    domain, ring = _domain(domain), _ring()
    keys = tuple(Key(selector, domain, public_part(pem)) for selector, pem in ring.keys(domain, name))
    wrong = [] if unseen else [one for one in check_keys(keys, look_up) if one.state is not State.FINE]
    for finding in wrong:
        click.echo(f"{finding.words}\n  {finding.advice}", err=True)
    if wrong:
        raise click.ClickException("the DNS does not have it yet; the keys before sign on")
    before = ring.use(domain, name) or _of_settings(domain)
    click.echo(f"{name} signs for {domain} from the mailer's next start on.")
    if before and before != name:
        click.echo(LEAVE.format(domain=domain, old=before))


@dkim.command("list")
def dkim_list() -> None:
    """Every pair: its domain, its name, and whether it signs; and which domains mails come from that have none."""
    ring, rows = _ring(), []
    for domain in ring.domains():
        signs = ring.signing(domain)
        rows += [(domain, name, "signs" if name == signs else "does not sign") for name in ring.names(domain)]
    settings = read_settings()
    rows += [(settings.dkim_domain, selector, "signs, from the settings") for selector in _selectors(settings, ring)]
    named = {row[0] for row in rows}
    rows += [(domain, "", "has no keys") for domain in sorted(_senders(settings) - named)]
    table(rows)


@dkim.command("drop")
@click.argument("domain")
@click.argument("name")
def dkim_drop(domain: str, name: str) -> None:
    """Throw the pair NAME away, which signs no more."""
    domain = _domain(domain)
    _ring().drop(domain, name)
    for selector in (name, f"{name}-ed25519"):
        click.echo(f"Gone; take its record out of the DNS: {selector}._domainkey.{domain}")


def _ring() -> Ring:
    return Ring(read_settings().dkim_folder)


def _domain(text: str) -> str:
    """A domain as it stands in the DNS. ValueError when it is none."""
    address = parse_address(f"dkim@{text.rstrip('.')}")
    if address is None or "<" in text:
        raise click.ClickException(f"{text!r} is no domain: expected one such as acme.example")
    return domain_of(address.address)


def _free(ring: Ring, domain: str, at: datetime) -> str:
    """A name with the date that is not taken."""
    dated = f"afterword{at:%Y%m%d}"
    names = [dated, *(f"{dated}-{number}" for number in range(2, 100))]
    return next(name for name in names if name not in ring.names(domain))


def _zone_lines(domain: str, keys: tuple[Named, ...]) -> Iterator[str]:
    for selector, pem in keys:
        yield dkim_record(Key(selector, domain, public_part(pem))).zone_line()


def _of_settings(domain: str) -> str:
    """The selector of the key that the settings name for a domain, or ''."""
    settings = read_settings()
    return settings.dkim_selector if settings.dkim_key and settings.dkim_domain == domain else ""


def _selectors(settings: Settings, ring: Ring) -> list[str]:
    """Of the keys that the settings name, as far as they sign: those of the folder go first."""
    if not settings.dkim_domain or ring.signing(settings.dkim_domain):
        return []
    return [selector for selector, _ in settings.dkim_keys()]


def _senders(settings: Settings) -> set[str]:
    """The domains that mails come from."""
    brands = read_brands(settings.brands or SHIPPED).values()
    senders = [brand.sender_address or settings.sender for brand in brands]
    return {domain_of(sender) for sender in senders}
