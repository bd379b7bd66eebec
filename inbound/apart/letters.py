"""What is read of a mail's bytes? Everything that parses them, in two looks: before and after the DNS was asked.

Both are plain functions of bytes: whoever can be put down at any moment (`child.py`) calls them as they are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from inbound.trust.judging import Claimed, claimed
from inbound.trust.seals import Sealed, check_seals
from inbound.trust.signatures import Signature, check_signatures
from reviews.addresses import domain_of
from reviews.attachments import examined
from reviews.bounces import Bounce, read_bounce
from reviews.classify import Kind, Verdict, classify
from reviews.copies import PREFIX
from reviews.mail import Mail, read_mail
from reviews.model import Attachment
from reviews.reading import read_reply

TEXT_LENGTH_MAX = 100_000
"""Characters kept of the words, and of the rest: a long chapter. The whole mail is kept as it came, and every event of
a review reads all of its messages."""
HEADER_CHARS_MAX = 300
COPIED_MAX = 20
"""Of whom a mail went to beside us: more is a list."""
CUT = "it is long: only its beginning is shown, the whole mail is kept"


@dataclass(frozen=True, slots=True)
class Look:
    """The first look: whose mail it may be, of what kind, what came with it. `problems` is a text for a reader."""

    sender: str
    sender_name: str
    message_id: str
    references: tuple[str, ...]
    subject: str
    body_sha256: str
    verdict: Verdict
    claimed: Claimed
    attachments: tuple[Attachment, ...]
    problems: str
    bounce: Bounce | None
    to: tuple[tuple[str, str], ...] = ()
    """Addresses and names of the To field."""
    told: tuple[tuple[str, str], ...] = ()
    """The headers that are meant for us, without their prefix, in lower case."""
    copied: tuple[str, ...] = ()
    """Who else it went to, but for addresses of ours, which grant something."""
    unscanned: bool = False
    """Whether its files are to be looked at for viruses later."""


@dataclass(frozen=True, slots=True)
class Words:
    """The second look: what the person wrote, the rest, and which signatures hold."""

    said: str
    trimmed: str
    signatures: tuple[Signature, ...]
    sealed: tuple[Sealed, ...] = ()


def look(raw: bytes, *, mail_from: str, own_domains: tuple[str, ...]) -> Look:
    """The first look at a mail that came from that envelope sender."""
    mail = read_mail(raw)
    verdict = classify(mail, mail_from=mail_from, own_domains=own_domains)
    return Look(
        sender=mail.sender.address,
        sender_name=mail.sender.name,
        message_id=mail.message_id,
        references=mail.references,
        subject=mail.subject,
        body_sha256=mail.body_sha256,
        verdict=verdict,
        claimed=claimed(raw, mail),
        attachments=tuple(examined(file) for file in mail.attachments),
        problems="; ".join((*mail.problems, *((CUT,) if _is_long(mail) else ()))),
        bounce=read_bounce(mail) if verdict.kind is Kind.BOUNCE else None,
        to=tuple((one.address, one.name) for one in mail.to),
        told=tuple(_told(mail)),
        copied=_copied(mail, own_domains),
    )


def words(raw: bytes, *, original: str, keys: Mapping[str, bytes]) -> Words:
    """The second look: `original` is what we sent, `keys` the key records of its signatures by name."""
    reply = read_reply(read_mail(raw), original=original)
    signatures = check_signatures(raw, keys)
    said, trimmed = reply.said[:TEXT_LENGTH_MAX], reply.trimmed[:TEXT_LENGTH_MAX]
    return Words(said, trimmed, signatures, check_seals(raw, keys))


def file(raw: bytes, *, number: int) -> bytes:
    """The bytes of one file of a mail, unpacked from their transfer encoding; `number` counts as `Look.attachments`."""
    return read_mail(raw).attachments[number].content


def _told(mail: Mail) -> Iterator[tuple[str, str]]:
    for name, value in mail.headers:
        if name.lower().startswith(PREFIX):
            yield name.lower().removeprefix(PREFIX), " ".join(value.split())[:HEADER_CHARS_MAX]


def _copied(mail: Mail, own_domains: tuple[str, ...]) -> tuple[str, ...]:
    ours = {domain.lower() for domain in own_domains}
    others = [one.address for one in (*mail.to, *mail.cc) if domain_of(one.address).lower() not in ours]
    return tuple(dict.fromkeys(filter(None, others)))[:COPIED_MAX]


def _is_long(mail: Mail) -> bool:
    return max(len(mail.text), len(mail.html)) > TEXT_LENGTH_MAX
