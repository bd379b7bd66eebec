"""How is the DNS asked? Bounded in time, remembered as long as it says; tests and the demo hand in their own."""

from collections.abc import Callable, Mapping
from functools import cache
from time import monotonic

import dns.exception
import dns.rdata
import dns.resolver

LOOKUP_SECONDS = 5.0
"""For one question, over all servers."""
CACHE_SIZE = 10_000
"""Answers kept, those of names that do not exist among them: some 10 MB."""
SILENCE_SECONDS = 30.0
"""So long a question that had no answer is not asked again: a dead name server must not hold up every mail."""
SILENT_MAX = 1_000

Resolver = Callable[[str, str], tuple[bytes, ...]]
"""The records of a kind (TXT, A, AAAA, MX, PTR) at a name, in their text form, the strings of a TXT joined; none where
there are none. LookupLater when the DNS did not answer. Safe to be called from several threads."""


class LookupLater(Exception):
    """The DNS did not answer: the question is open."""


def real_dns(name: str, kind: str) -> tuple[bytes, ...]:
    """What the DNS of this machine says."""
    return _real()(name, kind)


def records_of(known: Mapping[tuple[str, str], tuple[bytes, ...]]) -> Resolver:
    """A DNS that knows these alone, by name in small letters and kind: for tests and the demo."""
    return lambda name, kind: known.get((name.lower().rstrip("."), kind), ())


def text_record(resolver: Resolver, name: str) -> bytes | None:
    """The first text record at a name."""
    return next(iter(resolver(name, "TXT")), None)


class RealDns:
    """The DNS by dnspython, which keeps answers as long as they may be kept. `servers` instead of this machine's."""

    def __init__(self, servers: tuple[str, ...] = (), *, port: int = 53, seconds: float = LOOKUP_SECONDS) -> None:
        self._resolver = dns.resolver.Resolver(configure=not servers)
        if servers:
            self._resolver.nameservers, self._resolver.port = list(servers), port
        self._resolver.cache = dns.resolver.LRUCache(CACHE_SIZE)
        self._seconds = seconds
        self._silent: dict[tuple[str, str], float] = {}

    def __call__(self, name: str, kind: str) -> tuple[bytes, ...]:
        question = (name.lower(), kind)
        if self._silent.get(question, 0) > monotonic():
            raise LookupLater(name)
        try:
            answer = self._resolver.resolve(name, kind, lifetime=self._seconds, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.EmptyLabel, dns.name.LabelTooLong):
            return ()
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            self._keep_silent(question)
            raise LookupLater(name) from error
        return tuple(_text(record) for record in answer)

    def _keep_silent(self, question: tuple[str, str]) -> None:
        if len(self._silent) >= SILENT_MAX:
            self._silent.clear()
        self._silent[question] = monotonic() + SILENCE_SECONDS


@cache
def _real() -> RealDns:
    return RealDns()


def _text(record: dns.rdata.Rdata) -> bytes:
    strings: tuple[bytes, ...] | None = getattr(record, "strings", None)
    return b"".join(strings) if strings is not None else record.to_text().encode().rstrip(b".")
