"""What do we ask one another about a review? For each rule by which one is chosen: what it is called, why it is here,
and two questions that ask about the work and blame nobody."""

from typing import NamedTuple

from reviews.meeting import Talk, Why
from templates.brands import Brand
from templates.dates import date_said
from templates.languages import languages
from templates.telling import percent


class Wording(NamedTuple):
    """A title, the reason with its places, and the questions."""

    title: str
    why: str
    questions: tuple[str, str]
    missing: str


WORDINGS = {
    Why.GREAT: Wording(
        "A great one",
        "The best answer there is, with the most to say.",
        ("What did we do here that made the difference?", "What of it can all of us do?"),
        "A great one: nobody who gave the best answer wrote anything.",
    ),
    Why.RECOVERED: Wording(
        "One that turned round",
        "They were unhappy, and became happy after answers from us: {number}.",
        ("What turned it?", "What would have kept it from going wrong?"),
        "One that turned round: nobody who was unhappy became happy.",
    ),
    Why.UNANSWERED: Wording(
        "One that waits",
        "They have waited for an answer since {day}.",
        ("Who answers today, and what?", "Why has nobody answered yet?"),
        "One that waits: nobody waits for an answer.",
    ),
    Why.PRODUCT: Wording(
        "One about the product",
        "It was about the product, not about who did the work.",
        ("How many others meet the same?", "Who can change it, and do they know?"),
        "One about the product: nobody wrote about it.",
    ),
    Why.SURPRISING: Wording(
        "A surprising one",
        "Of {of} earlier answers from this company {percent} were happy. This one was not to be expected.",
        ("What was different this time?", "Is it once, or does something begin here?"),
        "A surprising one: everybody answered as they usually do.",
    ),
}
UNAIDED = "They were unhappy, and became happy without an answer from us."
SENTENCES = (
    *(sentence for one in WORDINGS.values() for sentence in (one.title, one.why, *one.questions, one.missing)),
    UNAIDED,
)
"""All that is said here, for translators."""


def reason(talk: Talk, brand: Brand) -> str:
    """By which rule a review was chosen, with the figure that decided."""
    places: dict[str, object] = {"number": talk.answers}
    if talk.since:
        places["day"] = date_said(talk.since, brand.timezone, brand.language)
    if talk.usual:
        places |= {"of": talk.usual.of, "percent": percent(talk.usual.value or 0, brand.language)}
    unaided = talk.why is Why.RECOVERED and not talk.answers
    return languages()[brand.language].say(UNAIDED if unaided else WORDINGS[talk.why].why, **places)
