"""Does the API do what its OpenAPI document says, whatever it is asked? Schemathesis asks, over a real socket."""

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from reviews import flow
from reviews.events import Press
from reviews.model import Mode
from tests.story import ADA, RULES, START, visit
from tests.web_house import KEY, House, opened_house, served
from web.api.document import document

PER_OPERATION = 10
"""Examples of each operation: enough for every parameter and field to be wrong once; CI asks the same ones anew."""
UNSAID = [positive_data_acceptance]
"""What no schema can say: that a text is an address one can write to, a cursor of ours, a day after another."""
schema = schemathesis.openapi.from_dict(document())


async def _furnish(house: House) -> str:
    """A review with all there is; its id."""
    review = await house.asked(contact=ADA)
    at = house.clock.now
    opened = partial(flow.link_opened, hit="page", link="unhappy", visit=visit(), at=at, rules=RULES)
    await house.store.record(review.id, opened)
    press = Press("page", "unhappy", Mode.BUTTON, trusted=True)
    await house.store.record(review.id, partial(flow.commented, press=press, words="Again!", at=at, rules=RULES))
    house.clock.now = START + timedelta(hours=2)
    return review.id


class Running:
    """A house with its door on a socket, in a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.review = 0, ""
        self.ready, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self.ready.wait(30)

    async def _run(self) -> None:
        async with opened_house(self.folder) as house:
            self.review = await _furnish(house)
            async with served(house.door) as self.port:
                self.ready.set()
                await asyncio.to_thread(self._over.wait)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("api"))
    yield running
    running.stop()


@schema.parametrize()
@settings(
    max_examples=PER_OPERATION,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_it_is_asked_it_answers_as_its_document_says(case: Any, running: Running) -> None:
    unsaid = list(UNSAID)
    if "id" in (case.path_parameters or {}) and len(str(case.path_parameters["id"])) % 2:
        case.path_parameters["id"] = running.review  # half of the questions are about the review that is there
        unsaid.append(negative_data_rejection)  # it may have been the id that was wrong
    base = f"http://127.0.0.1:{running.port}/api/v1"
    case.call_and_validate(base_url=base, headers={"Authorization": f"Bearer {KEY}"}, excluded_checks=unsaid)


def test_the_checks_are_those_that_hold_the_document() -> None:
    names = {check.__name__ for check in CHECKS.get_all()}
    assert {"response_schema_conformance", "status_code_conformance", "not_a_server_error"} <= names


def test_the_document_is_served_to_anybody_and_names_nothing_elsewhere(running: Running) -> None:

    base = f"http://127.0.0.1:{running.port}/api/v1"
    told = httpx2.get(f"{base}/openapi.json")
    assert told.json()["openapi"] == "3.1.0"
    page = httpx2.get(f"{base}/docs").text
    assert "POST /api/v1/tickets" in page
    assert "http://" not in page.replace("http://127.0.0.1", "")
    assert not [ref for ref in json.dumps(told.json()).split('"$ref": "')[1:] if not ref.startswith("#/")]
