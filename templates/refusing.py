"""Why nothing was done or sent: how is a phrase, kept in English, said in the language of whoever reads it?"""

import re
from functools import cache

from reviews.refused import PHRASES
from reviews.storms import TOO_MANY
from reviews.trust import NOT_PROVEN, OTHER_ADDRESS, WHY_HELD
from templates.languages import PLACE, Language

REFUSALS = (OTHER_ADDRESS, NOT_PROVEN, *WHY_HELD.values(), TOO_MANY, *PHRASES)
"""Every phrase there is, its values in places."""


def refusal(phrase: str, language: Language) -> str:
    """The phrase in that language; as it is where it is none of ours, as of a release to come."""
    for known, pattern in _patterns():
        if found := pattern.fullmatch(phrase):
            return language.say(known, **found.groupdict())
    return phrase


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((known, _pattern(known)) for known in sorted(REFUSALS, key=lambda known: bool(PLACE.search(known))))


def _pattern(known: str) -> re.Pattern[str]:
    """What a phrase looks like with something in its place, of which it has one at most."""
    pieces = PLACE.split(known)
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [f"(?P<{name}>.*)" for name in pieces[1::2]]
    return re.compile("".join(pieces), re.DOTALL)
