"""That mails to staff are whole in their language: none of their sentences stays English.

A language is made up for it in which every sentence stands between signs. Every mail to staff is written in it, from
logs of what people and machines did; what then stands outside the signs has to be somebody's own words.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from reviews.clicks import decide
from reviews.commands import COMMANDS as ALL_COMMANDS
from reviews.deeds import FollowUpOutcome
from reviews.desk import Desk
from reviews.facts import Comment, Delivery
from reviews.forgotten import NOWHERE
from reviews.links import Links
from reviews.log import Log
from reviews.mail import read_mail
from reviews.model import TO_STAFF, Attachment, Cause, DeliveryKind, Mode, Person
from reviews.reading.marker import marker_line
from reviews.roles import Staff
from reviews.staff_answers import staff_answered
from reviews.tokens import Keys
from reviews.trust import Trust
from scripts.translations import messages
from templates import languages as spoken
from templates.brands import SHIPPED, Brand, read_brand
from templates.dates import said
from templates.languages import PLACE
from templates.letters import letter, letter_to_staff
from templates.letters_to_staff import daily_mail, forwarded
from templates.mails import compile_mails
from templates.plain import DANGERS
from templates.refusing import REFUSALS, refusal
from tests.story import RULES, SECRETS, asked_log, later, opened, replied, staff_mail, voted

CODE = "eo"
"""A language that Babel knows the dates of, and nobody has translated us into."""
LINKS = Links(Keys(SECRETS), "https://care.acme.example", "reply.acme.example")
QADA = Person("qada@q.example", "Qada Qlove", "Qlimited")
QSAM, QLEA, QKIM = (Person(f"{name.lower()}@q.example", name) for name in ("Qsam", "Qlea", "Qkim"))
DESK = Desk(
    (
        Staff(QSAM.email, "Qsam", "agent", ""),
        Staff(QLEA.email, "Qlea", "lead", ""),
        Staff("qrea@q.example", "Qsam", "reader", ""),
        Staff("qrae@q.example", "Qrae", "reader", ""),
    )
)
OURS = re.compile(r"⟦[^⟦⟧]*⟧")
THEIRS = re.compile(r"https?://\S+|\S+@\S+|(?<![^\W\d_])[Qq]\w*")
"""Addresses, and what people wrote and are called here: words that begin with a q."""
ALONE = (DeliveryKind.ROUND_TRIP, DeliveryKind.SIGN_IN)
NAMES = frozenset({"Acme", "IT", "Re"})
COMMANDS = re.compile(r"#\w+(?: explained| sam| network| product| reason| 3d)?")
TYPED = frozenset(" ".join([*FollowUpOutcome, *Cause, *ALL_COMMANDS]).split())
"""What is typed in a command: the same in every language."""


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brand]:
    """The brand as it speaks in the made-up language."""
    folder = tmp_path_factory.mktemp("translations")
    _made_up(folder / f"{CODE}.po")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spoken, "FOLDER", folder)
        _forget_languages()
        yield read_brand(SHIPPED / "acme.toml").said_in(CODE)
    _forget_languages()


def _made_up(file: Path) -> None:
    catalog = Catalog(locale=CODE, fuzzy=False)
    for message in messages():
        if message.id:
            pieces = PLACE.split(str(message.id))
            pieces[::2] = [f"⟦{piece}⟧" if piece else "" for piece in pieces[::2]]
            pieces[1::2] = [f"{{{name}}}" for name in pieces[1::2]]
            catalog.add(message.id, "".join(pieces))
    with file.open("wb") as opened_file:
        write_po(opened_file, catalog)


def _forget_languages() -> None:
    spoken.languages.cache_clear()
    spoken.spoken_in.cache_clear()


def begun() -> Log:
    """A rating, with a comment, of a ticket whose helpdesk named everybody."""
    log = asked_log(contact=QADA, agent=QSAM, team="Qteam", subject="Qvpn", watchers=(QKIM,))
    log = opened(replace(log, desk=DESK), "page", at=later(hours=1))
    log = voted(log, "page", "unhappy", Mode.BUTTON, at=later(hours=1))
    comment = Comment(log.review.id, "page", later(hours=1), "Qwords", causes=("product", "wait"))
    told = Delivery(log.review.id, later(hours=1), DeliveryKind.NOTICE, comment.id, QSAM, later(hours=1))
    return log.plus(comment, told)


def wrote(log: Log, words: str, *, seat: Person = QSAM, **changes: Any) -> Log:
    """Somebody of the staff answers a notice."""
    told = {"sender": seat.email, "sender_name": seat.name, "message_id": f"{len(log.facts)}@q.example"}
    incoming = staff_mail(words, **told | changes)
    return log.plus(*staff_answered(log, mail=incoming, seat=seat, at=incoming.at))


def logs() -> Iterator[Log]:
    """What can happen of which staff are told."""
    log = begun()
    yield log
    files = tuple(Attachment("", "text/x-q", 1, "f" * 64, danger=danger) for danger in ("", *DANGERS))
    theirs = {"sender": QADA.email, "sender_name": QADA.name, "subject": "Qvpn"}
    for number, verdict in enumerate(Trust):
        yield replied(log, words=f"Q{number}", verdict=verdict, attachments=files, **theirs)
    yield replied(log, words="Qother", **theirs | {"sender": "qother@q.example"})
    wrong: tuple[str, ...] = (
        "#qnonsense",
        "#done q",
        "#cause q",
        "#tag",
        "#untag",
        "#assign",
        "#assign qzoe",
        "#assign qsam",
    )
    wrong += ("#assign qrae", "#exclude", "#snooze q", "#grant", "#help")
    for words in (*wrong, *(f"{words}\nQwords" for words in wrong)):
        yield wrote(log, words)
    asked = wrote(log, "#exclude q")
    for words, seat in (("#exclude q", QSAM), ("#grant", QSAM), ("#grant", QLEA), ("#refuse", QLEA)):
        asked = wrote(asked, words, seat=seat)
        yield asked
    own = replace(asked_log(contact=QADA, agent=QLEA, subject="Qvpn"), desk=DESK)
    yield wrote(wrote(own, "#exclude q"), "#grant", seat=QLEA)
    for verdict in Trust:
        yield wrote(log, "Qwords", verdict=verdict)
    yield wrote(log, "Qwords", sender="qelse@q.example")
    yield wrote(log, "", attachments=(Attachment("q", "application/pdf", 1, "f" * 64),))
    yield wrote(log, "Qwords", attachments=(Attachment("q", "application/pdf", 1, "f" * 64),))
    yield wrote(wrote(log, "Qone"), "Qtwo", seat=QLEA)
    yield wrote(wrote(log, "#done"), "Qtwo", seat=QLEA)
    many = log
    for number in range(12):
        many = wrote(many, f"Q{number}")
    yield many
    gone = replace(log.review, contact=Person(f"q@{NOWHERE}"))
    yield wrote(replace(log, review=gone), "Qwords")


def mails(brand: Brand) -> Iterator[tuple[str, str]]:
    """Every mail to staff, in words: what it is, and its subject and text."""
    render = compile_mails(brand).render
    for log in logs():
        timeline, at = decide(log, RULES), later(days=3)
        for delivery in log.of(Delivery):
            if delivery.purpose in TO_STAFF:
                try:
                    context = letter(delivery, log, timeline, brand=brand, links=LINKS, now=at, trial=False)
                except LookupError:
                    continue  # nothing is owed any more
                mail = render(context)
                yield f"{delivery.purpose} {delivery.occasion}", f"{mail.subject}\n{mail.text}"
    log = begun()
    heard = [(log, decide(log, RULES))]
    daily = partial(daily_mail, QSAM, until=later(days=3), brand=brand, links=LINKS, now=later(days=3))
    others = [
        daily(heard, heard),
        daily(heard, []),
        forwarded(read_mail(b"From: q@q.example\r\n\r\nQwords\r\n"), LINKS),
    ]
    alone = (Delivery("", later(), kind, "q" * 26, QSAM, later()) for kind in ALONE)
    others += [letter_to_staff(delivery, LINKS) for delivery in alone]
    for context in others:
        mail = render(context)
        yield context.kind, f"{mail.subject}\n{mail.text}"


def bare(text: str, brand: Brand) -> str:
    """What is left of a mail without our sentences, the brand's own, and what people wrote."""
    for own in (marker_line(CODE), *brand.footer):
        text = text.replace(own, " ")
    return THEIRS.sub(" ", COMMANDS.sub(" ", OURS.sub(" ", text)))


