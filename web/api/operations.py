"""Which operations has the API? One table: the routes are made from it, and so is the document that describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.api import people, work
from web.api.frame import Handler, framed
from web.api.lists import Paged
from web.tickets import asking, closed, delivered, evidence, exported, listed, reopened, snippet
from web.tickets.body import AskNow, ReopenedTicket, Ticket

BASE = "/api/v1"
TELL, READ, EVIDENCE, EXPORT = "tickets", "reviews", "evidence", "export"
PEOPLE, SCORES, HOLDS, TEND = "people", "scores", "suppressions", "tending"
NOTHING = ""
"""The shape of an answer without a body."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to ask. `answers` are the shapes of what is said, by status, as shapes.json names them; the problems
    that every operation may answer with are not among them."""

    method: str
    path: str
    handler: Handler
    scope: str
    answers: Mapping[int, str]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    problems: tuple[int, ...] = ()
    types: tuple[str, ...] = field(default=("application/json",))

    @property
    def summary(self) -> str:
        """The handler's own words: what stands behind its path in the docstring."""
        words = (self.handler.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
        told = words.partition(": ")[2] if words.startswith(("GET /", "POST /")) else words
        return told[:1].upper() + told[1:]


OPERATIONS = (
    Operation("GET", "/tickets", work.tickets, READ, {200: "Tickets"}, query=work.OfTickets),
    Operation("POST", "/tickets", closed.ticket_closed, TELL, {201: "Taken", 200: "Taken"}, body=Ticket),
    Operation("POST", "/tickets/reopened", reopened.ticket_reopened, TELL, {200: "Reopened"}, body=ReopenedTicket),
    Operation("GET", "/contacts", people.contacts, PEOPLE, {200: "Contacts"}, query=people.OfContacts),
    Operation("GET", "/contacts/{address}", people.contact, PEOPLE, {200: "OneContact"}, problems=(404,)),
    Operation("GET", "/agents", people.agents, PEOPLE, {200: "Agents"}, query=Paged),
    Operation("GET", "/reviews", listed.reviews, READ, {200: "Reviews"}, query=listed.Query),
    Operation("GET", "/reviews/{id}", listed.review, READ, {200: "Review"}, problems=(404,)),
    Operation("GET", "/reviews/{id}/evidence", evidence.told, EVIDENCE, {200: "Evidence"}, problems=(404,)),
    Operation("GET", "/reviews/{id}/messages", work.messages, READ, {200: "Messages"}, problems=(404,)),
    Operation("POST", "/reviews/{id}/messages", work.note, TEND, {201: "Message"}, body=work.Note, problems=(404, 409)),
    Operation("POST", "/reviews/{id}/ask", asking.asked, TELL, {202: "Asking"}, body=AskNow, problems=(404, 409)),
    Operation(
        "POST",
        "/reviews/{id}/ask-again",
        asking.asked_once_more,
        TELL,
        {202: "Asking"},
        body=AskNow,
        problems=(404, 409),
    ),
    Operation(
        "POST",
        "/reviews/{id}/delivered",
        delivered.told,
        TELL,
        {204: NOTHING},
        body=delivered.Delivered,
        problems=(404,),
    ),
    Operation("GET", "/reviews/{id}/snippet", snippet.given, TELL, {200: "Snippet"}, problems=(404, 409)),
    Operation(
        "POST", "/reviews/{id}/follow-up/close", work.close, TEND, {204: NOTHING}, body=work.Closed, problems=(404, 409)
    ),
    Operation("GET", "/follow-ups", work.follow_ups, READ, {200: "FollowUps"}, query=work.OfBrand),
    Operation("GET", "/scores", work.scores, SCORES, {200: "Scores"}, query=work.Scores),
    Operation("GET", "/suppressions", people.not_asked, HOLDS, {200: "Suppressions"}, query=people.OfAddress),
    Operation("POST", "/suppressions", people.suppress, HOLDS, {201: "Suppression"}, body=people.NotAsked),
    Operation(
        "POST", "/suppressions/{id}/lift", people.lift, HOLDS, {204: NOTHING}, body=people.Lifted, problems=(404,)
    ),
    Operation("GET", "/brands", people.brands, READ, {200: "Brands"}),
    Operation(
        "GET",
        "/export/reviews",
        exported.exported,
        EXPORT,
        {200: "Export"},
        query=exported.Query,
        types=("text/csv", "application/jsonl"),
    ),
)


def routes() -> list[Route]:
    """A route for each path, so that a 405 says all the methods it has (RFC 9110 section 15.5.6)."""
    paths: dict[str, dict[str, Handler]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = framed(one.handler, one.scope)
    return [Route(f"{BASE}{path}", _by_method(handlers), methods=list(handlers)) for path, handlers in paths.items()]


def _by_method(handlers: Mapping[str, Handler]) -> Handler:
    async def answer(request: Request) -> Response:
        handler = handlers["GET" if request.method == "HEAD" else request.method]
        request.scope["endpoint"] = handler  # what is measured and logged is the operation
        return await handler(request)

    return answer
