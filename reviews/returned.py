"""Which of our mails came back or are late, and why, in words for people?"""

from reviews.bounces import in_words
from reviews.facts import Bounce
from reviews.log import Log


def came_back(log: Log) -> dict[str, Bounce]:
    """The bounces that were for good, by the id of the delivery that came back."""
    return {bounce.delivery: bounce for bounce in log.of(Bounce) if bounce.permanent}


def returned(log: Log) -> dict[str, Bounce]:
    """What is to be told of each delivery that came back or is late: the bounce for good, else the latest."""
    return {bounce.delivery: bounce for bounce in log.of(Bounce)} | came_back(log)


def why_returned(bounce: Bounce) -> str:
    """For good or for now, what that means, and the server's own words."""
    told = in_words(permanent=bounce.permanent, status=bounce.status, reason=bounce.reason)
    return f"{told}; {bounce.reason}" if bounce.reason else told
