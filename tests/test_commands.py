"""Commands in mails of staff's: what is read as one, what is done by it, and that none reaches a customer."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reviews.commands import COMMANDS, Command, read_commands, read_until
from reviews.deeds import Assigned, ExclusionAsked, FollowUpOutcome, NotFixed, Snoozed
from reviews.desk import Desk
from reviews.facts import Delivery, Message, StaffAction
from reviews.forgotten import NOWHERE
from reviews.handling import handling
from reviews.holds import Reopened
from reviews.log import Log
from reviews.model import AGAIN, ASK_AGAIN, By, DeliveryKind, Person
from reviews.roles import Staff
from reviews.staff_answers import staff_answered
from tests.story import ADA, ANSWER, HELD, LEA, SAM, START, asked_log, later, mailed, rated_log, replied, staff_mail

TOLD = DeliveryKind.TOLD
DESK = Desk(
    (
        Staff(SAM.email, "Sam Reed", "agent", "Network"),
        Staff(LEA.email, "Lea Moss", "lead", "Network"),
        Staff("kim@acme.example", "Kim Lea", "agent", "Network"),
        Staff("rae@acme.example", "Rae Poe", "reader", ""),
        Staff("new@acme.example", "New Comer", "agent", "Network", confirmed=False),
    )
)


def seated(log: Log) -> Log:
    return replace(log, desk=DESK)


def wrote(log: Log, words: str, *, seat: Person = SAM, **changes: Any) -> Log:
    """Somebody of the staff answers a notice that went to `seat`."""
    mail = staff_mail(words, **({"sender": seat.email, "message_id": f"{abs(hash(words))}@x"} | changes))
    return log.plus(*staff_answered(log, mail=mail, seat=seat, at=mail.at))


@pytest.mark.parametrize(
    ("text", "words", "commands"),
    [
        ("Hello Ada,\nall is well.", "Hello Ada,\nall is well.", ()),
        ("Hello.\n#done\n", "Hello.", (Command("done"),)),
        ("#assign sam\nHello.", "Hello.", (Command("assign", "sam"),)),
        ("  #TAG  network, vpn ", "", (Command("tag", "network, vpn"),)),
        ("\u200b\u00a0#done explained", "", (Command("done", "explained"),)),
        ("\uff03done", "", (Command("done"),)),
        ("*#done*", "", (Command("done"),)),
        ("#assign: sam", "", (Command("assign", "sam"),)),
        ("#note\nfor us", "for us", (Command("note"),)),
        ("#note for us", "for us", (Command("note"),)),
        ("#frobnicate all", "", (Command("frobnicate", "all"),)),
        ("Step\n#1 unplug it\n# a heading", "Step\n#1 unplug it\n# a heading", ()),
        ("C# and #hash inside a line", "C# and #hash inside a line", ()),
        ("#done\r\nHello.\r\n", "Hello.", (Command("done"),)),
    ],
)
def test_a_line_that_begins_with_a_hash_and_a_letter_is_a_command_and_no_other(
    text: str, words: str, commands: tuple[Command, ...]
) -> None:
    said = read_commands(text)
    assert (said.words, said.commands) == (words, commands)


def test_no_line_that_looks_like_a_command_is_ever_left_however_many_there_are() -> None:
    said = read_commands("\n".join(f"#tag t{n}" for n in range(500)) + "\nHello.")
    assert said.words == "Hello."
    assert len(said.commands) <= 30


@pytest.mark.parametrize(
    ("argument", "until"),
    [
        ("3d", later(days=3)),
        ("12 h", later(hours=12)),
        ("2w", later(days=14)),
        ("2026-12-01", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-01-01", None),
        ("999w", None),
        ("soon", None),
        ("", None),
        ("2026-13-45", None),
    ],
)
def test_a_snooze_ends_at_a_time_ahead(argument: str, until: datetime | None) -> None:
    assert read_until(argument, at=START) == until


def test_words_go_on_and_commands_are_done_and_taken_out() -> None:
    log = wrote(
        seated(replied(rated_log())),
        "Hello Ada,\nI replaced it.\n#done put right new router\n"
        "#tag network, router\n#assign lea@acme.example\n#cause product",
    )
    (answer,) = mailed(log, ANSWER)
    message = log.find(Message, answer.occasion)
    assert message
    assert message.text == "Hello Ada,\nI replaced it."
    state = handling(log)
    assert state.closed
    assert (state.closed.outcome, state.closed.words) == (FollowUpOutcome.PUT_RIGHT, "new router")
    assert (state.tags, state.owner, state.causes) == (("network", "router"), LEA, ("product",))
    assert mailed(log, TOLD) == []


def test_commands_alone_stay_in_the_house_as_a_note() -> None:
    log = wrote(seated(replied(rated_log())), "#done\n#snooze 3d")
    assert mailed(log, ANSWER) == []
    assert (log.of(Message)[-1].by, log.of(Message)[-1].text) == (By.NOTE, "#done\n#snooze 3d")
    assert [deed.until for deed in log.of(Snoozed)] == [later(days=3, hours=3)]


@pytest.mark.parametrize("words", ["#note\nShe is right.\n#tag vip", "She is right.\n#note\n#tag vip"])
def test_a_note_stays_inside_wherever_its_line_stands(words: str) -> None:
    log = wrote(seated(replied(rated_log())), words)
    assert mailed(log, ANSWER) == []
    assert (log.of(Message)[-1].by, log.of(Message)[-1].text.strip()) == (By.NOTE, "She is right.")
    assert handling(log).tags == ("vip",)
    assert handling(log).waiting_since, "a note answers nobody"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("#frobnicate", "#frobnicate is no command"),
        ("#assign bob", "nobody here is called bob"),
        ("#assign lea", "several"),
        ("#assign rae", "Rae Poe may not look after this"),
        ("#assign new", "New Comer may not look after this"),
        ("#cause weather", "#cause knows person, fix, wait, product, policy"),
        ("#exclude", "#exclude needs a reason"),
        ("#snooze soon", "#snooze needs a time"),
        ("#done gladly", "#done knows put right"),
        ("#tag", "#tag needs a tag"),
        ("#grant", "no exclusion waits to be decided"),
    ],
)
def test_what_is_not_understood_is_answered_with_help_and_nothing_is_sent_or_done(line: str, why: str) -> None:
    desk = replace(DESK, staff=(*DESK.staff, Staff("lea.two@acme.example", "Lea Two", "lead", "")))
    desk = replace(desk, staff=tuple(one for one in desk.staff if one.email != LEA.email)) if "bob" in line else desk
    log = replace(replied(rated_log()), desk=desk)
    if line == "#assign lea":
        staff = tuple(replace(one, email="l1@acme.example") if one.email == LEA.email else one for one in desk.staff)
        log = replace(log, desk=replace(desk, staff=staff))
    before = log
    log = wrote(log, f"Hello Ada.\n#tag vip\n{line}")
    assert mailed(log, ANSWER) == []
    assert handling(log).tags == (), "not even what was understood is done"
    (told,) = mailed(log, TOLD)
    message = log.of(Message)[-1]
    assert (told.recipient, told.occasion) == (SAM, f"help:{message.id}")
    assert why in message.held
    assert message.text == "Hello Ada.", "what waits in the record can be sent from there as it is"
    assert len(log.facts) == len(before.facts) + 2


def test_help_is_a_mail_and_nothing_else() -> None:
    log = wrote(seated(replied(rated_log())), "#help")
    assert [told.recipient for told in mailed(log, TOLD)] == [SAM]
    assert mailed(log, ANSWER) == []


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("verdict", ["unsigned", "forged", "broken", "unchecked"])
def test_no_command_of_a_sender_who_is_not_proven_does_anything(name: str, verdict: str) -> None:
    log = wrote(seated(replied(rated_log())), f"Hello.\n#{name} product 3d sam", verdict=verdict)
    assert mailed(log, ANSWER) == []
    assert [held.recipient for held in mailed(log, HELD)] == [SAM]
    assert handling(log) == handling(seated(replied(rated_log())))
    assert log.of(Message)[-1].text in ("Hello.", "Hello.\nproduct 3d sam")


def test_a_command_mail_that_comes_twice_is_done_once() -> None:
    log = wrote(seated(replied(rated_log())), "Hello.\n#tag vip\n#exclude a test")
    assert wrote(log, "Hello.\n#tag vip\n#exclude a test") == log
    assert len(log.of(ExclusionAsked)) == 1


def test_an_exclusion_is_asked_for_by_one_and_granted_by_another_by_mail() -> None:
    log = wrote(seated(rated_log()), "#exclude she rated another ticket")
    for seat, words in ((SAM, "#grant"), (Person("kim@acme.example", "Kim"), "#grant yes")):
        log = wrote(log, words, seat=seat)
        assert not handling(log).excluded, seat
    assert len(mailed(log, TOLD)) == 2, "each was told why not"
    log = wrote(log, "#grant indeed", seat=LEA)
    assert handling(log).excluded
    found = handling(log).exclusion
    assert found
    assert found.decided
    assert (found.decided.who, found.decided.reason) == (LEA.email, "indeed")


def test_a_lead_who_asked_cannot_grant_it_themselves() -> None:
    log = wrote(seated(rated_log()), "#exclude a test", seat=LEA)
    log = wrote(log, "#grant", seat=LEA)
    assert not handling(log).excluded
    assert "second person" in log.of(Message)[-1].mark


def test_who_was_put_right_is_asked_once_more_by_mail_and_only_then() -> None:
    log = wrote(seated(replied(asked_log())), "#ask")
    assert "it was not put right" in log.of(Message)[-1].mark + log.of(Message)[-1].held
    assert not [mail for mail in log.of(Delivery) if mail.occasion.startswith(AGAIN)]
    log = wrote(log, "It works now.\n#done put right\n#ask the line was replaced")
    (mail,) = [mail for mail in log.of(Delivery) if mail.occasion.startswith(AGAIN)]
    assert (mail.purpose, mail.recipient) == (DeliveryKind.INVITATION, log.review.contact)
    (done,) = [one for one in log.of(StaffAction) if one.action == ASK_AGAIN]
    assert (done.who, done.reason) == (SAM.email, "the line was replaced")
    log = wrote(log, "#ask please")
    assert "they were asked again already" in log.of(Message)[-1].mark + log.of(Message)[-1].held


def test_reopen_tells_the_helpdesk_with_the_words_and_asks_nobody_any_more() -> None:
    log = wrote(seated(rated_log()), "#reopen the line drops again")
    (told,) = log.of(NotFixed)
    assert (told.by, told.who, told.words) == (By.STAFF, SAM.email, "the line drops again")
    assert log.of(Reopened)
    assert wrote(log, "#reopen once more").of(NotFixed) == (told,)


def test_a_reader_may_neither_answer_nor_command() -> None:
    rae = Person("rae@acme.example", "Rae")
    log = wrote(seated(rated_log()), "Hello.\n#done", seat=rae)
    assert mailed(log, ANSWER) == []
    assert handling(log).closed is None
    assert "may read" in log.of(Message)[-1].held


def test_a_colleague_who_got_a_copy_answers_under_their_own_name() -> None:
    log = wrote(seated(replied(rated_log())), "I can help.\n#assign me", seat=SAM, sender=LEA.email)
    assert len(mailed(log, ANSWER)) == 1
    assert log.of(Message)[-1].sender == LEA.email
    assert [deed.owner for deed in log.of(Assigned)] == [LEA]


@pytest.mark.parametrize(("seconds", "warned"), [(20, True), (-20, True), (59, True), (61, False)])
def test_two_answers_within_a_minute_both_go_and_the_second_writer_is_told(seconds: int, warned: bool) -> None:
    log = wrote(seated(replied(rated_log())), "First.")
    log = wrote(log, "Second.", seat=LEA, at=later(hours=3, seconds=seconds))
    assert len(mailed(log, ANSWER)) == 2
    told = [(mail.recipient, mail.occasion.partition(":")[0]) for mail in mailed(log, TOLD)]
    assert told == ([(LEA, "crossed")] if warned else [])


def test_two_answers_of_one_person_are_no_crossing() -> None:
    log = wrote(seated(replied(rated_log())), "First.")
    assert mailed(wrote(log, "And another thing.", at=later(hours=3, seconds=5)), TOLD) == []


def test_an_answer_to_what_is_closed_goes_and_says_so() -> None:
    log = wrote(seated(replied(rated_log())), "#done explained", seat=LEA)
    log = wrote(log, "One more thing.", at=later(hours=5))
    assert len(mailed(log, ANSWER)) == 1
    assert [told.occasion.partition(":")[0] for told in mailed(log, TOLD)] == ["closed"]


def test_an_answer_to_an_erased_customer_goes_nowhere_and_is_not_kept() -> None:
    log = seated(replied(rated_log()))
    erased = replace(log.review, contact=replace(ADA, email=f"f@{NOWHERE}", name=""))
    log = wrote(Log(erased, (), (), DESK), "Hello Ada Lovelace of Customer Ltd.")
    assert mailed(log, ANSWER) == []
    (message,) = log.of(Message)
    assert (message.text, message.subject) == ("", "")
    assert "erased" in message.held
    assert [told.occasion.partition(":")[0] for told in mailed(log, TOLD)] == ["erased"]


def test_where_a_brand_says_whose_agents_are_its_own_a_stranger_the_helpdesk_names_may_not_answer() -> None:
    strict = replace(DESK.answering, domains=frozenset({"acme.example"}))
    for email, goes in (("pat@acme.example", 1), ("pat@else.example", 0)):
        log = replace(replied(rated_log()), desk=Desk(DESK.staff, strict))
        assert len(mailed(wrote(log, "Hello.", seat=Person(email, "Pat")), ANSWER)) == goes


def test_the_mails_to_staff_name_no_seat_of_the_customers() -> None:
    log = wrote(seated(asked_log()), "#help")
    assert {mail.recipient for mail in log.of(Delivery) if mail.purpose is TOLD} == {SAM}
