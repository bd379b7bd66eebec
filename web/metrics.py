"""How does it all go, for a program that asks every few seconds? Prometheus' text format, for who has a key of the API.

No figure names a customer, a ticket or an agent. Names and meanings: docs/operations.md.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from prometheus_client import CONTENT_TYPE_LATEST, ProcessCollector, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from store.health import Figures, figures
from web.door import Door, door_of
from web.tickets.keys import admitted

PROCESS = ProcessCollector(registry=None)
OPEN = ("due", "deferred", "claimed")
"""What becomes of a mail in the outbox is known for all others."""
WROTE = {
    "writes": "Writes, of the processes that run, since they began.",
    "transactions": "Transactions that these writes took.",
    "memory_bytes": "The most memory they held.",
}


async def metrics(request: Request) -> Response:
    """The figures of this process and of the store."""
    await admitted(request, "metrics")
    door = door_of(request)
    now = door.clock()
    known = await door.store.read(partial(figures, now=now))
    return Response(generate_latest(_Told(door, known, now)), media_type=CONTENT_TYPE_LATEST)


class _Told(Collector):
    """What is told at one moment."""

    def __init__(self, door: Door, known: Figures, now: datetime) -> None:
        self._door = door
        self._known = known
        self._now = now

    def collect(self) -> Iterator[Metric]:
        yield from self._of_this_process()
        yield from self._of_the_store()
        yield from PROCESS.collect()

    def _of_this_process(self) -> Iterator[Metric]:
        seconds = HistogramMetricFamily(
            "afterword_web_request_seconds", "From a request's head to its answer.", labels=("handler", "status")
        )
        for handler, status, histogram in self._door.timing.told():
            seconds.add_metric((handler, str(status)), histogram.buckets(), histogram.total)
        yield seconds
        shed = CounterMetricFamily("afterword_web_shed", "Requests the store could not take.", labels=("answer",))
        for answer, number in self._door.shed.items():
            shed.add_metric((answer,), number)
        yield shed
        sizes = self._door.store.sizes()
        yield HistogramMetricFamily(
            "afterword_store_group_size", "Writes in one transaction.", sizes.buckets(), sizes.total
        )

    def _of_the_store(self) -> Iterator[Metric]:
        known = self._known
        yield _by(
            "afterword_outbox_mails", "Mails by their fate.", "status", {**dict.fromkeys(OPEN, 0), **known.outbox}
        )
        late = (self._now - known.oldest_due_at).total_seconds() if known.oldest_due_at else 0
        yield GaugeMetricFamily("afterword_outbox_late_seconds", "How late the mail is that waits longest.", late)
        down = dict.fromkeys(known.routes_down, 1)
        yield _by("afterword_route_down", "Mail servers the mailer cannot use.", "route", down)
        waiting = {"pending": 0, "quarantined": 0, "unreadable": 0, **known.arrivals}
        yield _by("afterword_arrivals_mails", "Mails that came in, by how far they were read.", "status", waiting)
        yield _by("afterword_reviews", "Reviews by what became of them.", "outcome", known.reviews)
        yield GaugeMetricFamily("afterword_canary_askings", "Askings of mailboxes nobody reads.", known.canaries.of)
        yield GaugeMetricFamily(
            "afterword_canary_ratings", "Ratings that count though nobody gave them.", known.canaries.found
        )
        yield from self._of_the_processes()

    def _of_the_processes(self) -> Iterator[Metric]:
        known, now = self._known.processes, self._now
        running = GaugeMetricFamily("afterword_processes", "Processes that run.", labels=("kind", "version"))
        heard = Counter((one.kind, one.version) for one in known if not one.silent(now))
        for labels, number in sorted(heard.items()):
            running.add_metric(labels, number)
        yield running
        last = {one.kind: one.seen_at for one in sorted(known, key=lambda one: one.seen_at)}
        silent = {kind: (now - seen).total_seconds() for kind, seen in last.items()}
        yield _by("afterword_process_silent_seconds", "Since the last word of any of a kind.", "kind", silent)
        for name, what in WROTE.items():
            of_kind: Counter[str] = Counter()
            for one in known:
                of_kind[one.kind] += one.figures.get(name, 0)
            yield _by(f"afterword_process_{name}", what, "kind", of_kind)
        yield InfoMetricFamily("afterword_memory", "What remembers.", {"engine": self._known.engine})


def _by(name: str, what: str, label: str, numbers: Mapping[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, what, labels=(label,))
    for value, number in sorted(numbers.items()):
        gauge.add_metric((value,), number)
    return gauge
