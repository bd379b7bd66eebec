"""Which DNS records does an installation need, and how are they written into a zone file?"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from mailer.domain.key import PublicKey
from reviews.addresses import domain_of

STRING_OCTETS_MAX = 255
"""RFC 1035 section 3.3: a longer text is written as several strings, which readers join."""
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Key:
    """The public half of a key that signs, for a domain, under a selector."""

    selector: str
    domain: str
    public: PublicKey

    @property
    def name(self) -> str:
        """Where receivers look for it (RFC 6376 section 3.6.2.1)."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True)
class Sending:
    """What the records are made of: where mail comes back, whom it is from, and who hands it over."""

    reply_domain: str
    sender: str
    base_url: str
    relay_host: str
    keys: tuple[Key, ...] = ()
    """Every key that signs; none when mails are not signed."""
    others: tuple[str, ...] = ()
    """Domains that brands with an address of their own send from."""

    @property
    def host(self) -> str:
        """This machine's name, as customers' browsers know it."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def local_relay(self) -> bool:
        """Whether this machine hands mails to the world itself."""
        return self.relay_host in LOCAL_HOSTS

    @property
    def sender_domains(self) -> tuple[str, ...]:
        """Every domain that mails come from, the installation's own first."""
        return tuple(dict.fromkeys((domain_of(self.sender), *self.others)))


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
    dmarc = (
        Record(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none", "DMARC: only if there is none yet")
        for domain in sending.sender_domains
    )
    return (*always, *map(dkim_record, sending.keys), *dmarc)


def dkim_record(key: Key) -> Record:
    """The record of one key."""
    value = f"v=DKIM1; k={key.public.type}; p={key.public.text}"
    return Record(key.name, "TXT", value, "DKIM: proves that a mail is yours")


def _relay(sending: Sending) -> str:
    return sending.host if sending.local_relay else sending.relay_host


def _quoted(text: str) -> str:
    pieces = (text[start : start + STRING_OCTETS_MAX] for start in range(0, len(text), STRING_OCTETS_MAX))
    return " ".join(f'"{piece}"' for piece in pieces)
