"""Is there still something behind a signed address? A signature lasts for ever, what it was given for does not."""

from collections.abc import Iterable

from reviews.tokens import BOUNCE, REPLY, STAFF, SignedAddress
from store.engines import Session

LOOKS = {
    REPLY: "select 1 from review where id = :id",
    STAFF: "select 1 from outbox where seat = :id limit 1",
    BOUNCE: "select 1 from outbox where id = :id",
}
"""What each kind of address stands for."""


def standing(session: Session, addresses: Iterable[SignedAddress]) -> set[SignedAddress]:
    """Those of the addresses that still lead somewhere."""
    return {address for address in addresses if _stands(session, address)}


def _stands(session: Session, address: SignedAddress) -> bool:
    look = LOOKS.get(address.prefix)
    return look is None or bool(session.rows(look, id=address.id))
