"""What does the API say of itself? OpenAPI 3.1, put together from the operations, their bodies and shapes.json; and a
page that a person can read, with nothing from elsewhere."""

import json
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reviews.roles import SCOPES
from web.answers.pages import page
from web.answers.refusals import PROBLEM
from web.api.frame import ONCE, ONCE_CHARS_MAX
from web.api.operations import BASE, NOTHING, OPERATIONS, Operation
from web.door import door_of

Node = dict[str, Any]
JSON = "application/json"
REF = "#/components/schemas/"
EVERY = (401, 403, 429, 503)
WITH_BODY = (400, 409, 413, 415, 422)
SHAPES = Path(__file__).with_name("shapes.json")
LIMITS = {"address": 254, "id": 64}


async def served(_: Request) -> Response:
    """GET /api/v1/openapi.json."""
    return JSONResponse(document())


async def shown(request: Request) -> Response:
    """GET /api/v1/docs: the document for people."""
    door, told = door_of(request), document()
    return page("api", brand=door.brand_of(door.brand), document=told, base=BASE)


@cache
def document() -> Node:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Afterword",
            "version": version("afterword"),
            "description": "Tell of closed tickets, read what came of them.",
        },
        "servers": [{"url": BASE}],
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": f"Its scopes: {', '.join(SCOPES)}."}
            },
            "schemas": _shapes() | _bodies(),
        },
    }


def _shapes() -> Node:
    """shapes.json, and what lists have of a review: all of it, or the parts that were named by `fields`."""
    shapes: Node = json.loads(SHAPES.read_text("utf-8"))
    parts = {name: told for name, told in shapes["Review"].items() if name != "required"}
    return {**shapes, "ReviewInParts": {**parts, "description": "A review, or of it what `fields` names."}}


def _paths() -> Node:
    paths: Node = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return paths


def _operation(one: Operation) -> Node:
    told: Node = {
        "operationId": f"{one.method.lower()}{''.join(part.strip('{}').title() for part in one.path.split('/'))}",
        "summary": one.summary,
        "description": f"Needs the scope {one.scope}.",
        "parameters": [*_in_path(one.path), *_in_query(one.query)],
        "responses": _answers(one),
    }
    if one.method == "POST":
        schema = {"type": "string", "minLength": 1, "maxLength": ONCE_CHARS_MAX}
        words = "Sent again with the same body, the same answer is given and nothing is done twice; for a day."
        told["parameters"].append(
            {"name": ONCE, "in": "header", "required": False, "schema": schema, "description": words}
        )
    if one.body:
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": {"$ref": REF + one.body.__name__}}}}
    return told


def _answers(one: Operation) -> Node:
    answers = {str(status): _answer(status, shape, one) for status, shape in one.answers.items()}
    also = WITH_BODY if one.method == "POST" else (304, *((422,) if one.query else ()))
    for status in sorted({*EVERY, *also, *one.problems}):
        problem = {"content": {PROBLEM: {"schema": {"$ref": f"{REF}Problem"}}}} if status != 304 else {}
        answers[str(status)] = {"description": HTTPStatus(status).phrase, **problem}
    return answers


def _answer(status: int, shape: str, one: Operation) -> Node:
    told: Node = {"description": HTTPStatus(status).phrase}
    if shape != NOTHING:
        told["content"] = {type: {"schema": {"$ref": REF + shape}} for type in one.types}
    return told


def _in_path(path: str) -> list[Node]:
    names = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": LIMITS[name]},
        }
        for name in names
    ]


def _in_query(query: type[BaseModel] | None) -> list[Node]:
    if query is None:
        return []
    schema = query.model_json_schema()
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": told}
        for name, told in schema["properties"].items()
    ]


def _bodies() -> Node:
    models = [(one.body, "validation") for one in OPERATIONS if one.body]
    _, schema = models_json_schema(models, ref_template=REF + "{model}")  # type: ignore[arg-type]  # a literal it is
    definitions: Node = schema["$defs"]
    for definition in definitions.values():
        for told in definition.get("properties", {}).values():
            for one in (told, *told.get("anyOf", ()), told.get("items", {})):
                if one.get("type") == "string" and "format" not in one and "enum" not in one:
                    one["type"] = ["string", "number"]  # as web/tickets/body.py takes it: helpdesks number tickets
    return definitions
