"""What is held on one person? All with their address on it: reviews and what happened, mails, suppressions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from reviews.addresses import normal
from store import mails, outbox
from store.engines import Session
from store.facts import load
from store.rows import write_fact

OF_CONTACT = "select id from review where contact = :address order by at, id"
SUPPRESSIONS = "select body from suppression where address = :address order by seq"
ARRIVALS = """select id, mail, envelope, status, reason, review from arrival
    where review in (select id from review where contact = :address) or lower(envelope) like :pattern escape '!'
    order by at, id"""


@dataclass(frozen=True, slots=True)
class Held:
    """All of it as plain values, and the SHA-256 of each mail that came from or about them."""

    told: dict[str, Any]
    mails: tuple[str, ...]


def held(session: Session, address: str) -> Held:
    """What is held on the person with that address, on one snapshot."""
    found = normal(address)
    arrivals = session.rows(ARRIVALS, address=found, pattern=pattern(found))
    told = {
        "address": found,
        "reviews": [_review(session, row["id"]) for row in session.rows(OF_CONTACT, address=found)],
        "suppressions": [from_json(row["body"]) for row in session.rows(SUPPRESSIONS, address=found)],
        "mails": [{**row, "envelope": from_json(row["envelope"])} for row in arrivals],
    }
    return Held(told, tuple(dict.fromkeys(row["mail"] for row in arrivals)))


def pattern(address: str) -> str:
    """The address anywhere, for `like … escape '!'`: its own signs mean nothing else."""
    for sign in "!%_":
        address = address.replace(sign, f"!{sign}")
    return f"%{address}%"


def raw(session: Session, sha256: str) -> bytes:
    """The bytes of one of these mails."""
    return mails.raw_mail(session, sha256) or b""


def _review(session: Session, id: str) -> dict[str, Any]:
    log = load(session, id)
    if log is None:  # forgotten in this moment
        return {"id": id}
    return {
        "id": id,
        "review": from_json(write_fact(log.review)),
        "facts": [{"kind": fact.kind, **from_json(write_fact(fact))} for fact in log.facts],
        "sent": list(_sent(session, id)),
    }


def _sent(session: Session, review: str) -> Iterator[dict[str, Any]]:
    for out in outbox.of_review(session, review):
        yield {
            "purpose": out.delivery.purpose,
            "to": out.delivery.recipient.email,
            "status": out.status,
            "subject": out.subject,
            "text": out.sent_text,
        }
