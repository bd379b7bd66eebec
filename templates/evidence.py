"""How is the evidence of a rating told? Each thing that happened as a plain sentence, with the rule and what it did."""

from collections.abc import Mapping
from datetime import timedelta

from reviews.clicks import Standing
from reviews.evidence import Entry, Evidence, Pattern, Told
from reviews.facts import ClientSuspected, Delivered, Hit, Settled, Signal, StaffAction, Vote
from reviews.model import DECOY, RESTORE, Mode, Status
from reviews.model import Evidence as Attested
from reviews.rules import VERSION
from templates.brands import Brand
from templates.dates import said
from templates.words import clip, one_line

AGENT_LENGTH_MAX = 60
A_MINUTE, AN_HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

KINDS = {
    "scanner": "mail filters alone",
    "security": "mail filters, and people behind them",
    "cloud": "rented machines",
}
MACHINES = {
    "method": "it asked for no page, only whether there is one",
    "prefetch": "a browser looked ahead, before anybody clicked",
    "fetch_dest": "it was loaded as a part of something else",
    "declared_agent": "the program says itself that it is no browser",
    "scanner_network": "only mail filters are at that address",
    "expired": "the question was closed",
    "before_delivery": "our mail had not gone out",
    "min_age": "nobody reads a mail so fast",
    "decoy": "nobody can see this link",
    "flood": "there were too many visits",
}
"""Why a visit got no page that can vote."""
RULES: Mapping[str, tuple[str, str]] = {
    "webdriver": ("V1", "the browser says that a program drives it"),
    "decoy button": ("V1", "a button was pressed that nobody can see"),
    "before_delivery": ("3.3", "the receiving server had not taken the mail yet"),
    "burst": ("V2, V3", "no person opens so much so fast"),
    "honeypot": ("V4", "the same client opened a link that nobody can see"),
    "sweep": ("V5", "the same client opened every face within a day and never touched anything"),
    "button_burst": ("V6", "no person presses so many faces so fast"),
    "early": ("N1", "it came soon after the mail, when mail filters look at links"),
    "network": ("N2", "it came from a network of machines"),
    "conflict": ("N3", "two clients opened two faces at about the same time"),
    "burst_neighbour": ("N4", "a machine was opening links at the same time"),
    "sweep_any": ("N5", "every face was opened within an hour"),
    "bad_token": ("N6", "the same client tried forged links"),
    "fleet": ("N7", "the same client opened the links of many reviews at once"),
    "no_agent": ("N8", "the browser says nothing of itself"),
    "platform_differs": ("N8", "what the browser says of its system contradicts itself"),
    "version_differs": ("N8", "what the browser says of its version contradicts itself"),
    "stands": ("N9", "somebody else's answer stands"),
    "early_network": ("N10", "it came soon after the mail and from a network of machines"),
    "unproven_sender": ("mail", "nothing proves that the mail is the customer's"),
    "never_confirmed": ("X", "nobody confirmed it in time"),
    "unvouched": ("H1", "its helpdesk has yet to say that there is such a ticket"),
    "no_ticket": ("H2", "its helpdesk knows no such ticket, or has not touched it for long"),
    "staff": ("S", "a member of staff said so"),
    "hold": ("C3", "nothing speaks against it so far"),
    "held": ("C3", "nothing spoke against it for a while"),
    "passive": ("C2", "somebody touched the page"),
    "explicit": ("C1", "somebody pressed or wrote"),
}
"""The rule behind each reason, in the numbers of docs/clicks.md, and what it saw."""
STATUSES = {
    Status.NONE: "nobody has rated",
    Status.PROVISIONAL: "provisional",
    Status.CONFIRMED: "counts",
    Status.VOIDED: "taken back",
}
DONE = {
    "hold": "it waits",
    "pending": "it waits for one more tap",
    "soft": "it counts",
    "hard": "it counts",
    "void": "it was taken back",
}
HOW = {
    Mode.AUTO: "the page was looked at: {}",
    Mode.BUTTON: "{} was pressed",
    Mode.FORM: "{} was pressed, without script",
    Mode.COMMENT: "words were written, with {}",
    Mode.MAIL: "a mail gave {}",
    Mode.REPLY: "a mail began with {}",
}


def sentences(found: Evidence, brand: Brand) -> list[tuple[str, str]]:
    """Each entry as its instant and its sentence."""
    return [(said(entry.at, brand.timezone), sentence(entry, brand)) for entry in found.entries]


