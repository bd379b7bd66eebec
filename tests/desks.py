"""Helpdesks for tests: one scripted server per REST API, which answers as its vendor documents, with its errors.

Each knows one ticket, refuses a wrong key with 401 and an unknown ticket with 404, takes only the bodies it documents,
and answers 429 with Retry-After while `limited` says so. Made by hand; how far that was held
against a source says the file of the helpdesk in `calling/helpdesks/`.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import JSONResponse, Response

from tests.hearing import Heard

USER, SECRET = "robot@acme.example", "the key of the API"
BASIC = "Basic " + base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
NUMBER, ID = "48213", 81
Answered = tuple[int, Any]


@dataclass
class Desk:
    """What stands in the ticket; `limited` is how many requests are still refused for coming too fast."""

    notes: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=lambda: ["vpn"])
    status: str = "closed"
    changed: str = "2026-11-21T08:00:00Z"
    limited: int = 0
    broken: int = 0

    def limit(self) -> Response | None:
        """A refusal that comes before all else."""
        if self.limited:
            self.limited -= 1
            return JSONResponse({"error": "too many requests"}, 429, headers={"Retry-After": "93"})
        if self.broken:
            self.broken -= 1
            return JSONResponse({"error": "oops"}, 500)
        return None


Route = tuple[str, str, Callable[[Desk, re.Match[str], Any], Answered]]


def server(desk: Desk, name: str) -> Callable[[Heard], Response]:
    """What that helpdesk's API answers."""
    admitted, routes = APIS[name]

    def reply(heard: Heard) -> Response:
        if refused := desk.limit():
            return refused
        path = heard.path
        if not (path.startswith("/auth/") or admitted(heard.headers)):
            return JSONResponse({"message": "unauthorized"}, 401)
        for method, pattern, handle in routes:
            found = re.fullmatch(pattern, path)
            if found and method == heard.method:
                status, body = handle(desk, found, _body(heard))
                return JSONResponse(body, status) if body is not None else Response(status_code=status)
        return JSONResponse({"message": "no such route"}, 404)

    return reply


def _body(heard: Heard) -> Any:
    if heard.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {name: values[0] for name, values in parse_qs(heard.body.decode()).items()}
    return json.loads(heard.body) if heard.body else None


def _header(name: str, value: str) -> Callable[[Mapping[str, str]], bool]:
    return lambda headers: headers.get(name) == value


