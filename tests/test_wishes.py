"""Which replies are nothing but a wish about being asked? Every other is a message for a person."""

import pytest

from reviews import flow
from reviews.facts import Message
from reviews.model import LESS_OFTEN, ONLY_TROUBLE, UNSUBSCRIBED, DeliveryKind
from reviews.subscriptions import LESS_FOR
from reviews.wishes import PHRASES, WORDS_CHARS_MAX, Wish, read_wish
from tests.story import RULES, asked_log, later, mail, mailed, replied

WISHED = [
    ("stop", Wish.STOP),
    ("STOP!", Wish.STOP),
    ("  Stop, please.  ", Wish.STOP),
    ("Please stop asking me", Wish.STOP),
    ("Unsubscribe\n\nThanks\nAda", Wish.STOP),
    ("unsubscribe\nAda Lovelace", Wish.STOP),
    ("Don't ask me again!", Wish.STOP),
    ("Don’t ask me again", Wish.STOP),
    ("less often", Wish.LESS),
    ("Only when it went wrong.", Wish.TROUBLE),
    ("Bitte nicht mehr fragen", Wish.STOP),
    ("Abmelden\n\nMit freundlichen Grüßen\nAda Lovelace", Wish.STOP),
    ("Seltener, bitte", Wish.LESS),
    ("Nur wenn es schiefging", Wish.TROUBLE),
    ("Arrêtez !", Wish.STOP),
    ("Moins souvent, s’il vous plaît", Wish.LESS),
    ("Seulement si ça s’est mal passé", Wish.TROUBLE),
    ("Cancelar suscripción", Wish.STOP),
    ("Sólo cuando salió mal. Gracias", Wish.TROUBLE),
    ("Minder vaak a.u.b.", Wish.LESS),
    ("Geen enquêtes meer", Wish.STOP),
    ("إلغاء الاشتراك", Wish.STOP),
    ("عدد أقل من الأسئلة، من فضلك", Wish.LESS),
    ("فقط عند حدوث مشكلة", Wish.TROUBLE),
]
NOT_WISHED = [
    "",
    "It stopped working again.",
    "Please stop the server tonight.",
    "stop\nMy VPN still drops every hour.",
    "I would like to unsubscribe from the newsletter of the shop",
    "less",
    "no",
    "Never again!",
    "How do I opt out?",
    "stop\n\nGrace Hopper",  # somebody else's name: a person may find out what is meant
    "stop\nAda\nAda\nAda\nAda",
    "unsubscribe " * 30,
    "abgemeldet",
    "Thanks",
    "3",
    "great, thanks",
]


@pytest.mark.parametrize(("words", "wish"), WISHED, ids=[words for words, _ in WISHED])
def test_a_wish_is_read(words: str, wish: Wish) -> None:
    assert read_wish(words, name="Ada Lovelace") is wish


@pytest.mark.parametrize("words", NOT_WISHED)
def test_everything_else_is_for_a_person(words: str) -> None:
    assert read_wish(words, name="Ada Lovelace") is None


def test_every_phrase_of_every_language_is_one_wish_and_no_other() -> None:
    for table in PHRASES.values():
        assert set(table) == {Wish.STOP, Wish.LESS, Wish.TROUBLE}
        for wish, phrases in table.items():
            assert [read_wish(phrase) for phrase in phrases] == [wish] * len(phrases)


def test_an_empty_mail_speaks_by_its_subject_and_an_answer_to_ours_does_not() -> None:
    assert read_wish(" \n", subject="Unsubscribe") is Wish.STOP
    assert read_wish("", subject="Re: How did we do? Unsubscribe") is None
    assert read_wish("Thanks a lot", subject="unsubscribe") is None
    assert read_wish("", subject="stop" * WORDS_CHARS_MAX) is None


@pytest.mark.parametrize(
    ("words", "reason"), [("stop", UNSUBSCRIBED), ("less often", LESS_OFTEN), ("only if it went wrong", ONLY_TROUBLE)]
)
def test_a_wish_by_mail_is_obeyed_at_once_and_confirmed_once(words: str, reason: str) -> None:
    log = replied(asked_log(), words=words)
    assert log.standing == {reason}
    assert len(mailed(log, DeliveryKind.CONFIRMATION)) == 1
    again = mail(words, message_id="reply-2@customer.example", at=later(hours=3))
    log = log.plus(*flow.replied(log, mail=again, at=again.at, rules=RULES))
    assert len(log.of(Message)) == 2
    assert len(mailed(log, DeliveryKind.CONFIRMATION)) == 1


def test_less_often_ends_by_itself() -> None:
    log = replied(asked_log(), words="less often")
    assert log.rests_until(LESS_OFTEN) == later(hours=2) + LESS_FOR
    assert log.suppressed == ""


def test_a_mail_that_says_more_changes_nothing() -> None:
    log = replied(asked_log(), words="Stop! It still drops.")
    assert (log.standing, mailed(log, DeliveryKind.CONFIRMATION)) == (frozenset(), [])


@pytest.mark.parametrize("sender", ["bo@customer.example", "Mallory@other.example"])
def test_nobody_chooses_for_somebody_else(sender: str) -> None:
    log = replied(asked_log(), words="unsubscribe", sender=sender)
    assert (log.standing, mailed(log, DeliveryKind.CONFIRMATION)) == (frozenset(), [])
    [message] = log.of(Message)
    assert message.text == "unsubscribe"  # a person reads it
    assert mailed(log, DeliveryKind.NOTICE)


def test_their_own_address_is_theirs_however_it_is_written() -> None:
    assert replied(asked_log(), words="unsubscribe", sender="ADA@Customer.example").standing == {UNSUBSCRIBED}
