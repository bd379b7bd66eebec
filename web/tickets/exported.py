"""How does a program take all reviews out? GET /api/v1/export/reviews: a stream of lines, with bounded memory."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Literal

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from reviews.exported import CSV, FORMS, JSONL, Form, seen
from reviews.onlookers import without_agents
from store.exports import Span, count, pages
from web.door import Door, door_of
from web.tickets.body import Instant
from web.tickets.keys import brand_within
from web.tickets.listed import read_query

TYPES = {CSV: "text/csv; charset=utf-8; header=present", JSONL: "application/jsonl"}  # RFC 4180 section 3


class Query(BaseModel):
    """What is to be exported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    brand: str = ""
    since: Instant | None = None
    until: Instant | None = None
    format: Literal["csv", "jsonl"] = "csv"


async def exported(request: Request) -> Response:
    """Every review in a line, in the order they were recorded. A store that fails midway cuts the connection: what came
    is then seen to be not all."""
    door = door_of(request)
    query = read_query(Query, request)
    name = f'attachment; filename="reviews.{query.format}"'
    headers = {"Content-Disposition": name, "Content-Type": TYPES[query.format]}
    span = Span(brand_within(request, query.brand), query.since, query.until)
    number = await door.store.read(partial(count, span=span, quickly=True))
    if number is not None:  # that of now: who waits for a million lines wants to see how far they are
        headers["X-Total-Count"] = str(number)
    return StreamingResponse(_body(door, FORMS[query.format], span, now=door.clock()), headers=headers)


async def _body(door: Door, form: Form, span: Span, *, now: datetime) -> AsyncIterator[str]:
    hidden = without_agents({key: brand.answering for key, brand in door.brands.items()})
    yield form.head
    async for page in pages(door.store, span, now=now):
        yield form.lines(seen(page, without_agents=hidden, ours=door.links.ours))
