"""How does a fact become a row and a row a fact? Instants as microseconds UTC, the rest as JSON by pydantic."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from reviews.clicks import Step
from reviews.facts import FACT_TYPES, Fact
from reviews.model import Envelope

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
A_DAY_SECONDS, A_SECOND_MICROS = 86_400, 1_000_000
_ADAPTERS: dict[str, TypeAdapter[Any]] = {kind.kind: TypeAdapter(kind) for kind in FACT_TYPES}
_STEP: TypeAdapter[Step] = TypeAdapter(Step)
_ENVELOPE: TypeAdapter[Envelope] = TypeAdapter(Envelope)


def micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC: exact, where a float of seconds is not."""
    since = instant - EPOCH
    return (since.days * A_DAY_SECONDS + since.seconds) * A_SECOND_MICROS + since.microseconds


def instant(value: int) -> datetime:
    """The UTC datetime of such a number."""
    return EPOCH + timedelta(microseconds=value)


def write_fact(fact: Fact) -> str:
    """A fact as JSON text."""
    return _json(_ADAPTERS[fact.kind], fact)


def read_fact(kind: str, body: str) -> Fact:
    """The fact of a row."""
    fact: Fact = _ADAPTERS[kind].validator.validate_json(body)
    return fact


def write_step(step: Step) -> str:
    """A timeline's step as JSON text."""
    return _json(_STEP, step)


def read_step(body: str) -> Step:
    """The step of a row."""
    return _STEP.validate_json(body)


def write_envelope(envelope: Envelope) -> str:
    """An envelope as JSON text."""
    return _json(_ENVELOPE, envelope)


def read_envelope(body: str) -> Envelope:
    """The envelope of a row."""
    return _ENVELOPE.validate_json(body)


def _json(adapter: TypeAdapter[Any], value: object) -> str:
    """A value as JSON text. Half a character (a lone surrogate, from a broken header) is no text: it becomes `?`, as in
    the fact's id."""
    try:
        return adapter.serializer.to_json(value).decode()
    except PydanticSerializationError:
        text = json.dumps(adapter.dump_python(value, mode="json"), ensure_ascii=False)
        return text.encode("utf-8", "replace").decode()
