"""What happened since somebody last looked? Told by the number of the latest fact."""

from store.engines import Session

QUIET = ("hit", "arrived", "signal", "settled", "delivery", "delivered", "client_suspected", "read")
"""Facts that move nothing in the inbox, most of what there is."""
LAST = "select coalesce(max(seq), 0) as last from fact"
SINCE = "select seq, kind from fact where seq > :after order by seq limit :most"
LOOKED_MAX = 1_000


def last(session: Session) -> int:
    """The number of the latest fact."""
    return int(session.rows(LAST)[0]["last"])


def since(session: Session, after: int) -> tuple[int, bool]:
    """The number of the latest fact beyond that one, and whether any of them is news."""
    rows = session.rows(SINCE, after=after, most=LOOKED_MAX)
    if not rows:
        return after, False
    return int(rows[-1]["seq"]), any(row["kind"] not in QUIET for row in rows)
