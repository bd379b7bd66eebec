"""What does it cost to read what somebody mailed back, from its bytes to his words and its kind?

On our own corpus (`tests/replies`): our survey mail as many programs quote it. Beside the libraries for the same, which
get the text that Python's own parser finds; how many of the mails each reads exactly stands beside the rates.
"""

import importlib
import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from itertools import cycle, islice
from typing import Any

from bench.rows import Bench, Goal, Measured, NotMeasured, Row
from reviews.classify import classify
from reviews.mail import read_mail
from reviews.reading import read_reply
from tests.replies.corpus import Case, cases

PER_SECOND = "per second"
EVERY = 20  # of the corpus' 4,200 mails: enough for each program, few enough to be made quickly
PEERS_LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "ja", "zh"]
_SIGNS = re.compile(r"\w")

Reads = Callable[[Case], str]


def rate(bench: Bench) -> Row:
    """Mails a second on one core: decoded, classified, and read for words."""
    mails = _mails(bench)
    share = f"{_right(_ours, mails):.1%} of {len(mails)} mails read exactly"
    return bench.valued(Goal("reading-rate", PER_SECOND, least=500), _rate(bench, _ours, mails), note=share)


def beside_mail_parser_reply(bench: Bench) -> Row:
    """The same beside mail-parser-reply, which reads the words alone."""
    return _beside(bench, "reading", _mail_parser_reply())


def beside_talon(bench: Bench) -> Row:
    """The same beside talon, which reads text and pages; without its signatures, for which it wants scikit-learn."""
    return _beside(bench, "reading-talon", _talon())


ROWS: dict[str, Callable[[Bench], Row]] = {
    "reading": beside_mail_parser_reply,
    "reading-talon": beside_talon,
    "reading-rate": rate,
}


def _beside(bench: Bench, name: str, peer: Reads) -> Row:
    mails = _mails(bench)
    shares = f"read exactly: ours {_right(_ours, mails):.1%}, peer {_right(peer, mails):.1%}"
    return bench.paired(Goal(name, PER_SECOND), _rate(bench, _ours, mails), _rate(bench, peer, mails), note=shares)


def _mails(bench: Bench) -> list[Case]:
    mails: list[Case] = bench.built.setdefault("replies", list(islice(cases(), 0, None, EVERY)))
    return mails


def _ours(case: Case) -> str:
    mail = read_mail(case.raw)
    classify(mail)
    return read_reply(mail, original=case.original).said


def _mail_parser_reply() -> Reads:
    parser = _module("mailparser_reply").EmailReplyParser(languages=PEERS_LANGUAGES)
    return lambda case: parser.parse_reply(text=_text(case)) or ""


def _talon() -> Reads:
    _module("talon").init()
    quotations, to_text = _module("talon.quotations"), _module("talon.utils").html_to_text

    def read(case: Case) -> str:
        body = _body(case)
        if body is None:
            return ""
        if body.get_content_type() != "text/html":
            return str(quotations.extract_from_plain(body.get_content()))
        said = to_text(quotations.extract_from_html(body.get_content()))
        return said.decode() if isinstance(said, bytes) else str(said)

    return read


def _module(name: str) -> Any:  # noqa: ANN401 - a library without types, which may be absent
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotMeasured(f"not measured: {name} is not installed") from error


def _text(case: Case) -> str:
    body = _body(case)
    return str(body.get_content()) if body else ""


def _body(case: Case) -> MIMEPart | None:
    mail = message_from_bytes(case.raw, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail.get_body(("plain", "html"))


def _right(reads: Reads, mails: list[Case]) -> float:
    return sum(_SIGNS.findall(reads(case)) == _SIGNS.findall(case.said) for case in mails) / len(mails)


def _rate(bench: Bench, reads: Reads, mails: list[Case]) -> Callable[[], Measured]:
    """Processor time, not the clock's: one core's work, whatever else runs."""

    def measure() -> Measured:
        waiting = cycle(mails)
        count, begun = 0, time.process_time()
        while time.process_time() - begun < bench.seconds / 3:
            reads(next(waiting))
            count += 1
        return Measured(count / (time.process_time() - begun))

    return measure
