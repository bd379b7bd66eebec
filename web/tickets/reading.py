"""Is this body a closed ticket we can take? If not, every wrong field is named with what is wrong (RFC 9457)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json
from starlette.requests import Request

from reviews.events import ClosedTicket
from reviews.rules import Rules
from web.answers.refusals import JSON, Refused
from web.tickets.body import Ticket

WORDS = {
    "missing": "this field is missing",
    "extra_forbidden": "there is no such field",
    "model_type": "expected an object with fields",
}
BOUNDS = {"too_long": ("at most", "max_length"), "too_short": ("at least", "min_length")}
SUMMARY = "Some fields cannot be used; see errors."
CLOCK_WRONG_MAX = timedelta(days=1)
"""It may be our clock that is wrong: a helpdesk that is told no does not tell again, so only nonsense is refused."""

Form = TypeVar("Form", bound=BaseModel)
Wrong = dict[str, str]
"""What is wrong with each field, by its JSON pointer (RFC 6901)."""


class WrongFields(Exception):
    """Fields that cannot be used."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong

    def refused(self) -> Refused:
        """The answer: 422 with every field."""
        errors = [{"pointer": pointer, "detail": detail} for pointer, detail in self.wrong.items()]
        return Refused(422, detail=SUMMARY, errors=errors)


async def read_body(request: Request) -> object:
    """The JSON that was posted; Refused 415 for what is sent as anything else, 400 for what is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Refused(415, detail="Send it as application/json.")
    return read_json(await request.body())


def read_json(body: bytes) -> object:
    """The JSON of a body; Refused 400 where it is none."""
    try:
        payload: object = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise Refused(400, detail=f"The body is no JSON: {error}") from None
    return payload


def read_as(form: type[Form], fields: object) -> Form:
    """These fields as that form. WrongFields names all that is wrong."""
    try:
        return form.model_validate(fields)
    except ValidationError as error:
        raise WrongFields({_pointer(problem): _detail(problem) for problem in error.errors()}) from None


def read_ticket(fields: object, *, brands: Collection[str], brand: str, at: datetime, rules: Rules) -> ClosedTicket:
    """The closed ticket in these fields, of `brand` where they name none. WrongFields names all that is wrong."""
    ticket = read_as(Ticket, fields)
    wrong = {}
    if (ticket.brand or brand) not in brands:
        wrong["/brand"] = "there is no such brand"
    if ticket.closed_at > at + CLOCK_WRONG_MAX + rules.skew:
        wrong["/closed_at"] = "this lies in the future"
    if wrong:
        raise WrongFields(wrong)
    return ticket.event(ticket.brand or brand)


def _pointer(problem: ErrorDetails) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in problem["loc"])


def _detail(problem: ErrorDetails) -> str:
    """What is wrong with a field. A text whose length is looked at once it is one line is told as a text, no list."""
    if isinstance(problem["input"], str) and problem["type"] in BOUNDS:
        end, bound = BOUNDS[problem["type"]]
        return f"expected {end} {problem['ctx'][bound]} character{'s' if problem['ctx'][bound] != 1 else ''}"
    return WORDS.get(problem["type"], problem["msg"])
