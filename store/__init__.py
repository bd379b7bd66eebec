"""The memory: facts that only grow, the outbox, the raw mails. One interface; only this package speaks SQL.

`open_store(url, ...)` gives a Store: async at its face, answered only after the commit is on disk.
"""

from reviews.roles import Staff
from store.api_keys import ApiKey
from store.briefs import Brief
from store.calls import Call
from store.counted import Asked, Counted
from store.dead_letters import DeadLetter
from store.doorsteps import Caller
from store.endpoints import Endpoint
from store.engines import Session
from store.errors import (
    EngineError,
    SchemaError,
    StoreFullError,
    StoreUnavailableError,
    UnknownReviewError,
)
from store.lists import Listed, Wanted
from store.mails import Arrival
from store.opening import engine_of, migrate_store, open_store, told
from store.outbox import EVERYTHING, Outgoing, Settlement, Share
from store.paging import Cursor
from store.records import Recorded
from store.sources import Brake, Source
from store.store import Store

__all__ = [
    "EVERYTHING",
    "ApiKey",
    "Arrival",
    "Asked",
    "Brake",
    "Brief",
    "Call",
    "Caller",
    "Counted",
    "Cursor",
    "DeadLetter",
    "Endpoint",
    "EngineError",
    "Listed",
    "Outgoing",
    "Recorded",
    "SchemaError",
    "Session",
    "Settlement",
    "Share",
    "Source",
    "Staff",
    "Store",
    "StoreFullError",
    "StoreUnavailableError",
    "UnknownReviewError",
    "Wanted",
    "engine_of",
    "migrate_store",
    "open_store",
    "told",
]
