"""What do the regular mails look like filled in, and the one that tells what came of feedback? Sample data for each."""

from dataclasses import replace

from reviews.meeting import Why
from templates.brands import Brand
from templates.contexts import MailContext, Waiting
from templates.languages import languages
from templates.regular_contexts import AgentsWeek, CameOfIt, LeadsWeek, Made, Meeting, Smile, Smiles, Subject
from templates.talking import WORDINGS

SITE = "https://care.acme.example"
COMMON = {
    "staff_name": "Sam",
    "period": "16 to 22 November 2026",
    "reviews_url": f"{SITE}/reviews",
    "notices_url": f"{SITE}/notices",
}


def regular_samples(brand: Brand) -> dict[str, MailContext]:
    """A filled-in mail of each kind, and those that leave out what may be missing."""
    agents, leads, smiles, meeting = _agents(brand), _leads(brand), _smiles(), _meeting(brand)
    outcome = CameOfIt(
        contact_name="Ada",
        staff_name="Sam",
        words="The access points on your floor were replaced, and since Monday none has dropped.\n\nThank you.",
        quoted="It still drops every hour.\nI need it for the month-end close.",
        ticket="48213",
        subject="VPN drops every hour",
        unsubscribe_url=f"{SITE}/u/stop",
    )
    return {
        "agents": agents,
        "agents-bare": replace(agents, staff_name="", said=(), waiting=(), waits=0, numbers=()),
        "leads": leads,
        "leads-bare": replace(leads, staff_name="", waiting=(), waits=0, changes=(), made=(), numbers=()),
        "smiles": smiles,
        "smiles-team": replace(smiles, team="Network", numbers=(), smiles=smiles.smiles[:1]),
        "meeting": meeting,
        "meeting-bare": replace(meeting, staff_name="", team="Network", subjects=meeting.subjects[:1], missing=()),
        "came_of": outcome,
        "came_of-trial": replace(outcome, contact_name="", subject="", quoted="", trial_for="ada@customer.example"),
    }


def _waiting(brand: Brand) -> tuple[Waiting, ...]:
    subject = "VPN drops every hour"
    return (
        Waiting(
            "Ada Lovelace", "21 November 2026, 14:05", subject, "It still drops every hour.", f"{SITE}/reviews/1",
            brand.faces[-1].value,
        ),
        Waiting("Bo", "20 November 2026, 09:12", "", "", f"{SITE}/reviews/2"),
    )  # fmt: skip


def _said(brand: Brand) -> Waiting:
    words = "Sam set it up while I had lunch."
    at_text, url = "22 November 2026, 07:50", f"{SITE}/reviews/3"
    return Waiting("Grace", at_text, "New laptop", words, url, brand.faces[0].value)


def _numbers(brand: Brand) -> tuple[str, ...]:
    say = languages()[brand.language].say
    happy = "{part} of {of} answers were happy: {percent}, as surely as 95 of 100 between {low} and {high}."
    before = "Before that it was {percent} of {of} answers: no difference is shown."
    return (
        say(happy, part=46, of=52, percent="88%", low="77%", high="95%"),
        say(before, percent="90%", of=49),
        say("{part} of {of} who were asked have answered.", part=52, of=180),
    )


def _agents(brand: Brand) -> AgentsWeek:
    return AgentsWeek(**COMMON, numbers=_numbers(brand), said=(_said(brand),), waiting=_waiting(brand), waits=12)


def _leads(brand: Brand) -> LeadsWeek:
    language = languages()[brand.language]
    number = "Reviews: {number}"
    fewer = "{name}: fewer are happy, {percent} of {of} answers, before {before}."
    return LeadsWeek(
        **COMMON,
        numbers=_numbers(brand),
        waiting=_waiting(brand),
        waits=2,
        changes=(
            language.say(fewer, name=language.say("Team {name}", name="Network"), percent="70%", of=40, before="93%"),
            language.say("New in what they write: {words} ({number}).", words="access point", number=7),
        ),
        made=(
            Made("Roaming between floors", f"{SITE}/tracker/77", language.say(number, number=7), ""),
            Made("Price list", f"{SITE}/tracker/78", language.say(number, number=1), "It is out."),
        ),
    )


def _smiles() -> Smiles:
    return Smiles(
        **COMMON,
        numbers=(),
        smiles=(
            Smile("Sam set it up while I had lunch.", "Grace, Customer Ltd", "Sam", True, f"{SITE}/reviews/3"),
            Smile("Quick, and kind.\nThank you!", "Bo", "", False, f"{SITE}/reviews/4"),
        ),
    )


def _meeting(brand: Brand) -> Meeting:
    say = languages()[brand.language].say
    told = {"number": 3, "day": "20 November 2026", "of": 24, "percent": "96%"}
    waits = _waiting(brand)[0]
    return Meeting(
        **COMMON,
        numbers=(),
        subjects=tuple(
            Subject(
                title=say(WORDINGS[why].title),
                why=say(WORDINGS[why].why, **told),
                one=_said(brand) if why is Why.GREAT else waits,
                agent="Sam" if why is Why.GREAT else "",
                questions=tuple(map(say, WORDINGS[why].questions)),
            )
            for why in Why
            if why is not Why.SURPRISING
        ),
        missing=(say(WORDINGS[Why.SURPRISING].missing),),
    )
