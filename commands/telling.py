"""Who is told of what happens? Webhooks, chats, mail and helpdesks, what they were told, and what could not be told."""

import base64
import re
import secrets
from collections.abc import Sequence
from typing import TextIO

import click

from calling.guard import Forbidden, checked, read_networks
from calling.helpdesks import helpdesk, names
from calling.helpdesks.rules import checked as checked_rules
from calling.ways import MAIL, RULES, SLACK, TEAMS, TEMPLATE, WAYS, WEBHOOK
from commands.operating import address, at_text, known_brand, now, read, table, write
from reviews.news import NewsKind
from settings import Settings, read_settings
from store import Call, Endpoint, calls, endpoints, sources
from store.calls import OWN_NAME, SOURCE
from store.paging import NEWEST, PAGE_MAX
from templates.chats import SAMPLE, chat

ENDPOINT_ID = re.compile(r"[a-z0-9-]{1,40}")
SECRET_BYTES, SECRET_PREFIX = 32, "whsec_"
TEMPLATE_CHARS_MAX = 20_000
SECRET_CHARS_MAX = 2_000
MOST = 50
KINDS = (*WAYS, MAIL, *names())


@click.group()
def endpoint() -> None:
    """Other systems that are told of what happens: webhooks, chats, helpdesks."""


@endpoint.command("add")
@click.argument("id")
@click.argument("url", metavar="URL|ADDRESS")
@click.option("--kind", type=click.Choice(KINDS), default=WEBHOOK, show_default=True)
@click.option("--brand", "brand", default="", help="Of this brand's reviews alone.")
@click.option("--event", "events", multiple=True, type=click.Choice([str(kind) for kind in NewsKind]))
@click.option("--template", "template", type=click.File(), help="A template of your own, for a chat.")
@click.option("--source", "source", default="", help="Of a helpdesk: the id of the webhook its tickets come by.")
@click.option("--user", "user", default="", help="Of a helpdesk: who signs in to its API.")
@click.option("--secret-file", type=click.File(), help="Of a helpdesk: the key of its API; or -.")
@click.option("--when", "rules", multiple=True, metavar="WHAT=ACTION,…", help="Of a helpdesk: unhappy=reopen,note")
@click.option("--option", "pairs", multiple=True, metavar="NAME=VALUE", help="Of a helpdesk: what its page names.")
def endpoint_add(
    id: str,
    url: str,
    kind: str,
    brand: str,
    events: tuple[str, ...],
    template: TextIO | None,
    source: str,
    user: str,
    secret_file: TextIO | None,
    rules: tuple[str, ...],
    pairs: tuple[str, ...],
) -> None:
    """Have URL told from now on, or change what it is told. A new webhook's secret is shown this once."""
    settings = read_settings()
    if not ENDPOINT_ID.fullmatch(id):
        raise click.ClickException(f"{id!r} is no id; expected small letters, digits or '-', at most 40")
    if brand:
        known_brand(settings, brand)
    place = address(url) if kind == MAIL else _web(url, settings)
    options = {TEMPLATE: _template(template, kind)} if template else {}
    known = read(endpoints.endpoint, id=id)
    theirs: tuple[str, ...] = ()
    if kind in names():
        options = _of_helpdesk(kind, source, user, rules, pairs)
        theirs = (secret_file.read(SECRET_CHARS_MAX).strip(),) if secret_file else known.secrets if known else ()
        if not all(theirs) or not theirs:
            raise click.ClickException("give the key of its API by --secret-file FILE")
    new = kind == WEBHOOK and not (known and known.secrets)
    kept = theirs or ((_secret(),) if new else known.secrets if known else ())
    at = known.at if known else now()
    write(endpoints.set_endpoint, endpoint=Endpoint(id, kind, place, kept, at, brand, events, options), at=now())
    click.echo(f"{id} is told of {', '.join(events) or 'everything'}; `afterword endpoint test {id}` tries it.")
    if new:
        _show(kept[0])


@endpoint.command("list")
def endpoint_list() -> None:
    """Every endpoint, what it is told, and how that goes."""
    counts = read(calls.counts)
    table(
        (
            one.id,
            one.kind,
            one.url if one.kind not in (SLACK, TEAMS) else one.url.split("/")[2],  # a chat's address is its secret
            one.brand or "every brand",
            ", ".join(one.events) or "everything",
            f"disabled {at_text(one.disabled_at)}: {one.reason}" if one.disabled_at else "on",
            *(f"{counts.get((one.id, status), 0)} {status}" for status in (calls.DONE, calls.DUE, calls.FAILED)),
        )
        for one in read(endpoints.all_endpoints)
    )


@endpoint.command("remove")
@click.argument("id")
def endpoint_remove(id: str) -> None:
    """Tell it nothing any more, and forget what it was told."""
    _done(write(endpoints.drop_endpoint, id=id, at=now()), f"The endpoint {id} is gone.", f"there is no endpoint {id}")


