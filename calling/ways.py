"""In which ways can another system be told? Each is a name an operator gives, and how its request is made."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from standardwebhooks import Webhook

from calling.told import Told, payload
from store import Call, Endpoint
from store.endpoints import CHATS
from templates.chats import Telling, chat

WEBHOOK, SLACK, TEAMS, MAIL = CHATS
JSON = {"Content-Type": "application/json"}
ID_PREFIX = "msg_"
TEMPLATE, RULES = "template", "rules"
"""The options that hold a template of the operator's own; whose tickets a helpdesk has, and what is done there."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent to one endpoint."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


def webhook(endpoint: Endpoint, call: Call, told: Told | None, now: datetime) -> Request:
    """A webhook as https://www.standardwebhooks.com/ has it: signed under every secret, so that one can be replaced
    without a gap."""
    body = json.dumps(payload(call, told), ensure_ascii=False, separators=(",", ":"))
    id = ID_PREFIX + call.news
    signatures = " ".join(Webhook(secret).sign(id, now, body) for secret in endpoint.secrets)
    stamp = str(int(now.timestamp()))
    headers = {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": signatures}
    return Request(endpoint.url, JSON | headers, body.encode())


def in_a_chat(endpoint: Endpoint, call: Call, told: Told | None, now: datetime) -> Request:
    """A message in a channel: blocks for Slack, an Adaptive Card for Teams, or by the operator's own template."""
    body = chat(endpoint.kind, telling_of(told) if told else None, template=endpoint.options.get(TEMPLATE, ""))
    return Request(endpoint.url, JSON, body.encode())


def telling_of(told: Told) -> Telling:
    """What a chat or a note tells of it."""
    review = told.log.review
    return Telling(
        kind=told.news.kind,
        value=told.value,
        ticket=review.ticket,
        subject=review.subject,
        customer=review.contact.name or review.contact.email,
        company=review.contact.company,
        agent=(review.agent.name or review.agent.email) if review.agent else "",
        team=review.team,
        words=told.words,
        url=told.url,
    )


WAYS: Mapping[str, Callable[[Endpoint, Call, Told | None, datetime], Request]] = {
    WEBHOOK: webhook,
    SLACK: in_a_chat,
    TEAMS: in_a_chat,
}
"""Those that are one request, whose answer says how it went."""
