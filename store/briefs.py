"""What must be known of claimed mails before they go out? All of it for a whole batch, in a handful of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reviews.log import Log
from reviews.manners import Manners
from reviews.model import ASKING, TO_STAFF, DeliveryKind
from reviews.sending import NOTHING, Elsewhere
from store import outbox, people, sources
from store.elsewhere import elsewhere
from store.engines import Session
from store.known import Known
from store.outbox import Outgoing
from store.records import Recorder
from store.rows import micros
from store.sources import Brake

HOUR = timedelta(hours=1)
"""What a cap counts over."""
SENT_SINCE = """select count(*) as sent from (select 1 from outbox where brand = :brand
    and purpose in ('invitation', 'reminder') and settled_at > :since and status = 'sent' limit :most) as counted"""
ON_THEIR_WAY = """select id, brand from outbox
    where status = 'claimed' and purpose in ('invitation', 'reminder') order by due_at, id"""


@dataclass(frozen=True, slots=True)
class Brief:
    """A claimed mail and what is known with it. `siblings` are all deliveries of its review, for a mail that belongs
    into a thread; `sent` is how many invitations of its brand went out before it, counted only where a cap asks."""

    outgoing: Outgoing
    known: Known | None = None
    has_left: bool = False
    brake: Brake | None = None
    sent: int = 0
    siblings: Sequence[Outgoing] = field(default=())
    elsewhere: Elsewhere = NOTHING

    @property
    def log(self) -> Log | None:
        return self.known.log if self.known else None

    @property
    def paused(self) -> bool:
        """Whether invitations of its brand are held back."""
        return self.brake is not None and self.brake.paused_at is not None

    def cap(self, per_hour: int | None) -> int | None:
        """How many invitations of its brand may go out in an hour, None for any number; `per_hour` where the brand has
        no cap of its own."""
        return _cap(self.brake, per_hour)


def briefs(
    session: Session,
    recorder: Recorder,
    claimed: Iterable[Outgoing],
    *,
    now: datetime,
    per_hour: int | None,
    manners: Mapping[str, Manners],
) -> list[Brief]:
    """The briefs of claimed mails, in their order. `per_hour` is the cap of a brand that has none of its own, None for
    no cap; `manners` are how each brand asks, by its key."""
    batch = list(claimed)
    logs = recorder.current(session, sorted({out.delivery.review for out in batch if out.delivery.review}))
    left = people.shut_out(session, {_reader(out) for out in batch if _is_to_staff(out)})
    asking = [out for out in batch if _is_question(out)]
    brakes = {brake.brand: brake for brake in sources.all_brakes(session)} if asking else {}
    sent = _sent(session, asking, brakes, since=now - HOUR, per_hour=per_hour)
    asked = {out.delivery.review for out in asking}
    bearing = elsewhere(session, recorder, [known.log for id, known in logs.items() if id in asked], manners, now=now)
    return [
        Brief(
            out,
            logs.get(out.delivery.review),
            _reader(out) in left,
            brakes.get(out.brand),
            sent.get(out.delivery.id, 0),
            () if _is_first(out) else outbox.of_review(session, out.delivery.review),
            bearing.get(out.delivery.review, NOTHING),
        )
        for out in batch
    ]


def _sent(
    session: Session,
    asking: Collection[Outgoing],
    brakes: Mapping[str, Brake],
    *,
    since: datetime,
    per_hour: int | None,
) -> dict[str, int]:
    """How many invitations of its brand went out since then, or are on their way before it: of several that are claimed
    together the first has its turn."""
    caps = {out.brand: _cap(brakes.get(out.brand), per_hour) for out in asking}
    counts = {
        brand: int(session.rows(SENT_SINCE, brand=brand, since=micros(since), most=cap)[0]["sent"])
        for brand, cap in caps.items()
        if cap is not None
    }
    sent: dict[str, int] = {}
    for row in session.rows(ON_THEIR_WAY) if counts else ():
        if row["brand"] in counts:
            sent[row["id"]] = counts[row["brand"]]
            counts[row["brand"]] += 1
    return {out.delivery.id: sent.get(out.delivery.id, counts[out.brand]) for out in asking if out.brand in counts}


def _cap(brake: Brake | None, per_hour: int | None) -> int | None:
    return per_hour if brake is None or brake.per_hour is None else brake.cap


def _reader(outgoing: Outgoing) -> tuple[str, str]:
    """Who is to read it, and of which brand it tells."""
    return outgoing.delivery.recipient.email.lower(), outgoing.brand


def _is_to_staff(outgoing: Outgoing) -> bool:
    return outgoing.delivery.purpose in TO_STAFF


def _is_question(outgoing: Outgoing) -> bool:
    return outgoing.delivery.purpose in ASKING


def _is_first(outgoing: Outgoing) -> bool:
    """Whether a mail begins its thread."""
    return outgoing.delivery.purpose is DeliveryKind.INVITATION
