"""Does a mail of the customer's leave nothing to answer, because it is only what we asked them to write: a wish about
being asked, a rating that calls for no answer, or a yes or no to a question of ours?"""

from reviews.deeds import Consented
from reviews.facts import Fact, Message, Vote
from reviews.log import Log
from reviews.model import By, Mode
from reviews.speakers import from_another
from reviews.wishes import Wish, read_wish

LINE_LENGTH_MAX = 80
"""Of a line that our mail wrote for them: a sentence and a word of the brand's."""


def is_bare(log: Log, fact: Fact) -> bool:
    """Whether this fact is such a mail. Whatever says a word more is for a person."""
    if not isinstance(fact, Message) or fact.by is not By.CUSTOMER or fact.attachments:
        return False
    return wish_in(log, fact) is not None or _only_rates(log, fact) or _only_consents(log, fact)


def wish_in(log: Log, message: Message) -> Wish | None:
    """The wish that a mail is and nothing else. It has to come from the address that was asked: to whom the question
    was forwarded can answer it, not choose for somebody else."""
    if from_another(log, message.by, message.sender):
        return None
    return read_wish(message.text, subject=message.subject, name=log.review.contact.name)


def _only_rates(log: Log, message: Message) -> bool:
    """Whether it gives a rating that calls for no answer, and says nothing below its first paragraph, which `stated`
    has found to be the rating alone, or which our mail wrote for them."""
    vote = next((vote for vote in log.of(Vote) if vote.hit == message.id), None)
    if vote is None or vote.answer in log.desk.answering.faces:
        return False
    lines = [line.strip() for line in message.text.strip().splitlines()]
    return "" not in lines and (vote.mode is not Mode.MAIL or _as_we_wrote_it(message, lines))


def _as_we_wrote_it(message: Message, lines: list[str]) -> bool:
    """Whether a mail that a link of ours began was sent as it was: `My answer: Great` under `Great (48213)`."""
    if len(lines) > 1 or len(message.text) > LINE_LENGTH_MAX:
        return False
    word = message.subject.rpartition(" (")[0].strip()
    return not lines or not lines[0] or (bool(word) and lines[0].endswith((f": {word}", f":\u00a0{word}")))


def _only_consents(log: Log, message: Message) -> bool:
    return any(said.by_mail and said.at == message.at for said in log.of(Consented))
