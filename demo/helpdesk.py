"""How does a helpdesk speak to Afterword? As any program would: JSON over HTTP with a bearer key."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

from demo.cast import BRAND, HELPDESK, Closing

TIMEOUT_SECONDS = 10.0

Shape = dict[str, Any]


class ApiRefused(Exception):
    """The API said no; the message has its status and its words."""


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """A program with a key of the API at that port of this machine."""

    port: int
    key: str

    async def close(self, closing: Closing, *, now: datetime) -> Shape:
        """Say that a ticket was closed: POST /api/v1/tickets."""
        return await self._asked("POST", "/api/v1/tickets", closed(closing, now=now))

    async def review(self, id: str) -> Shape | None:
        """What is known of a review: GET /api/v1/reviews/{id}; None when there is none."""
        try:
            return await self._asked("GET", f"/api/v1/reviews/{quote(id, safe='')}")
        except ApiRefused as refused:
            if str(refused).startswith("404 "):
                return None
            raise

    async def _asked(self, method: str, path: str, body: Shape | None = None) -> Shape:
        return await asyncio.to_thread(self._ask, method, path, body)

    def _ask(self, method: str, path: str, body: Shape | None) -> Shape:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            answer = connection.getresponse()
            told: Shape = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status >= 300:
            raise ApiRefused(f"{answer.status} {told.get('detail') or answer.reason}")
        return told


def closed(closing: Closing, *, now: datetime) -> Shape:
    """A closed ticket as the API takes it."""
    contact = closing.contact
    return {
        "source": HELPDESK,
        "ticket": closing.ticket,
        "closed_at": (now - timedelta(minutes=closing.minutes_ago)).isoformat(timespec="seconds"),
        "subject": closing.subject,
        "brand": BRAND,
        "contact": {
            "email": contact.email,
            "name": contact.name,
            "company": contact.company,
            "language": contact.language,
        },
        "agent": {"email": closing.agent.email, "name": closing.agent.name},
        "team": closing.agent.team,
        "tags": list(closing.tags),
    }
