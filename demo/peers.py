"""What would other rules make of the same requests? The two that are usual, told from the log of ours.

`last click wins`: whatever link was opened last is the rating. `confirm button`: a link opens a page, and what is
pressed there last is the rating; who presses nothing has not rated.
"""

from reviews.facts import Hit, Vote
from reviews.log import Log
from reviews.model import ANSWERS, Mode
from reviews.visits import METHOD

PRESSED = (Mode.BUTTON, Mode.FORM, Mode.COMMENT)


def last_click_wins(log: Log) -> str | None:
    """The face whose link was opened last; a request that asks for no page opens nothing."""
    opened = [hit.link for hit in log.of(Hit) if hit.link in ANSWERS and hit.machine != METHOD]
    return opened[-1] if opened else None


def confirm_button(log: Log) -> str | None:
    """The face that was pressed last."""
    pressed = [vote.answer for vote in log.of(Vote) if vote.answer in ANSWERS and vote.mode in PRESSED]
    return pressed[-1] if pressed else None
