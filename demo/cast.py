"""Who plays, and which six tickets were just closed? Names under `.example`, which belongs to nobody (RFC 2606)."""

from dataclasses import dataclass

from reviews.model import Person
from store import Staff

BRAND = "acme"
DOMAIN = "acme.example"
REPLY_DOMAIN = "reply.acme.example"
SENDER = f"care@{DOMAIN}"
HELPDESK = "zammad"


@dataclass(frozen=True, slots=True)
class Closing:
    """A ticket as the helpdesk closes it, so many minutes ago."""

    ticket: str
    subject: str
    contact: Person
    agent: Staff
    tags: tuple[str, ...]
    minutes_ago: int


def _staff(name: str, team: str, role: str = "agent") -> Staff:
    return Staff(f"{name.split(maxsplit=1)[0].lower()}@{DOMAIN}", name, role, team)


SAM = _staff("Sam Taylor", "Network")
PRIYA = _staff("Priya Nair", "Network")
LENA = _staff("Lena Vogel", "Devices")
BEN = _staff("Ben Carter", "Accounts")

AGENTS = (
    SAM,
    PRIYA,
    _staff("Tom Becker", "Network"),
    LENA,
    _staff("Jamal Reed", "Devices"),
    _staff("Chloe Martin", "Devices"),
    BEN,
    _staff("Yuki Tanaka", "Accounts"),
    _staff("Aisha Khan", "Accounts"),
    _staff("Diego Ruiz", "Accounts"),
)
LEADS = (
    _staff("Maria Santos", "Network", "lead"),
    _staff("Henrik Olsen", "Devices", "lead"),
    _staff("Grace Murphy", "Accounts", "lead"),
)
STAFF = (*AGENTS, *LEADS)

ADA = Person("ada@customer.example", "Ada Lovelace", "Customer Ltd", "en")
CLOSINGS = (
    Closing("48213", "VPN drops every hour", ADA, SAM, ("vpn",), 4),
    Closing(
        "48216",
        "Printer on floor 2 prints blank pages",
        Person("marcus@northgate.example", "Marcus Webb", "Northgate Dental", "en"),
        LENA,
        ("printer",),
        11,
    ),
    Closing(
        "48217",
        "Wi-Fi in the meeting room is slow",
        Person("kofi@brightline.example", "Kofi Mensah", "Brightline Studio", "en"),
        SAM,
        ("wifi",),
        16,
    ),
    Closing(
        "48209",
        "Locked out after the holidays",
        Person("rosa@harbourbooks.example", "Rosa Delgado", "Harbour Books", "en"),
        BEN,
        ("password",),
        25,
    ),
    Closing(
        "48220",
        "File server cannot be reached from home",
        Person("ingrid@fjordfoods.example", "Ingrid Solberg", "Fjord Foods", "en"),
        SAM,
        ("vpn", "files"),
        31,
    ),
    Closing(
        "48198",
        "No internet at the reception desk",
        Person("emil@novakclinic.example", "Emil Novak", "Novak Clinic", "en"),
        SAM,
        ("network",),
        43,
    ),
)
CUSTOMERS = tuple(closing.contact for closing in CLOSINGS)
