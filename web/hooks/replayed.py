"""A mapping was mended: which of the webhooks that could not be read can be read now?"""

from dataclasses import dataclass
from functools import partial

from store import DeadLetter, dead_letters
from web.door import Door
from web.hooks.received import recorded
from web.hooks.understood import NotUnderstood, Sent, understood

GONE = "its source is gone"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one letter: read and taken away, or kept with the reason."""

    id: str
    reason: str = ""


async def replay(door: Door, letter: DeadLetter) -> Replayed:
    """Read a letter again, as its source's mapping stands now. What it tells is recorded once, however often it is
    read; it is taken away after that, so that a crash between the two leaves it to be read again."""
    at = door.clock()
    source = await door.store.source(letter.source)
    if source is None:
        return Replayed(letter.id, GONE)
    sent = Sent(letter.body, letter.headers, letter.at)
    try:
        meaning = understood(source, sent, brands=door.brands, rules=door.rules)
    except NotUnderstood as error:
        await door.store.write(partial(dead_letters.set_reason, id=letter.id, reason=str(error), at=at))
        return Replayed(letter.id, str(error))
    await recorded(door, source, meaning, sent)
    await door.store.write(partial(dead_letters.drop, id=letter.id))
    return Replayed(letter.id)
