"""A helpdesk is written to: its token fetched, the ticket found, and what the rules say done, request after request.

What is done twice is there twice in one case only, a note; so notes come last, and what failed before is done again
with them.
"""

import base64
import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from calling.guard import Answer, Line
from calling.helpdesks import TICKET, Helpdesk, Step
from calling.helpdesks.rules import Done
from store import Endpoint

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
PLACE = re.compile(r"\{([a-z_]+)(:int)?\}")
OK = range(200, 300)
NOT_FOUND = Answer(404, {}, b"")
DOTS = (".", "..")  # RFC 3986 section 5.2.4; no quoting keeps a server from taking them out of a path


async def write_back(
    line: Line, endpoint: Endpoint, helpdesk: Helpdesk, *, ticket: str, text: str, done: tuple[Done, ...]
) -> Answer:
    """Do all of it; the answer of the last request, or of the first that was not taken."""
    values = _values(endpoint, helpdesk, ticket=ticket, text=text)
    if stopped := await _found(line, endpoint, helpdesk, values):
        return stopped
    answer = NOT_FOUND
    for action, word in done:
        step = helpdesk.steps[action]
        answer = await _one(line, endpoint, helpdesk, step, values | {action: word})
        if answer.status not in OK:
            return answer
    return answer


async def shown(line: Line, endpoint: Endpoint, helpdesk: Helpdesk, *, ticket: str) -> tuple[Answer, str]:
    """The answer that shows a ticket, and when it says the ticket was changed last, '' where it does not; NOT_FOUND
    where it shows none of that number."""
    values = _values(endpoint, helpdesk, ticket=ticket, text="")
    if stopped := await _found(line, endpoint, helpdesk, values):
        return stopped, ""
    step = helpdesk.steps[TICKET]
    answer, number = await _looked_up(line, endpoint, helpdesk, step, values)
    if answer.status in OK and str(number) != ticket:  # `048213` may lead there, too
        return NOT_FOUND, ""
    return answer, str(_standing(_read(answer), step.changed) or "") if answer.status in OK else ""


async def _found(line: Line, endpoint: Endpoint, helpdesk: Helpdesk, values: dict[str, str]) -> Answer | None:
    """Fetch a token and look up the ticket's own id into `values`, where that is needed; the answer that stands in the
    way, or None. Of a number that would lead out of its place in an address nothing is asked."""
    if values["ticket"] in DOTS:
        return NOT_FOUND
    for name, key in (("token", "bearer"), ("find", "id")):
        if name in helpdesk.steps:
            answer, found = await _looked_up(line, endpoint, helpdesk, helpdesk.steps[name], values)
            if found is None:
                return answer if answer.status not in OK else NOT_FOUND
            values[key] = str(found)
    return None


async def _looked_up(
    line: Line, endpoint: Endpoint, helpdesk: Helpdesk, step: Step, values: Mapping[str, str]
) -> tuple[Answer, Any]:
    """The last answer, and what stands in it where the step says; None where it stands in none."""
    answer = NOT_FOUND
    for path in (step.path, *step.also):
        answer = await _sent(line, endpoint, helpdesk, replace(step, path=path), values)
        found = _standing(_read(answer), step.read) if answer.status in OK else None
        if found is not None or answer.status not in OK:
            return answer, found
    return answer, None


async def _one(line: Line, endpoint: Endpoint, helpdesk: Helpdesk, step: Step, values: Mapping[str, str]) -> Answer:
    if not step.merge:
        return await _sent(line, endpoint, helpdesk, step, values)
    before = await _sent(line, endpoint, helpdesk, Step(step.known, "GET"), values)
    if before.status not in OK:
        return before
    known = _standing(_read(before), step.merge) or []
    (name,) = step.body
    body = {name: list(dict.fromkeys([*known, *_filled(step.body[name], values)]))}
    return await _sent(line, endpoint, helpdesk, step, values, body=body)


async def _sent(
    line: Line,
    endpoint: Endpoint,
    helpdesk: Helpdesk,
    step: Step,
    values: Mapping[str, str],
    *,
    body: dict[str, list[Any]] | None = None,
) -> Answer:
    """One request, with its own body or that one."""
    path = PLACE.sub(lambda place: quote(values.get(place[1], ""), safe=""), step.path)
    usable = {name: value for name, value in helpdesk.headers.items() if "{bearer}" not in value or "bearer" in values}
    headers = {name: _text(value, values) for name, value in usable.items()} | {"Accept": JSON}
    written = b""
    if step.body is not None:
        filled = body or _filled(step.body, values)
        written = urlencode(filled).encode() if step.form else json.dumps(filled, ensure_ascii=False).encode()
        headers["Content-Type"] = FORM if step.form else JSON
    return await line.request(step.method, endpoint.url.rstrip("/") + path, headers, written)


def _values(endpoint: Endpoint, helpdesk: Helpdesk, *, ticket: str, text: str) -> dict[str, str]:
    user, secret = endpoint.options.get("user", ""), endpoint.secrets[0] if endpoint.secrets else ""
    basic = base64.b64encode(f"{user}:{secret}".encode()).decode()
    own = {name: endpoint.options.get(name, usual) for name, usual in helpdesk.options.items()}
    page = html.escape(text).replace("\n", "<br>")
    return {**own, "ticket": ticket, "text": text, "html": page, "user": user, "secret": secret, "basic": basic}


def _filled(shape: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
    """The shape with its placeholders filled; `{name:int}` by itself becomes a number."""
    if isinstance(shape, dict):
        return {name: _filled(value, values) for name, value in shape.items()}
    if isinstance(shape, list):
        return [_filled(value, values) for value in shape]
    if not isinstance(shape, str):
        return shape
    whole = PLACE.fullmatch(shape)
    if whole and whole[2]:
        number = values.get(whole[1], "")
        return int(number) if number.isdecimal() else number
    return _text(shape, values)


def _text(shape: str, values: Mapping[str, str]) -> str:
    """Filled in one go: what stands in a value is never looked at again."""
    return PLACE.sub(lambda place: values.get(place[1], place[0]), shape)


def _read(answer: Answer) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _standing(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    """What stands at a dotted path, with `*` for every one of a list; None where there is nothing."""
    steps = path.split(".")
    for number, step in enumerate(steps, 1):
        if isinstance(value, list) and step == "*":
            return [_standing(one, ".".join(steps[number:])) for one in value]
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            return None
    return value
