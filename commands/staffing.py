"""Who may come in, who is signed in, who changed what, and to whom is an answer owed?"""

import asyncio
import secrets
from functools import partial

import click

from commands.operating import address, at_text, known_brand, now, read, table, with_store, write
from reviews.by_hand import asked_again, why_not_again
from reviews.facts import Delivery
from reviews.model import DeliveryKind, Person
from reviews.roles import ROLES, Choice
from settings import read_settings
from store import Staff, Store, audit, owed, people, round_trips, sessions
from store.audit import OPERATOR

MOST = 100
ID_BYTES = 16


@click.group()
def staff() -> None:
    """The people who may sign in and read the records."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="agent", show_default=True)
@click.option("--team", default="", help="A lead hears of their team's reviews that name no agent.")
@click.option("--brand", "brands", multiple=True, help="See this brand, and no other that is not named too.")
def staff_add(email: str, name: str, role: str, team: str, brands: tuple[str, ...]) -> None:
    """Let somebody in, or change what is known of them."""
    for key in brands:
        known_brand(read_settings(), key)
    person = Staff(address(email).lower(), name, role, team, brands)
    write(people.set_staff, staff=person, at=now())
    click.echo(f"{person.email} may sign in, as {role}{f' of {team}' if team else ''}.")


@staff.command("list")
def staff_list() -> None:
    """Everybody: address, name, role, team, brands, when they are mailed, and what stands in the way."""
    table(
        (one.email, one.name, one.role, one.team, " ".join(one.brands) or "all brands", one.choice, _state(one))
        for one in read(people.everybody)
    )


@staff.command("choose")
@click.argument("email")
@click.argument("choice", type=click.Choice([str(one) for one in Choice]))
def staff_choose(email: str, choice: str) -> None:
    """When somebody wants to be mailed of what customers say: "at once", daily or off."""
    if read(people.staff, email=email) is None:
        raise click.ClickException(f"{email} is not among the staff")
    write(people.choose, email=email, choice=choice, at=now(), who=OPERATOR)
    click.echo(f"{email.lower()} is mailed: {choice}.")


@staff.command("confirm")
@click.argument("email")
def staff_confirm(email: str) -> None:
    """Say that somebody whom a ticket named is one of us."""
    if not write(people.confirm, email=email, at=now()):
        raise click.ClickException(f"{email} does not wait to be confirmed")
    click.echo(f"{email.lower()} is one of us.")


@staff.command("sessions")
@click.argument("email", required=False)
def staff_sessions(email: str | None) -> None:
    """Who is signed in: address, since when, last used, browser, and the id to end it by."""
    found = read(sessions.of_person, email=email, now=now()) if email else read(sessions.every, now=now())
    table((one.email, at_text(one.at), at_text(one.used_at), one.client or "unknown", one.id) for one in found)


@staff.command("sign-out")
@click.argument("email")
@click.option("--session", "id", default="", help="This one alone, by the id that `staff sessions` shows.")
def staff_sign_out(email: str, id: str) -> None:
    """End the sessions of somebody, at once."""
    if id:
        ended = int(write(sessions.end, id=id, email=email, who=OPERATOR, at=now()))
    else:
        ended = write(sessions.end_all, email=email, who=OPERATOR, at=now())
    if not ended:
        raise click.ClickException(f"{email} has no such session")
    click.echo(f"{email.lower()}: {ended} ended.")


@staff.command("remove")
@click.argument("email")
def staff_remove(email: str) -> None:
    """Let somebody in no more; they are signed out at once."""
    if not write(people.drop_staff, email=email, at=now()):
        raise click.ClickException(f"{email} is not among the staff")
    click.echo(f"{email} may no longer sign in.")


@staff.command("test")
@click.argument("email", required=False)
def staff_test(email: str | None) -> None:
    """Ask EMAIL, or all of the staff, to answer a mail: it shows whether their answers can be relied on.

    `afterword doctor` tells what came of it.
    """
    known = {one.email: one.name for one in read(people.all_staff)}
    asked = [address(email).lower()] if email else list(known)
    brand_key, at = read_settings().brand, now()
    for one in asked:
        mail = Delivery("", at, DeliveryKind.ROUND_TRIP, at.isoformat(), Person(one, known.get(one, "")), due_at=at)
        asyncio.run(with_store(partial(_tested, mail=mail, brand_key=brand_key)))
        click.echo(f"A mail to {one} waits to be sent. `afterword doctor` tells what its answer shows.")
    if not asked:
        raise click.ClickException("nobody is on the staff; `afterword staff add` lets somebody in")


@click.command("ask-again")
@click.argument("review")
@click.option("--reason", default="", help="Why; it is kept in the record.")
def ask_again(review: str, reason: str) -> None:
    """Ask a customer once more, after it was put right. What they wish for themselves is looked at when it goes out."""
    if why := asyncio.run(with_store(partial(_asked_again, review=review, reason=reason))):
        raise click.ClickException(why)
    click.echo("They are asked once more.")


async def _asked_again(store: Store, *, review: str, reason: str) -> str:
    """Why they are not asked, or ''."""
    known, at = await store.log(review), now()
    if known is None:
        return f"there is no review {review}"
    if why := why_not_again(known):
        return f"they are not asked: {why}"
    asking = partial(asked_again, action=secrets.token_hex(ID_BYTES), who=OPERATOR, reason=reason, at=at)
    await store.record(review, asking)
    return ""


@click.command("audit")
@click.option("--most", type=click.IntRange(1), default=MOST, show_default=True)
def audit_shown(most: int) -> None:
    """Who changed the house, the newest first: its people, keys, sessions and helpdesks."""
    found = read(audit.latest, most=most)
    table((at_text(one.at), one.who, one.action, one.about, one.detail) for one in found)


@click.command("follow-ups")
@click.option("--most", type=click.IntRange(1), default=MOST, show_default=True)
def follow_ups(most: int) -> None:
    """Answers that are owed, the one due first at the head: when, late or not, to whom, by whom, why, the review."""
    settings = read_settings()
    found = asyncio.run(with_store(partial(_owed, most=most)))
    at = now()
    for_whom = (
        (
            at_text(one.owed.due_at),
            "late" if one.owed.due_at < at else "in time",
            one.log.review.contact.email,
            one.owed.owner.email if one.owed.owner else "nobody",
            one.owed.why,
            f"{settings.base_url}/reviews/{one.log.review.id}",
        )
        for one in found
    )
    table(for_whom)


async def _owed(store: Store, most: int) -> list[owed.Owed]:
    return await store.read(partial(owed.open_ones, recorder=store.recorder, now=now(), most=most))


def _state(one: Staff) -> str:
    """What stands in the way of mailing somebody."""
    if not one.confirmed:
        return "waits for a lead to confirm them"
    if one.bounced:
        return "mail comes back"
    return f"away until {at_text(one.away_until)}" if one.away_until and one.away_until > now() else ""


async def _tested(store: Store, mail: Delivery, brand_key: str) -> None:
    """Have the mail sent that tests an address."""
    await store.write(partial(round_trips.ask, address=mail.recipient.email, at=mail.at))
    await store.post(mail, brand=brand_key)
