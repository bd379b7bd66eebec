"""What is done in the helpdesk on which news? `replied=note`, `unhappy=reopen,note`, `rated=tag:csat-{value}`.

Before `=` stands a kind of news without its `review.`, or a rating, which holds for news of that rating; behind it what
is done, with commas between.
"""

from collections.abc import Iterable, Sequence

from calling.helpdesks import ACTIONS, STATUS, TAG, Helpdesk
from reviews.model import ANSWERS
from reviews.news import NewsKind

KIND_PREFIX = "review."
USUAL = "replied=note answered=note commented=note unhappy=reopen,note very_unhappy=reopen,note"
"""Every customer's words and every answer of staff as a note; who was not happy opens the ticket again."""
NOTHING = "nothing"
"""Nothing is ever written: the helpdesk is only asked, about tickets that a link named."""
WITH_WORD = (TAG, STATUS)
Done = tuple[str, str]
"""An action, and its word or ''."""


class WrongRule(ValueError):
    """A rule that can never work; the message says why."""


def checked(rules: Iterable[str], helpdesk: Helpdesk) -> str:
    """The rules as they are kept. WrongRule for one that this helpdesk cannot follow."""
    told = list(rules)
    if told == [NOTHING]:
        return NOTHING
    for rule in told:
        for action, word in _actions(rule):
            if action not in ACTIONS or (action in WITH_WORD) != bool(word):
                raise WrongRule(f"{rule!r}: there is no {action}; there are note, reopen, tag:WORD and status:WORD")
            if not helpdesk.can(action):
                raise WrongRule(f"{rule!r}: {helpdesk.title} has no way to {action}")
        when = rule.partition("=")[0]
        if when not in ANSWERS and f"{KIND_PREFIX}{when}" not in list(NewsKind):
            raise WrongRule(f"{rule!r}: there is no {when}; there are the kinds of news and the ratings")
    return " ".join(told) or USUAL


def done_on(rules: str, kind: str, value: str | None) -> Sequence[Done]:
    """What is done on that news, in the order it is done; each once."""
    rated = kind in (NewsKind.RATED, NewsKind.CHANGED)
    when = {kind.removeprefix(KIND_PREFIX), *((value,) if rated and value else ())}
    told = [done for rule in rules.split() if rule.partition("=")[0] in when for done in _actions(rule)]
    filled = dict.fromkeys((action, word.replace("{value}", value or "none")) for action, word in told)
    return sorted(filled, key=lambda done: ACTIONS.index(done[0]))


def _actions(rule: str) -> list[Done]:
    words = (one.partition(":") for one in rule.partition("=")[2].split(","))
    return [(action, word) for action, _, word in words]