@endpoint.command("disable")
@click.argument("id")
def endpoint_disable(id: str) -> None:
    """Tell it nothing until it is enabled. What happens meanwhile is not told later."""
    done = write(endpoints.disable, id=id, at=now(), reason="disabled by hand")
    _done(done, f"{id} is told nothing.", f"there is no endpoint {id} that is on")


@endpoint.command("enable")
@click.argument("id")
def endpoint_enable(id: str) -> None:
    """Tell it again; what was listed for it before comes first."""
    _done(write(endpoints.enable, id=id, at=now()), f"{id} is told again.", f"there is no endpoint {id} that is off")


@endpoint.command("rotate")
@click.argument("id")
@click.option("--at-once", is_flag=True, help="Sign under the new secret alone; else under the last one too.")
def endpoint_rotate(id: str, at_once: bool) -> None:
    """Make a new secret. Everything is signed under both until the next rotation, so that no webhook is lost."""
    known = _endpoint(id)
    if known.kind != WEBHOOK:
        raise click.ClickException(f"{id} has no secret of ours")
    new = _secret()
    kept = (new,) if at_once else (new, *known.secrets[:1])
    changed = Endpoint(id, known.kind, known.url, kept, known.at, known.brand, known.events, known.options)
    write(endpoints.set_endpoint, endpoint=changed, at=now())
    _show(new)


@endpoint.command("test")
@click.argument("id")
def endpoint_test(id: str) -> None:
    """Have it told a test; `afterword endpoint log` shows what it answered."""
    _endpoint(id)
    call = write(calls.add_test, endpoint=id, id=secrets.token_hex(8), at=now())
    click.echo(f"It is told within moments, while `python -m calling` runs: {call}")


@endpoint.command("log")
@click.option("--endpoint", "id", default="", help="Of this one alone.")
@click.option("--status", type=click.Choice([calls.DUE, calls.DONE, calls.FAILED, calls.DROPPED]), default=None)
@click.option("--most", type=click.IntRange(1, PAGE_MAX), default=MOST, show_default=True)
def endpoint_log(id: str, status: str | None, most: int) -> None:
    """What was told, the newest first: when it happened, to whom, what, how it went, and its id."""
    found = read(calls.page, endpoint=id, status=status or "", most=most, before=NEWEST)
    table(_line(call) for call in found)


@endpoint.command("replay")
@click.argument("ids", nargs=-1)
@click.option("--failed", "of_endpoint", default="", metavar="ENDPOINT", help="All that it could not be told.")
def endpoint_replay(ids: tuple[str, ...], of_endpoint: str) -> None:
    """Tell it again, under the same id, so that whoever heard it knows it again."""
    if bool(ids) == bool(of_endpoint):
        raise click.ClickException("name the ids, or an endpoint by --failed")
    if of_endpoint:
        click.echo(f"{write(calls.replay_failed, endpoint=of_endpoint, now=now())} are told again.")
    for id in ids:
        _done(write(calls.replay, id=id, now=now()), f"{id} is told again.", f"there is no call {id} that ended")


def _line(call: Call) -> Sequence[str]:
    attempts = f"{call.attempts} attempts" if call.attempts != 1 else "1 attempt"
    return (at_text(call.at), call.endpoint, call.kind, call.review, call.status, attempts, call.reason, call.id)


def _web(url: str, settings: Settings) -> str:
    try:
        return checked(url, allowed=read_networks(settings.calls_allowed))
    except Forbidden as error:
        raise click.ClickException(f"{url!r} cannot be called: {error}") from None


def _of_helpdesk(kind: str, source: str, user: str, rules: tuple[str, ...], pairs: tuple[str, ...]) -> dict[str, str]:
    """The options of a helpdesk that is written to."""
    if not source or read(sources.source, id=source) is None:
        raise click.ClickException("name the webhook its tickets come by with --source; `afterword source list` has it")
    own = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
    known = (*helpdesk(kind).options, OWN_NAME)
    if unknown := [name for name in own if name not in known]:
        raise click.ClickException(f"there is no option {unknown[0]}; there are {', '.join(known)}")
    return {**own, SOURCE: source, "user": user, RULES: checked_rules(rules, helpdesk(kind))}


def _template(file: TextIO, kind: str) -> str:
    if kind not in (SLACK, TEAMS):
        raise click.ClickException("only a chat has a template")
    text = file.read(TEMPLATE_CHARS_MAX)
    chat(TEAMS, SAMPLE, template=text)
    return text


def _secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _show(secret: str) -> None:
    click.echo("Give it this secret. It is not shown again:", err=True)
    click.echo(secret)


def _endpoint(id: str) -> Endpoint:
    known = read(endpoints.endpoint, id=id)
    if known is None:
        raise click.ClickException(f"there is no endpoint {id}")
    return known


def _done(done: bool, words: str, otherwise: str) -> None:
    if not done:
        raise click.ClickException(otherwise)
    click.echo(words)
