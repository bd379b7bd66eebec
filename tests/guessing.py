"""Is any of a million guesses at an address or a link right? `make fuzz ARGS='--guesses 1000000'`.

Half are made of nothing, half of a true one with some letters changed, as who has a leaked one would try. There are no
more of them at the door: a caller hears of ten wrong ones an hour, and of each further one later.
"""

import sys
import time
from random import Random

from reviews.model import text_id
from reviews.tokens import LINKS, PREFIXES, Keys

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
LINK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOKEN_CHARS = 52
LINK_CHARS = 43


def right_guesses(seed: int, guesses: int) -> list[str]:
    """Those of so many addresses and so many links that were taken for something they are not."""
    chance = Random(seed)
    keys = Keys([f"{chance.getrandbits(256):064x}"])
    review, other = (text_id(chance.randbytes(16)) for _ in range(2))
    right: list[str] = []
    for number in range(guesses):
        prefix, purpose = PREFIXES[number % len(PREFIXES)], LINKS[number % len(LINKS)]
        true = keys.local_part(prefix, review), keys.link(purpose, other, number % 8)
        address = _changed(true[0], 3, LETTERS, chance) if number % 2 else f"{prefix}+g{_made(chance)}"
        said = true[1].partition(".")[0]
        link = _changed(true[1], 0, LINK_LETTERS, chance) if number % 2 else f"{said}.{_mac(chance)}"
        found = keys.read_local_part(address)
        if found and (address[:-1] != true[0][:-1] or found.id != review):  # of the last letter four bits are spare
            right.append(address)
        told = keys.read_link(purpose, link)
        if told is not None and (link[:-1] != true[1][:-1] or told != [other, number % 8]):  # and two of a link's
            right.append(link)
    return right


def _changed(token: str, begin: int, letters: str, chance: Random) -> str:
    """The token with one to three letters changed, somewhere after its beginning."""
    changed = list(token)
    for _ in range(chance.randrange(1, 4)):
        changed[chance.randrange(begin, len(changed))] = chance.choice(letters)
    return "".join(changed)


def _made(chance: Random) -> str:
    return "".join(chance.choices(LETTERS, k=TOKEN_CHARS))


def _mac(chance: Random) -> str:
    return "".join(chance.choices(LINK_LETTERS, k=LINK_CHARS))


def run(seed: int, guesses: int) -> None:
    """Say how many were right; exit code 1 when one was."""
    begun = time.monotonic()
    right = right_guesses(seed, guesses)
    print(f"{guesses} addresses and {guesses} links in {time.monotonic() - begun:.0f} s: {len(right)} right")
    print(*right[:20], sep="\n")
    sys.exit(1 if right else 0)
