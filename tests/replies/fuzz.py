"""Can any mail at all make the reading fail, hang or grow? `make fuzz ARGS='--seconds 3600 --seed 7'`.

Mails of our corpus, of machines and of nobody are cut, spliced, repeated and sprinkled with what parsers stumble over,
by chance that a seed repeats. Each is read as a door would; what breaks a promise is written to build/fuzz/ and named
by its seed, which then becomes a test (`test_fuzz.py`).
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count, islice
from pathlib import Path

from inbound.explain import explain
from reviews.bounces import read_bounce
from reviews.classify import classify
from reviews.mail import read_mail
from reviews.reading import read_reply
from tests import guessing
from tests.replies.clients import CLIENTS
from tests.replies.corpus import cases
from tests.replies.machines import AUTOMATIC, RETURNED

BROKEN = Path("build/fuzz")
OF_EACH_CLIENT = 6  # mails of the corpus
MAIL_BYTES_MAX = 1_000_000  # what is promised is promised for this
SECONDS_MAX = 0.2
TRIES = 3  # a processor that is shared makes one reading slow, not three
HANGING_FACTOR = 5  # of SECONDS_MAX, where other work runs on the machine as well: what is seen is what hangs
GROWTH_MB_MAX = 96  # after the warm-up: what a leak of 1 kB a mail makes of 100,000
WARM_UP = 2_000
ORIGINAL = "How did we do?\nJust answer this mail, a person reads it.\nGreat\nNot good"

# What parsers stumble over: of MIME, of pages, of quotations and of letters.
PIECES = (
    *(
        b"\r\n\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\x1b$B",
        b"\x1b(B",
        b"=\r\n",
        b"=C3=",
        b"%E2%84",
    ),
    *(
        b"--cut",
        b"--cut--",
        b"Content-Type: multipart/mixed; boundary=cut\n\n",
        b"Content-Type: text/html; charset=gbk\n\n",
    ),
    *(
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: message/rfc822\n\n",
        b"=?utf-8?q?a?= ",
        b"=?x?b?/?=",
        b'";";"',
    ),
    *(
        b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\x01\x00",
        b"Content-Type: application/pkcs7-mime\n\n0\x80\x06\x09",
    ),
    *(
        b"<div>" * 50,
        b"<blockquote>",
        b"</blockquote>",
        b"<table><tr><td>",
        b"<!--",
        b"<a ",
        b"<p>",
        b"&nbsp;",
        b"<pre>\n",
    ),
    *(
        b'<div class="gmail_quote">',
        b'<div id="x_divRplyFwdMsg">',
        b'<div class="m_1afterword-original">',
        b"<br>" * 40,
    ),
    *(
        b"\n> ",
        b"\n>> > ",
        b"\n-- \n",
        b"\n________________________________\n",
        b"\nOn 5 May 2020 at 10:00, a@b.example wrote:\n",
    ),
    *(
        b"\nFrom: a@b.example\nSent: 5 May 2020 10:00\nTo: c\nSubject: d\n",
        b"\n-----Original Message-----\n",
        b"\nwrote:\n",
    ),
    *(
        b"\n## Reply above this line / 7f3a ##\n",
        b"\nSent from my iPhone\n",
        b"\nRegards,\nAda\n",
        b"\nThis e-mail is confidential\n",
    ),
    *(
        "\n写道：\n".encode(),
        "\u202e\u200b\xa0".encode(),
        "כתב:\n".encode(),
        b"\nHow did we do?\n",
        b"550 5.1.1 ",
        b"until 30 November",
    ),
)


@dataclass(frozen=True)
class Broken:
    """A promise that a mail broke."""

    seed: str
    raw: bytes
    why: str


@cache
def beginnings() -> tuple[bytes, ...]:
    """The mails that are changed."""
    corpus = tuple(case.raw for client in CLIENTS for case in islice(cases(client), OF_EACH_CLIENT))
    return (
        *corpus,
        *(answer.raw for answer in AUTOMATIC),
        *(bounce.raw for bounce in RETURNED),
        b"",
        b"Subject: x\n\n",
    )


def mail_of(seed: str) -> bytes:
    """The mail that this seed makes."""
    chance = random.Random(seed)
    raw = bytearray(chance.choice(beginnings()))
    for _ in range(chance.choice((1, 2, 4, 8, 32))):
        chance.choice((_sprinkle, _repeat, _cut, _splice, _flip, _shuffle))(raw, chance)
        del raw[MAIL_BYTES_MAX:]
    return bytes(raw)


def checked(seed: str, *, factor: float = HANGING_FACTOR) -> Broken | None:
    """The promise that the mail of this seed breaks, None where it keeps all."""
    raw = mail_of(seed)
    try:
        taken = _seconds(raw, enough=SECONDS_MAX * factor)
        why = f"it took {taken:.2f} s for {len(raw)} bytes" if taken > SECONDS_MAX * factor else _broken(raw)
    except Exception as error:  # noqa: BLE001 - whatever it raises is what is looked for
        why = f"{type(error).__name__}: {error}"
    return Broken(seed, raw, why) if why else None


def _seconds(raw: bytes, *, enough: float) -> float:
    """What one reading of the mail takes at best, in processor time of this thread; once is enough if that is less."""
    best = float("inf")
    for _ in range(TRIES):
        begun = time.thread_time()
        mail = read_mail(raw)
        classify(mail)
        read_reply(mail, original=ORIGINAL)
        best = min(best, time.thread_time() - begun)
        if best <= enough:
            break
    return best


def _broken(raw: bytes) -> str:
    """Reads it as a door does; "" where every promise is kept."""
    mail = read_mail(raw)
    reply = read_reply(mail, original=ORIGINAL)
    bare = read_reply(mail)
    texts = [reply.said, reply.trimmed, mail.subject, mail.text, classify(mail).reason, read_bounce(mail).words]
    if any("\0" in text for text in texts) or any(
        0xD800 <= ord(char) <= 0xDFFF for text in texts for char in text[:20_000]
    ):
        return "a text that no database takes"
    if bare.segments and not bare.said.strip():
        return "words are there, and none is shown"
    if explain(raw, original=ORIGINAL)["reply"] != reply.said:
        return "read twice, it says something else"
    return ""


def _sprinkle(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw) + 1)
    raw[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 1, 3, 50))


def _repeat(raw: bytearray, chance: random.Random) -> None:
    begin = chance.randrange(len(raw) + 1)
    piece = raw[begin : begin + chance.choice((1, 10, 100, 1_000))]
    raw[begin:begin] = piece * chance.choice((2, 10, 200))


def _cut(raw: bytearray, chance: random.Random) -> None:
    begin = chance.randrange(len(raw) + 1)
    del raw[begin : begin + chance.choice((1, 10, 100, 1_000, 10_000))]


def _splice(raw: bytearray, chance: random.Random) -> None:
    other = chance.choice(beginnings())
    begin = chance.randrange(len(other) + 1)
    at = chance.randrange(len(raw) + 1)
    raw[at : at + chance.choice((0, 0, 500))] = other[begin : begin + chance.choice((50, 500, 5_000))]


def _flip(raw: bytearray, chance: random.Random) -> None:
    for _ in range(min(len(raw), chance.choice((1, 5, 50)))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)


def _shuffle(raw: bytearray, chance: random.Random) -> None:
    lines = bytes(raw).split(b"\n")
    begin = chance.randrange(len(lines))
    some = lines[begin : begin + 12]
    chance.shuffle(some)
    lines[begin : begin + 12] = some
    raw[:] = chance.choice((b"\n", b"\r\n", b"\n", b"\r")).join(lines)


def seeds(seed: int) -> Iterator[str]:
    return (f"{seed}-{number}" for number in count())


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Reads mails made by chance, until the time is over or one breaks a promise."
    )
    parser.add_argument("--seconds", type=float, default=60, help="how long; an hour is 3600")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same mails")
    parser.add_argument("--only", default="", help="the one mail of this seed, as it was told when it broke a promise")
    parser.add_argument("--mails", type=int, default=0, help="so many, through the real door and its reader")
    parser.add_argument("--sessions", type=int, default=0, help="so many sessions of nonsense at the real door")
    parser.add_argument("--guesses", type=int, default=0, help="so many guesses at addresses and at links")
    options = parser.parse_args()
    if options.guesses:
        guessing.run(options.seed, options.guesses)
    if options.mails or options.sessions:
        from tests import fuzz_door  # it imports this module

        fuzz_door.run(options.seed, mails=options.mails, sessions=options.sessions)
    if options.only:
        again = checked(options.only)
        sys.exit(again.why if again else 0)
    begun, read, grown, found = time.monotonic(), 0, 0, 0
    for read, seed in enumerate(seeds(options.seed), 1):
        broken = checked(seed)
        if broken:
            found += 1
            _keep(broken)
        if read == WARM_UP:
            grown = _memory_mb()
        if time.monotonic() - begun > options.seconds:
            break
    growth = _memory_mb() - grown if read > WARM_UP else 0
    print(f"{read} mails in {time.monotonic() - begun:.0f} s, {found} broke a promise, memory grew by {growth} MB")
    sys.exit(1 if found or growth > GROWTH_MB_MAX else 0)


def _keep(broken: Broken) -> None:
    BROKEN.mkdir(parents=True, exist_ok=True)
    (BROKEN / f"{broken.seed}.eml").write_bytes(broken.raw)
    print(f"{broken.seed}: {broken.why[:200]}", flush=True)


def _memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