def _zendesk_update(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    ticket = body["ticket"]
    if "comment" in ticket:
        assert ticket["comment"]["public"] is False
        desk.notes.append(ticket["comment"]["body"])
    desk.status = ticket.get("status", desk.status)
    return 200, {"ticket": {"id": int(NUMBER), "status": desk.status}}


def _tagged(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    desk.tags += [tag for tag in body["tags"] if tag not in desk.tags]
    return 200, {"tags": desk.tags}


def _retagged(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    desk.tags = body["tags"]
    return 204, None


def _zammad_note(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    if body["ticket_id"] != ID or body["type"] != "note" or body["internal"] is not True:
        return 422, {"error": "unprocessable"}
    desk.notes.append(body["body"])
    return 201, {"id": 104}


def _zammad_tag(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert (body["object"], body["o_id"]) == ("Ticket", ID)
    desk.tags.append(body["item"])
    return 201, True


def _state(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    desk.status = body["state"]
    return 200, {"id": ID}


def _freshdesk_note(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert body["private"] is True
    desk.notes.append(body["body"])
    return 201, {"id": 3}


def _freshdesk_ticket(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    desk.tags = body.get("tags", desk.tags)
    desk.status = {2: "open", 4: "resolved", 5: "closed"}[body["status"]] if "status" in body else desk.status
    return 200, {"id": int(NUMBER), "tags": desk.tags}


def _freescout_note(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert (body["type"], body["user"]) == ("note", 1)
    desk.notes.append(body["text"])
    return 201, None


def _freescout_conversation(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert body["byUser"] == 1
    desk.status = {"active": "open"}.get(body["status"], body["status"])
    return 204, None


def _freescout_found(desk: Desk, asked: re.Match[str], _: Any) -> Answered:
    status = {"open": "active"}.get(desk.status, desk.status)
    found = [{"id": ID}] if (asked[1], asked[2]) == (NUMBER, status) else []
    return 200, {"_embedded": {"conversations": found}}


def _freescout_shown(desk: Desk, asked: re.Match[str], __: Any) -> Answered:
    tags = {"tags": [{"id": 1, "name": name} for name in desk.tags]}
    told = {"id": ID, "number": int(NUMBER), "updatedAt": desk.changed}
    return 200, {**told, "_embedded": tags if asked[1] else {"threads": []}}


def _halo_token(_: Desk, __: re.Match[str], body: Any) -> Answered:
    right = (body["client_id"], body["client_secret"], body["grant_type"]) == (USER, SECRET, "client_credentials")
    return (200, {"access_token": "a-token", "expires_in": 3600}) if right else (400, {"error": "invalid_client"})


def _halo_action(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    (one,) = body
    assert (one["ticket_id"], one["hiddenfromuser"]) == (int(NUMBER), True)
    desk.notes.append(one["note_html"])
    return 201, [{"id": 9}]


def _halo_ticket(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    (one,) = body
    desk.status = {1: "open", 9: "closed"}[one["status_id"]]
    return 201, [{"id": int(NUMBER)}]


def _connectwise_note(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert body["internalAnalysisFlag"] is True
    desk.notes.append(body["text"])
    return 201, {"id": 5}


def _connectwise_ticket(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    (one,) = body
    assert (one["op"], one["path"]) == ("replace", "status/name")
    desk.status = {"New": "open"}.get(one["value"], one["value"])
    return 200, {"id": int(NUMBER)}


def _autotask_query(_: Desk, __: re.Match[str], body: Any) -> Answered:
    (one,) = body["filter"]
    right = (one["op"], one["field"], one["value"]) == ("eq", "ticketNumber", NUMBER)
    return 200, {"items": [{"id": ID}] if right else []}


def _autotask_note(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert (body["noteType"], body["publish"]) == (1, 2)
    desk.notes.append(body["description"])
    return 200, {"itemId": 6}


def _autotask_ticket(desk: Desk, _: re.Match[str], body: Any) -> Answered:
    assert body["id"] == ID
    desk.status = {1: "open", 5: "closed"}[body["status"]]
    return 200, {"itemId": ID}


def _found(body: Any) -> Callable[[Desk, re.Match[str], Any], Answered]:
    return lambda *_: (200, body)


def _shown(body: Callable[[Desk], Any]) -> Callable[[Desk, re.Match[str], Any], Answered]:
    """The ticket, as the API shows one."""
    return lambda desk, _, __: (200, body(desk))


CW = r"/v4_6_release/apis/3\.0/service/tickets"
APIS: dict[str, tuple[Callable[[Mapping[str, str]], bool], tuple[Route, ...]]] = {
    "zendesk": (
        _header("authorization", BASIC),
        (
            (
                "GET",
                rf"/api/v2/tickets/0*{NUMBER}\.json",
                _shown(lambda desk: {"ticket": {"id": int(NUMBER), "updated_at": desk.changed}}),
            ),
            ("PUT", rf"/api/v2/tickets/{NUMBER}\.json", _zendesk_update),
            ("PUT", rf"/api/v2/tickets/{NUMBER}/tags\.json", _tagged),
        ),
    ),
    "zammad": (
        _header("authorization", f"Token token={SECRET}"),
        (
            ("GET", rf"/api/v1/tickets/search\?query=number:{NUMBER}&.*", _found([{"id": ID, "number": NUMBER}])),
            ("GET", r"/api/v1/tickets/search\?.*", _found([])),
            ("POST", r"/api/v1/ticket_articles", _zammad_note),
            ("POST", r"/api/v1/tags/add", _zammad_tag),
            (
                "GET",
                rf"/api/v1/tickets/{ID}",
                _shown(lambda desk: {"id": ID, "number": NUMBER, "updated_at": desk.changed}),
            ),
            ("PUT", rf"/api/v1/tickets/{ID}", _state),
        ),
    ),
    "freshdesk": (
        _header("authorization", BASIC),
        (
            ("POST", rf"/api/v2/tickets/{NUMBER}/notes", _freshdesk_note),
            (
                "GET",
                rf"/api/v2/tickets/0*{NUMBER}",
                _shown(lambda desk: {"id": int(NUMBER), "tags": desk.tags, "updated_at": desk.changed}),
            ),
            ("PUT", rf"/api/v2/tickets/{NUMBER}", _freshdesk_ticket),
        ),
    ),
    "freescout": (
        _header("x-freescout-api-key", SECRET),
        (
            ("GET", r"/api/conversations\?number=(\d+)&status=(\w+)", _freescout_found),
            ("GET", rf"/api/conversations/{ID}(\?embed=tags)?", _freescout_shown),
            ("POST", rf"/api/conversations/{ID}/threads", _freescout_note),
            ("PUT", rf"/api/conversations/{ID}/tags", _retagged),
            ("PUT", rf"/api/conversations/{ID}", _freescout_conversation),
        ),
    ),
    "halopsa": (
        _header("authorization", "Bearer a-token"),
        (
            ("POST", r"/auth/token", _halo_token),
            ("POST", r"/api/actions", _halo_action),
            (
                "GET",
                rf"/api/tickets/0*{NUMBER}",
                _shown(lambda desk: {"id": int(NUMBER), "lastactiondate": desk.changed.removesuffix("Z")}),
            ),
            ("POST", r"/api/tickets", _halo_ticket),
        ),
    ),
    "connectwise": (
        lambda headers: headers.get("authorization") == BASIC and headers.get("clientid") == "our-client",
        (
            (
                "GET",
                rf"{CW}/0*{NUMBER}",
                _shown(lambda desk: {"id": int(NUMBER), "_info": {"lastUpdated": desk.changed}}),
            ),
            ("POST", rf"{CW}/{NUMBER}/notes", _connectwise_note),
            ("PATCH", rf"{CW}/{NUMBER}", _connectwise_ticket),
        ),
    ),
    "autotask": (
        lambda headers: (
            (headers.get("username"), headers.get("secret"), headers.get("apiintegrationcode"))
            == (USER, SECRET, "our-code")
        ),
        (
            ("POST", r"/atservicesrest/v1\.0/Tickets/query", _autotask_query),
            ("POST", rf"/atservicesrest/v1\.0/Tickets/{ID}/Notes", _autotask_note),
            (
                "GET",
                rf"/atservicesrest/v1\.0/Tickets/{ID}",
                _shown(lambda desk: {"item": {"id": ID, "ticketNumber": NUMBER, "lastActivityDate": desk.changed}}),
            ),
            ("PATCH", r"/atservicesrest/v1\.0/Tickets", _autotask_ticket),
        ),
    ),
}