def story(found: Evidence, brand: Brand) -> str:
    """The whole evidence as a text: the rating, then each thing that happened in a line."""
    lines = [verdict(found, brand), "", *(f"{at}  {words}" for at, words in sentences(found, brand))]
    return "\n".join(lines) + "\n"


def verdict(found: Evidence, brand: Brand) -> str:
    """The rating in a line, with its reasons and the rules' version."""
    step = found.step
    value = _face(step.value, brand) if step.value else "no rating"
    why = f": {', '.join(reason(why) for why in step.reasons)}" if step.reasons else ""
    return f"{value}, {STATUSES[step.status]}{why} (rules {VERSION})"


def sentence(entry: Entry, brand: Brand) -> str:
    """What happened, in words."""
    fact = entry.fact
    match fact:
        case Hit():
            return _visit(entry, fact, brand)
        case Vote():
            return _vote(entry, fact, brand)
        case Signal():
            return f"{entry.client}: somebody touched the page ({one_line(fact.event)})"
    return _beside(fact)


def _beside(fact: Told) -> str:
    """What was neither a visit nor a vote."""
    match fact:
        case Settled():
            return "the question was mailed"
        case Delivered():
            return "the receiving server took the mail"
        case ClientSuspected():
            return f"a client is in doubt: {RULES[fact.why][1] if fact.why in RULES else one_line(fact.why)}"
        case StaffAction():
            done = "put a vote back" if fact.action == RESTORE else "took the rating back"
            return f"{one_line(fact.who)} {done}: {one_line(fact.reason)}"
    return "the visits were erased; the rating stays what it was"


def reason(why: str) -> str:
    """One reason of a vote's state in words, with its rule."""
    rule, words = RULES.get(why, ("", one_line(why)))
    return f"{words} ({rule})" if rule else words


def _visit(entry: Entry, hit: Hit, brand: Brand) -> str:
    what = "a hidden link" if hit.link == DECOY else _face(hit.link, brand)
    told = [f"{entry.client} opened {what}{_after(entry)}{_where(hit)}"]
    if hit.machine:
        told.append(f"no page that can vote: {MACHINES.get(hit.machine, hit.machine)}")
    if hit.odd and not hit.machine:
        told.append(reason(hit.odd))
    agent = clip(one_line(hit.agent), AGENT_LENGTH_MAX)
    return "; ".join(told) + (f" [{agent}]" if agent else "")


def _vote(entry: Entry, vote: Vote, brand: Brand) -> str:
    who = f"{entry.client}: " if entry.client else ""
    told = who + HOW[vote.mode].format(_face(vote.answer, brand))
    if vote.mode is Mode.BUTTON and vote.evidence is not Attested.EXPLICIT:
        told += ", by a script"
    if entry.standing is None:
        return told
    return f"{told}; {_fares(entry.standing, entry.pattern)}"


def _fares(standing: Standing, pattern: Pattern | None) -> str:
    reasons = [reason(why) for why in standing.reasons]
    if pattern and "burst" in standing.reasons:
        reasons.insert(0, _pattern(pattern))
    return f"{DONE[standing.state]}: {', '.join(reasons)}"


def _pattern(pattern: Pattern) -> str:
    """`3 faces and a hidden link by 2 clients within 0.5 s`."""
    things = [f"{pattern.faces} face{'s' if pattern.faces != 1 else ''}"] if pattern.faces else []
    if pattern.decoys:
        things.append("a hidden link" if pattern.decoys == 1 else f"{pattern.decoys} hidden links")
    by = f" by {pattern.clients} clients" if pattern.clients > 1 else ""
    return f"{' and '.join(things)}{by} within {_long(pattern.within)}"


def _face(value: str, brand: Brand) -> str:
    known = {face.value: face.word for face in brand.faces}
    return f"“{known[value]}”" if value in known else one_line(value)


def _after(entry: Entry) -> str:
    return f" {_long(entry.after_mail)} after the mail" if entry.after_mail is not None else ""


def _where(hit: Hit) -> str:
    if not hit.prefix:
        return ""
    kind = KINDS.get(hit.network)
    return f" from {hit.prefix}, {one_line(hit.owner)} ({kind})" if kind else f" from {hit.prefix}"


def _long(time: timedelta) -> str:
    """`0.5 s`, `18 s`, `4 min`, `3 h`, `2 days`."""
    seconds = time.total_seconds()
    if time < A_MINUTE:
        return f"{seconds:.0f} s" if seconds >= 10 or seconds == int(seconds) else f"{seconds:.1f} s"
    if time < AN_HOUR:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.0f} h" if time < 2 * A_DAY else f"{time / A_DAY:.0f} days"
