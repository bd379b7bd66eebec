"""What must hold whatever happened? Each law looks at how a history ended, and names what broke it."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from bench.simulate.ledger import Pressed
from bench.simulate.outside import ADA, START
from bench.simulate.processes import RULES
from bench.simulate.world import World
from reviews.clicks import decide
from reviews.facts import Message
from reviews.log import Log
from store import facts, lists
from store.outbox import of_review
from store.recompute import differences, miscounted

ENDED = timedelta(days=400)
FINAL = ("sent", "refused", "dropped")


def broken(world: World) -> list[str]:
    """Every law that does not hold, in words."""
    logs = {id: log for id in _ids(world) if (log := facts.load(world.memory.session, id))}
    laws = (_nothing_lost, _no_survey_twice, _a_later_person_wins, _projection_is_the_log, _all_ends)
    return [words for law in laws for words in law(world, logs)]


def _ids(world: World) -> list[str]:
    return lists.ids(world.memory.session, after="", most=100)


def _nothing_lost(world: World, logs: dict[str, Log]) -> Iterator[str]:
    """Whatever somebody was told is kept, is there."""
    for id in world.ledger.closings - logs.keys():
        yield f"lost: the closing behind review {id}, which a helpdesk was told is known"
    for fact, review in world.ledger.facts.items():
        log = logs.get(review)
        if log is None or not any(one.id == fact for one in log.facts):
            yield f"lost: the fact {fact} of review {review}, which was answered"
    for letter in world.ledger.letters:
        review, _, id = letter.partition(" ")
        found = [one for one in logs[review].of(Message) if id in one.message_id] if review in logs else []
        if len(found) != 1:
            yield f"a mail that was taken stands {len(found)} times in review {review}"


def _no_survey_twice(world: World, logs: dict[str, Log]) -> Iterator[str]:
    """One question for each closing; a mail comes again only when its first answer was lost or its sender died."""
    copies = Counter(id for _, id in world.ledger.mails)
    spare = world.ledger.deaths
    for review in logs:
        mails = of_review(world.memory.session, review)
        asked = {out.message_id for out in mails if out.delivery.purpose == "invitation" and copies[out.message_id]}
        if len(asked) > 1:
            yield f"asked twice: {len(asked)} questions about review {review}"
        for out in mails:
            more = copies[out.message_id] - 1 - world.ledger.excuses[out.message_id]
            spare -= max(0, more)
            if more > 0 and spare < 0:
                yield f"sent twice without excuse: {out.delivery.purpose} of review {review}"
    listed = {out.message_id for review in logs for out in of_review(world.memory.session, review)}
    for to, id in world.ledger.mails:
        if to == ADA.email and id not in listed:
            yield f"a mail that nobody listed reached the customer: {id}"


def _a_later_person_wins(world: World, logs: dict[str, Log]) -> Iterator[str]:
    """The last press of a person is the rating, whatever machines and other people's programs did before and after."""
    for review, log in logs.items():
        presses = sorted((one for one in world.ledger.presses if one.review == review), key=lambda one: one.at)
        told = [number for number, one in enumerate(presses) if one.told and not one.looked]
        if not told:
            continue
        may_be = _last_words(presses[told[-1] :])
        step = decide(log, RULES).at(START + ENDED)
        if step.value not in may_be or not step.counted:
            said = " or ".join(sorted(may_be))
            yield f"review {review}: a person pressed {said}, and it says {step.value} ({step.status})"


def _last_words(presses: list[Pressed]) -> set[str]:
    """What may count from the last press on that was answered: of later ones nobody knows whether they were kept; and
    who has pressed and opens another face later has changed their mind (click-protocol 3.5)."""
    people = {one.who for one in presses if not one.looked}
    return {one.answer for one in presses if not one.looked or one.who in people}


def _projection_is_the_log(world: World, logs: dict[str, Log]) -> Iterator[str]:
    session = world.memory.session
    for one in differences(session, list(logs), rules=RULES):
        yield f"{one.what} of {one.of} is not what the log says"
    for cell, numbers in miscounted(session, rules=RULES, clock=lambda: START + ENDED, told=lambda _: None).items():
        yield f"the counts of {cell.facet or 'all'} {cell.name} lack {dict(numbers)}"


def _all_ends(world: World, logs: dict[str, Log]) -> Iterator[str]:
    """Nothing waits for ever."""
    for review in logs:
        for out in of_review(world.memory.session, review):
            if out.status not in FINAL:
                yield f"never ended: {out.delivery.purpose} of review {review} is {out.status}: {out.reason}"
    for row in world.memory.session.rows("select status, reason from arrival where status <> 'read'"):
        yield f"a mail was not read: {row['status']}, {row['reason']}"
