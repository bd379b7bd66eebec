"""How are figures said? Shares in percent with their interval, and what each rests on, wherever it is told."""

from datetime import timedelta

from reviews.comparing import Difference, Verdict
from reviews.counting import Measure
from reviews.scoring import RANK_MIN, Figures, Score, Share
from reviews.trends import Change
from reviews.wordings import Reworded

NOTHING = "no answers yet"
UNASKED_WORDS = {
    Measure.WAITING: "waiting",
    Measure.NEVER: "never to be asked",
    Measure.OLD: "closed too long ago",
    Measure.UNSUBSCRIBED: "unsubscribed",
    Measure.BOUNCED: "mail came back",
    Measure.SKIPPED: "kept back by a rule or a wish",
    Measure.REFUSED: "refused by the relay",
}


def percent(value: float) -> str:
    """A share in percent: 92.3 %."""
    return f"{100 * value:.1f} %"


def interval(share: Share) -> str:
    """Where the share is, as surely as 95 of 100: 88.1-95.1 %."""
    return f"{100 * share.low:.1f}\u2013{100 * share.high:.1f} %"


def told(share: Share) -> str:
    """A share with its interval and what it is of, or that there is nothing."""
    if share.value is None:
        return NOTHING
    return f"{percent(share.value)} ({interval(share)}), {share.part} of {share.of}"


def rows(figures: Figures) -> list[tuple[str, str]]:
    """Every figure of a name, with what it rests on: what is one press away on a page, and what the command tells."""
    raw = figures.raw
    return [
        ("Happy", told(raw.happy)),
        ("Adjusted", f"{told(figures.adjusted.happy)}; {_left_out(figures)}"),
        ("Answers", ", ".join(f"{answer.replace('_', ' ')} {number}" for answer, number in raw.ratings)),
        *([("Mean", _mean(raw))] if len(raw.ratings) > 3 and raw.mean is not None else []),
        ("Rests on", f"{raw.hard} hard, {raw.soft} soft; beside them {_beside(figures)}"),
        ("Response", response(figures)),
        (
            "Had all answered",
            f"between {percent(figures.low)} and {percent(figures.high)}: {figures.silent} said nothing",
        ),
        ("Answered", _of(figures.answered, "who said something, by a person", nobody="nobody has said anything yet")),
        ("First answer", f"half of them {half_answered(figures)}" if any(figures.first_answers) else NOTHING),
        ("Recovered", _of(figures.recovered, "who were unhappy once and are happy now", nobody="nobody was unhappy")),
        ("Closed", _closed(figures)),
        ("Excluded", _of(figures.exclusion, "of the answers that count", nobody=NOTHING)),
        ("Not asked", _of(figures.skipped, "of those that do not wait", nobody="nothing was closed")),
    ]


def response(figures: Figures) -> str:
    """How many of those who were asked have answered."""
    return _of(figures.response, "who were asked", nobody="nobody was asked in a mail of ours")


def half_answered(figures: Figures) -> str:
    """Where the median of the time to the first answer is, '' without one: after 2 to 4 hours."""
    found = figures.half_answered
    if found is None:
        return ""
    low, high = found
    return (
        f"after more than {_span(low)}"
        if high is None
        else f"within {_span(high)}" + (f", not {_span(low)}" if low else "")
    )


def verdict(difference: Difference) -> str:
    """What a comparison shows, in words."""
    if difference.verdict is Verdict.TOO_FEW:
        return f"fewer than {RANK_MIN} answers: not compared"
    if difference.verdict is Verdict.NONE:
        return str(difference.verdict)
    return f"{difference.verdict} than the rest, by {_points(difference)} points"


def changed(change: Change) -> str:
    """Since when a share is otherwise, and what it was and is."""
    way = "rose" if change.up else "fell"
    before, after = (percent(one.value or 0) for one in (change.before, change.after))
    return f"Since {change.at} it {way}: from {before} of {change.before.of:g} to {after} of {change.after.of:g}."


CHANGED = "changed"
"""Stands above a mark where the figures show a change; above one where the asking changed, one of the next two."""


def mark(change: Reworded) -> str:
    """The word above a mark where the asking changed."""
    return "scale" if change.rescaled else "words"


def asked_otherwise(change: Reworded) -> str:
    """Since when a brand asks otherwise, and how before."""
    since, before, after = change.at.date(), change.before, change.after
    if change.rescaled:
        return f"Since {since} {after.brand} asks on {after.scale}, before on {before.scale}: these are not added up."
    spoken = f" ({after.language})" if after.language else ""
    now, then = f"\u201c{after.words}\u201d", f"\u201c{before.words}\u201d"
    return f"Since {since} {after.brand} asks in other words{spoken}: {now}, before {then}."


def _of(share: Share, whom: str, *, nobody: str) -> str:
    return f"{told(share)} {whom}" if share.of else nobody


def _span(time: timedelta) -> str:
    """A length of time that is whole minutes, hours or days."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number, rest = divmod(int(time.total_seconds()), seconds)
        if number and not rest:
            return f"{number} {unit}" + ("s" if number > 1 else "")
    return "no time"


def _points(difference: Difference) -> str:
    near, far = sorted((abs(difference.low), abs(difference.high)))
    return f"{100 * near:.0f} to {100 * far:.0f}"


def _left_out(figures: Figures) -> str:
    parts = [f"{figures.excluded} excluded"]
    if figures.not_theirs:
        parts.append(f"{figures.not_theirs} about neither the person nor the fix")
    return ", ".join(parts)


def _mean(score: Score) -> str:
    return f"{score.mean:.2f} of {len(score.ratings)}"


def _beside(figures: Figures) -> str:
    imported = f"; {figures.imported} imported from elsewhere" if figures.imported else ""
    return f"{figures.provisional} provisional, {figures.voided} voided{imported}"


def _closed(figures: Figures) -> str:
    parts = [f"{figures.asked} asked", *([f"{figures.embedded} asked by the helpdesk"] if figures.embedded else [])]
    parts += [f"{number} {UNASKED_WORDS[measure]}" for measure, number in figures.unasked if number]
    return f"{figures.closed} = {' + '.join(parts)}"
