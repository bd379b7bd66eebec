"""What does a brand say in its own words, in each language? The part of its file that is words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviews.model import SCALES, Cause
from templates.brand_file import BrandError, Table
from templates.faces import WORDS, Chip
from templates.languages import Language, spoken_in

FACE_WORD_MAX = 24  # characters under a face: three of them stand side by side on a phone
CHIP_MAX = 40  # characters on a chip
CHIPS_MAX = 6  # chips under one face: more are a form, and nobody asked for a form
QUESTION_MAX = 120  # characters of the question on the comment page

HOUSE_CHIPS = {
    "It was explained well": Cause.PERSON,
    "It was quick": Cause.WAIT,
    "It works now": Cause.FIX,
}
HOUSE_COMPLAINTS = {
    "It is not solved": Cause.FIX,
    "It took too long": Cause.WAIT,
    "How I was treated": Cause.PERSON,
    "The product itself": Cause.PRODUCT,
    "The rules or the price": Cause.POLICY,
}
PLEASED = ("very_happy", "happy")


@dataclass(frozen=True)
class Said:
    """What a brand says of every answer of a scale."""

    faces: Mapping[str, str]
    questions: Mapping[str, str]
    chips: Mapping[str, tuple[Chip, ...]]


@dataclass(frozen=True)
class Words:
    """A brand's own words in one language; what it has none for, the house says."""

    question: str = ""
    reply: str = ""
    footer: tuple[str, ...] = ()
    scale: str = ""
    """The scale that `faces` are words for."""
    faces: Mapping[str, str] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)
    chips: Mapping[str, tuple[Chip, ...]] = field(default_factory=dict)

    def on_scale(self, scale: str, language: Language) -> Said:
        """The words for a scale; those of another are not for this one: "Good" is not the same among two and five."""
        own = self.faces if self.scale == scale else {}
        house = {value: language.say(word) for value, word in WORDS[scale].items()}
        return Said(
            faces={**house, **own},
            questions={value: self.questions.get(value) or _asked(value, language) for value in SCALES[scale]},
            chips={value: self.chips.get(value) or _chips(value, language) for value in SCALES[scale]},
        )


def read_words(table: Table, *, scale: str, language: str) -> dict[str, Words]:
    """The words of a brand file by language: those at its top are its own language's, `[words.de]` has German."""
    words = {language: _words(table, scale, footer=False)}
    others = table.table("words")
    for code in others.entries:
        spoken = spoken_in(code)
        if spoken is None or spoken.code != code or code == language:
            raise others.wrong(code, code, "a language there is, other than the brand's own")
        there = others.table(code)
        words[code] = _words(there, scale, footer=True)
        there.nothing_else()
    return words


def _words(table: Table, scale: str, *, footer: bool) -> Words:
    about = table.table("about")
    questions, chips = {}, {}
    for value in SCALES[scale]:
        one = about.table(value)
        questions[value] = one.words("question", "-", limit=QUESTION_MAX) if "question" in one.entries else ""
        chips[value] = _own_chips(one)
        one.asked.update(("question", "chips"))
        one.nothing_else()
    about.nothing_else()
    return Words(
        question=table.words("question") if "question" in table.entries else _none(table, "question"),
        reply=table.words("reply") if "reply" in table.entries else _none(table, "reply"),
        footer=table.lines("footer") if footer else (),
        scale=scale,
        faces=_faces(table.table("faces"), scale),
        questions={value: words for value, words in questions.items() if words},
        chips={value: some for value, some in chips.items() if some},
    )


def _faces(table: Table, scale: str) -> dict[str, str]:
    """All of the words or none: a scale half in the brand's voice and half in ours is neither."""
    if not table.entries:
        return {}
    words = {value: table.words(value, limit=FACE_WORD_MAX) for value in SCALES[scale]}
    table.nothing_else()
    if len(set(words.values())) < len(words):
        raise BrandError(f"{table.file}: {table.path[:-1]} has the same word twice; expected one for each answer")
    return words


def _own_chips(table: Table) -> tuple[Chip, ...]:
    chips = table.table("chips")
    if len(chips.entries) > CHIPS_MAX:
        raise chips.wrong("", len(chips.entries), f"at most {CHIPS_MAX} chips")
    causes = ", ".join(Cause)
    found = []
    for word in chips.entries:
        if not word.strip() or len(word) > CHIP_MAX or not word.isprintable():
            raise chips.wrong(word, word, f"a word of 1 to {CHIP_MAX} characters")
        found.append(Chip(word, chips.text(word, lambda cause: cause in list(Cause), f"one of {causes}")))
    return tuple(found)


def _none(table: Table, key: str) -> str:
    table.asked.add(key)
    return ""


def _asked(value: str, language: Language) -> str:
    return language.say("What was good?") if value in PLEASED else language.say("What could have been better?")


def _chips(value: str, language: Language) -> tuple[Chip, ...]:
    house = HOUSE_CHIPS if value in PLEASED else HOUSE_COMPLAINTS
    return tuple(Chip(language.say(word), cause) for word, cause in house.items())
