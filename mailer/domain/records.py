"""Which DNS records does an installation need, and how are they written into a zone file?"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from mailer.domain.key import PublicKey
from reviews.addresses import domain_of

STRING_OCTETS_MAX = 255
"""RFC 1035 section 3.3: a longer text is written as several strings, which readers join."""
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Sending:
    """What the records are made of: where mail comes back, whom it is from, and who hands it over."""

    reply_domain: str
    sender: str
    base_url: str
    relay_host: str
    signing_domain: str = ""
    keys: tuple[tuple[str, PublicKey], ...] = ()
    """Selector and public half of each key that signs; none when mails are not signed."""

    @property
    def host(self) -> str:
        """This machine's name, as customers' browsers know it."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def sender_domain(self) -> str:
        return domain_of(self.sender)


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS record to set, and what it is for."""

    name: str
    type: str
    value: str
    purpose: str

    def zone_line(self) -> str:
        """The record as a zone file has it (RFC 1035 section 5.1)."""
        return f"{self.name}. {self.type} {_quoted(self.value) if self.type == 'TXT' else self.value}"


def records(sending: Sending) -> tuple[Record, ...]:
    """The records of an installation, the one without which nothing works first."""
    always = (
        Record(sending.reply_domain, "MX", f"10 {sending.host}.", "customers' answers and bounces find this machine"),
        Record(sending.reply_domain, "TXT", f"v=spf1 a:{_relay(sending)} ~all", "SPF: the relay may send for it"),
    )
    dmarc = Record(f"_dmarc.{sending.sender_domain}", "TXT", "v=DMARC1; p=none", "DMARC: only if there is none yet")
    return (*always, *_dkim(sending), dmarc)


def dkim_name(sending: Sending, selector: str) -> str:
    """Where receivers look for the public key (RFC 6376 section 3.6.2.1)."""
    return f"{selector}._domainkey.{sending.signing_domain}"


def dkim_record(sending: Sending, selector: str, key: PublicKey) -> Record:
    """The record of one key."""
    value = f"v=DKIM1; k={key.type}; p={key.text}"
    return Record(dkim_name(sending, selector), "TXT", value, "DKIM: proves that a mail is yours")


def _dkim(sending: Sending) -> tuple[Record, ...]:
    return tuple(dkim_record(sending, selector, key) for selector, key in sending.keys)


def _relay(sending: Sending) -> str:
    return sending.host if sending.relay_host in LOCAL_HOSTS else sending.relay_host


def _quoted(text: str) -> str:
    pieces = (text[start : start + STRING_OCTETS_MAX] for start in range(0, len(text), STRING_OCTETS_MAX))
    return " ".join(f'"{piece}"' for piece in pieces)
