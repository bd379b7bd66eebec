"""Which mails are sent to the door in? Ours, written here: an answer of usual size, and one as large as is taken."""

import random

QUOTED = "\r\n".join(f"> line {number} of the mail that is answered, as programs quote it" for number in range(50))
LINE = 76


def answer(words: str, *, number: int, to: str = "r@reply.acme.example", size_bytes: int = 0) -> bytes:
    """A customer's answer, by default 4 KB; longer by random lines where `size_bytes` says so."""
    chance = random.Random(number)
    head = (
        f"From: Ada Lovelace <ada{number}@customer.example>\r\nTo: <{to}>\r\nSubject: Re: VPN drops every hour\r\n"
        f"Message-ID: <{chance.randbytes(12).hex()}@customer.example>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    body = f"{words}\r\n\r\nOn Saturday Acme wrote:\r\n{QUOTED}\r\n"
    rest = max(0, size_bytes - len(head) - len(body))
    filling = chance.randbytes(rest // 2).hex()
    lines = (filling[at : at + LINE] for at in range(0, len(filling), LINE))
    return (head + body + "".join(f"{line}\r\n" for line in lines)).encode()
