"""How is what was found said? In a sentence with both sides of it, and the test that it passed."""

from reviews.findings import Finding, Kind
from reviews.scoring import Share
from templates.figures import percent

TITLES = {
    Kind.ONE_VOICE: "One voice",
    Kind.ALONE: "One voice",
    Kind.TURNED: "The tone turned",
    Kind.BREAKS: "Something broke",
    Kind.WAITS: "They wait longer",
    Kind.TRAINING: "Training might help",
    Kind.THEME: "A followed theme grows",
}
TEST = "Chance alone would show as much in {} looks"


def said(found: Finding) -> str:
    """What was found, as a sentence."""
    one, beside = _of(found.one), _of(found.beside)
    match found.kind:
        case Kind.ONE_VOICE:
            return f"{found.name}: {found.other} was happy in {one} answers, all others there in {beside}."
        case Kind.ALONE:
            return f"{found.name}: {found.one.part:g} of {found.one.of:g} answers came from {found.other} alone."
        case Kind.TURNED:
            way = "happier" if found.one.part * found.beside.of > found.beside.part * found.one.of else "less happy"
            return f"{found.name} is {way}: {one} in the last four weeks, {beside} in the twelve before."
        case Kind.BREAKS:
            return f"Tag {found.name}: {one} were unhappy in the last four weeks, {beside} in the twelve before."
        case Kind.WAITS:
            return f"Tag {found.name}: {one} named the wait in the last four weeks, {beside} in the twelve before."
        case Kind.TRAINING:
            return f"{found.name} asks about {found.other} in {one} tickets, all others in {beside}."
        case Kind.THEME:
            return f"{found.name} stands in {one} texts of the last four weeks, in {beside} of the twelve before."


def surety(found: Finding) -> str:
    """How sure that is: by a test, or a plain count."""
    if found.p is None:
        return "A plain count"
    if found.p < 1e-6:
        return TEST.format("less than one of a million")
    return TEST.format(f"one of {round(1 / max(found.p, 1e-6)):,}")


def _of(one: Share) -> str:
    return f"{one.part:g} of {one.of:g} ({percent(one.value or 0)})"