def test_no_mail_to_staff_has_an_english_sentence(brand: Brand) -> None:
    dates = {
        word
        for at in (later(), later(hours=9), later(days=3))
        for word in re.findall(r"[^\W\d_]+", said(at, brand.timezone, CODE))
    }
    found = {}
    told = list(mails(brand))
    for name, text in told:
        if words := set(re.findall(r"[^\W\d_]{2,}", bare(text, brand))) - NAMES - TYPED - dates:
            found[name.partition(":")[0], tuple(sorted(words))] = text
    assert not found, "\n\n".join(f"{name}:\n{text}" for name, text in found.items())
    assert {name.partition(" ")[0] for name, _ in told} == {*TO_STAFF, "digest", "forwarded", "round_trip", "sign_in"}


@pytest.mark.parametrize("phrase", REFUSALS)
def test_every_reason_why_nothing_was_done_is_known_again_with_what_stands_in_its_place(
    brand: Brand, phrase: str
) -> None:
    language = spoken.languages()[CODE]
    filled = PLACE.sub("{q} (q); it's q.*", phrase)
    assert OURS.sub("", refusal(filled, language)) == ("{q} (q); it's q.*" if PLACE.search(phrase) else "")
    assert refusal("Something of a release to come", language) == "Something of a release to come"
