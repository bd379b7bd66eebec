"""How does a brand answer? The table `[answering]` of its file, checked."""

from datetime import timedelta

from reviews.answering import Answering, Credit, Figures, Tell
from reviews.model import ANSWERS
from templates.asking import read_hours
from templates.brand_file import Table

HOURS_MAX = 30 * 24
WORDS_MAX = 200
RULES_MAX = 100


def read_answering(table: Table, *, timezone: str) -> Answering:
    """How the brand answers; `BrandError` says what is wrong and what was expected. `timezone` is the brand's own."""
    usual = Answering()
    answering = Answering(
        within=_hours(table, "within_hours", usual.within),
        escalate_after=_hours(table, "escalate_after_hours", usual.escalate_after),
        hours=read_hours(table),
        timezone=timezone,
        faces=_faces(table, usual.faces),
        words=_words(table),
        replies=table.yes_or_no("replies", default=usual.replies),
        telling=_telling(table, usual.telling),
        figures=_figures(table, usual.figures),
        credit=_credit(table, usual.credit),
        domains=frozenset(name.lower() for name in table.names("domains", most=RULES_MAX)),
    )
    table.nothing_else()
    return answering


def _hours(table: Table, key: str, usual: timedelta) -> timedelta:
    return timedelta(hours=table.number(key, low=1, high=HOURS_MAX, default=usual // timedelta(hours=1)))


def _faces(table: Table, usual: frozenset[str]) -> frozenset[str]:
    faces = table.names("faces", most=len(ANSWERS))
    wrong = [face for face in faces if face not in ANSWERS]
    if wrong:
        raise table.wrong("faces", wrong[0], f"faces out of {', '.join(ANSWERS)}")
    return frozenset(faces) if "faces" in table.entries else usual


def _words(table: Table) -> tuple[str, ...]:
    return tuple(word.casefold() for word in table.names("words", most=WORDS_MAX))


def _figures(table: Table, usual: Figures) -> Figures:
    said = table.text("figures", lambda value: value in set(Figures), f"one of {', '.join(Figures)}", str(usual))
    return Figures(said)


def _credit(table: Table, usual: Credit) -> Credit:
    return Credit(table.text("credit", lambda value: value in set(Credit), f"one of {', '.join(Credit)}", str(usual)))


def _telling(table: Table, usual: tuple[Tell, ...]) -> tuple[Tell, ...]:
    """The brand's rules, before the usual ones: the first that fits speaks."""
    return (*(_tell(one) for one in table.tables("tell", most=RULES_MAX)), *usual)


def _tell(table: Table) -> Tell:
    tell = Tell(
        to=tuple(name.lower() for name in table.names("to", most=RULES_MAX)),
        faces=_faces(table, frozenset()),
        team=table.text("team", str.isprintable, "the name of a team", "").casefold(),
        company=table.text("company", str.isprintable, "the name of a company", "").casefold(),
        words=_words(table),
        daily=table.yes_or_no("daily", default=False),
    )
    table.nothing_else()
    return tell
