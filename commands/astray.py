"""What does an operator do by hand with mail that found no record? Lists it, looks at it, files it, throws it away."""

import json

import click

from commands.operating import at_text, now, read, table, write
from store import lists, mails, quarantine
from store.lists import Wanted
from store.paging import NEWEST
from store.quarantine import Waiting
from templates.words import one_line, written

MOST = 50


@click.group("quarantine")
def quarantined() -> None:
    """Mail that found no record, is forged, or could not be read; it waits for 30 days."""


@quarantined.command("list")
@click.option("--most", type=click.IntRange(1, 200), default=MOST, show_default=True)
def listed(most: int) -> None:
    """What waits, the newest first: its id, when it came, from whom, about what, and why it waits."""
    found = read(quarantine.waiting, most=most, before=NEWEST)
    table((one.id, at_text(one.envelope.at), _sender(one), one.judged.subject, one.reason) for one in found)


@quarantined.command("show")
@click.argument("id")
def show(id: str) -> None:
    """One mail: where it came from, what is known of its sender, their own records, and its words."""
    one = _waiting(id)
    envelope, judged = one.envelope, one.judged
    theirs = read(quarantine.theirs, waiting=[one], now=now())
    lines = [
        ("why it waits", one.reason),
        (
            "came",
            f"{at_text(one.envelope.at)} from {envelope.peer} ({envelope.helo}){', by TLS' if envelope.tls else ''}",
        ),
        ("envelope", f"{envelope.mail_from or '<>'} to {', '.join(envelope.recipients)}"),
        ("from", _sender(one)),
        ("subject", judged.subject),
        ("sender", f"{judged.verdict}: {judged.why}" if judged.verdict else ""),
        *(("key as seen", f"{name} {key}") for name, key in json.loads(judged.seen or "{}").items()),
        ("record", one.review),
        *(("theirs", f"{review.ticket}  {review.id}  {review.subject}") for review in theirs.get(one.id, [])),
        ("sha256", one.mail),
    ]
    for name, value in lines:
        if value:
            click.echo(f"{name:12} {one_line(value)}")
    if judged.text:
        click.echo(f"\n{written(judged.text)}")


@quarantined.command("raw")
@click.argument("id")
def raw(id: str) -> None:
    """The bytes of one mail, as they came."""
    click.echo(read(mails.raw_mail, sha256=_waiting(id).mail) or b"", nl=False)


@quarantined.command("file")
@click.argument("id")
@click.argument("record")
def file(id: str, record: str) -> None:
    """Put a mail into a RECORD, by its id or its ticket's number: it becomes what it would have been."""
    _waiting(id)
    review = record if write(quarantine.file, id=id, review=record, who="the operator", at=now()) else ""
    if not review:
        found = read(lists.reviews, wanted=Wanted(ticket=record), now=now(), most=1)
        review = found[0].review.id if found else ""
        if not review or not write(quarantine.file, id=id, review=review, who="the operator", at=now()):
            raise click.ClickException(f"there is no record and no ticket {record}")
    click.echo(f"It is read as one of {review}, as soon as inbound runs.")


@quarantined.command("drop")
@click.argument("id")
def drop(id: str) -> None:
    """Throw a mail away, at once and for good."""
    if not write(quarantine.drop, id=id):
        raise _gone(id)
    click.echo("It is gone.")


def _waiting(id: str) -> Waiting:
    one = read(quarantine.one_waiting, id=id)
    if one is None:
        raise _gone(id)
    return one


def _gone(id: str) -> click.ClickException:
    return click.ClickException(f"no mail {id} waits; `afterword quarantine list` names those that do")


def _sender(one: Waiting) -> str:
    return one.judged.sender or one.envelope.mail_from or "<>"
