"""What collectors hear: an OTLP collector and a Sentry of our own, on real sockets, told by the real processes."""

import asyncio
import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import structlog
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

import telemetry
from bench.ports import free_port
from reviews.rules import Rules
from store import api_keys, migrate_store, open_store
from tests.hearing import Heard, Hearer, hearing
from tests.house import BROWSER
from tests.post_office import PostOffice, post_office

ROOT = Path(__file__).parent.parent
PERSON = "ada.lovelace@customer.example"
WORDS = "the VPN of Zanzibar"
SECRET = "s" * 40
ID = "4l7oc2khmvebwo76px4kr4zmuy"
PATIENCE_SECONDS = 30
TICKET = {
    "source": "zammad",
    "ticket": "48213",
    "subject": WORDS,
    "ask": "now",
    "contact": {"email": PERSON, "name": "Ada Lovelace"},
    "agent": {"email": "sam@acme.example", "name": "Sam"},
}


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("event", "left"),
    [
        ({"event": "mail read", "review": ID, "seconds": 0.25}, {"review": ID, "seconds": 0.25}),
        ({"event": "called", "why": "no answer", "peer": "192.0.2.1", "client": "192.0.2.0/24", "who": PERSON}, {}),
        ({"event": "x", "kind": PERSON, "status": "it was\nWORDS", "review": "a" * 65}, {}),
        ({"event": "x", "status": ["deferred"], "kind": None, "tls": False}, {"tls": False}),
        ({"event": "x", "where": "/home/ada/afterword/inbound/reader.py:12"}, {"where": "reader.py:12"}),
    ],
)
def test_only_what_nobody_wrote_may_leave(event: dict[str, Any], left: dict[str, Any]) -> None:
    assert telemetry.leaving(event) == {f"afterword.{key}": value for key, value in left.items()}


def test_of_an_error_its_type_and_its_lines_are_told_and_no_word_and_no_variable() -> None:
    frame = {
        "function": "read",
        "lineno": 12,
        "module": "inbound.reader",
        "vars": {"mail": WORDS},
        "abs_path": "/home/ada",
    }
    told: Any = {
        "event_id": ID,
        "level": "error",
        "message": "mail not read",
        "user": {"ip_address": "192.0.2.1"},
        "request": {"url": f"/r/{SECRET}"},
        "extra": {"sys.argv": [PERSON]},
        "breadcrumbs": {"values": [{"message": WORDS}]},
        "server_name": "ada",
        "exception": {"values": [{"type": "ValueError", "value": PERSON, "stacktrace": {"frames": [frame]}}]},
    }
    scrubbed: Any = telemetry.scrubbed(told, {})
    for word in (PERSON, WORDS, SECRET, "192.0.2.1", "/home/ada"):
        assert word not in json.dumps(scrubbed)
    (value,) = scrubbed["exception"]["values"]
    assert (value["type"], value["stacktrace"]["frames"][0]["lineno"]) == ("ValueError", 12)
    assert scrubbed.keys() == {"event_id", "level", "message", "exception"}


def test_where_no_collector_is_named_nothing_of_it_is_loaded() -> None:
    doors = ("web", "mailer", "inbound", "calling")
    look = f"import sys, telemetry, {', '.join(f'{door}.__main__' for door in doors)}\n"
    look += f"for door in {doors}: telemetry.begin(door)\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"telemetry", *(f"{door}.__main__" for door in doors)} <= {*loaded.stdout.split()}
    assert [name for name in loaded.stdout.split() if name.startswith(("opentelemetry", "sentry_sdk"))] == []


def test_nothing_stands_between_an_event_and_its_line_where_no_collector_is_named() -> None:
    before = structlog.get_config()["processors"]
    app: Any = object()
    assert telemetry.begin("web")(app) is app
    assert structlog.get_config()["processors"] is before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"otlp_url": "http://127.0.0.1:1"}, "AFTERWORD_OTLP_URL"),
        ({"sentry_dsn": "http://k@a/1"}, "AFTERWORD_SENTRY_DSN"),
    ],
)
def test_what_is_not_installed_is_said(given: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("opentelemetry", "sentry_sdk"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter", None)
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ValueError, match=rf"{says} is set.*set_up\.py telemetry"):
        telemetry.begin("web", **given)


def test_a_dsn_that_is_none_stops_the_start() -> None:
    with pytest.raises(ValueError, match="AFTERWORD_SENTRY_DSN: expected"):
        telemetry.begin("web", sentry_dsn="https://nobody.example")


async def test_a_ticket_and_a_mail_are_spans_and_no_span_tells_of_anybody(tmp_path: Path) -> None:
    async with hearing() as collector, post_office() as office, running(tmp_path, collector, office) as asked:
        token = await asked()
    spans = [span for heard in collector.heard for span in spans_of(heard)]
    names = {span.name for span in spans}
    assert {"POST tickets.closed.ticket_closed", "GET rating.page.opened", "delivery settled"} <= names
    by_name = {span.name: span for span in spans}
    assert status_of(by_name["POST tickets.closed.ticket_closed"]) == 201
    assert [event.name for event in by_name["POST tickets.closed.ticket_closed"].events] == ["ticket closed"]
    sent = by_name["delivery settled"]
    assert values(sent)["afterword.outcome"] == "sent"
    assert sent.end_time_unix_nano > sent.start_time_unix_nano
    assert by_name["GET rating.page.opened"].status.code == Status.STATUS_CODE_UNSET
    everything = b"".join(body_of(heard) for heard in collector.heard).decode("utf-8", "replace")
    for word in (PERSON, "customer.example", "Lovelace", WORDS, "sam@", "Bearer", SECRET, token, "127.0.0.1", "/r/"):
        assert word not in everything
    assert "afterword-web" in everything
    assert "afterword-mailer" in everything


async def test_an_error_is_told_to_sentry_without_what_it_said(tmp_path: Path) -> None:
    async with hearing() as sentry:
        crash = (
            "import structlog, telemetry; from logs import write_logs; write_logs();"
            f"telemetry.begin('inbound', sentry_dsn='http://key@127.0.0.1:{sentry.port}/7');"
            "log = structlog.get_logger();\n"
            f"try:\n    mail = {WORDS!r}; raise LookupError({PERSON!r})\n"
            f"except LookupError: log.exception('mail not read', arrival={ID!r}, why={PERSON!r})\n"
            "log.error('mail not kept', error='OSError', where='/home/ada/reader.py:7', peer='192.0.2.1')\n"
            f"log.info('mail read', review={ID!r})\n"
            f"raise RuntimeError({PERSON!r})\n"
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", crash, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        lines, _ = await process.communicate()
    assert "mail not read" in lines.decode()
    events = [event for heard in sentry.heard for event in events_of(heard)]
    by_message = {event.get("message", ""): event for event in events}
    assert by_message.keys() == {"mail not read", "mail not kept", ""}
    read, kept, died = by_message["mail not read"], by_message["mail not kept"], by_message[""]
    assert read["tags"] == {"afterword.arrival": ID}
    assert [value["type"] for value in read["exception"]["values"]] == ["LookupError"]
    assert kept["tags"] == {"afterword.error": "OSError", "afterword.where": "reader.py:7"}
    assert [value["type"] for value in died["exception"]["values"]] == ["RuntimeError"]
    everything = b"".join(body_of(heard) for heard in sentry.heard).decode()
    for word in (PERSON, "Zanzibar", "192.0.2.1", "/home/ada", socket.gethostname() + '"'):
        assert word not in everything


@pytest.mark.parametrize("answers", [False, True], ids=["nobody listens", "nobody answers"])
async def test_a_collector_that_is_away_costs_no_line_and_no_long_farewell(answers: bool) -> None:
    """By themselves the exporters would try again for longer than we wait here."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as deaf:
        port = deaf.getsockname()[1] if answers else 9
        tell = (
            "import structlog, telemetry; from logs import write_logs; write_logs();"
            f"telemetry.begin('inbound', otlp_url='http://127.0.0.1:{port}/v1/traces',"
            f" sentry_dsn='http://key@127.0.0.1:{port}/7', export_seconds=0.3);"
            "[structlog.get_logger().error('mail not read', number=number) for number in range(3000)]"
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", tell, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            lines, _ = await process.communicate()
    assert (process.returncode, len(lines.splitlines())) == (0, 3000)


@asynccontextmanager
async def running(folder: Path, collector: Hearer, office: PostOffice) -> AsyncIterator[Any]:
    """The web and mailer processes, told to tell; what tells of a ticket, opens a link of its mail, and gives its
    token. At the end both are stopped, so that they tell the rest."""
    port = free_port()
    told = {
        "DATABASE_URL": f"sqlite:///{folder}/afterword.db",
        "PORT": str(port),
        "AFTERWORD_BIND": "127.0.0.1",
        "AFTERWORD_BASE_URL": f"http://127.0.0.1:{port}",
        "AFTERWORD_REPLY_DOMAIN": "reply.acme.example",
        "AFTERWORD_FROM": "care@acme.example",
        "AFTERWORD_SECRET_KEYS": SECRET,
        "AFTERWORD_SMTP_URL": f"smtp://127.0.0.1:{office.port}?starttls=none",
        "AFTERWORD_OTLP_URL": f"http://127.0.0.1:{collector.port}/v1/traces",
        "AFTERWORD_SENTRY_DSN": f"http://key@127.0.0.1:{collector.port}/7",
        "PYTHONPATH": str(ROOT),
    }
    environment = {**os.environ, **told}
    migrate_store(told["DATABASE_URL"])
    store = open_store(told["DATABASE_URL"], rules=Rules(), mail_domain=told["AFTERWORD_REPLY_DOMAIN"])
    await store.write(partial(api_keys.add_key, name="tests", secret=SECRET, at=datetime.now(UTC)))
    await store.close()
    processes = [await started(environment, folder, door) for door in ("web", "mailer")]

    async def asked() -> str:
        headers = {"Authorization": f"Bearer {SECRET}"}
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=BROWSER) as http:
            ticket = {**TICKET, "closed_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
            answer = await http.post("/api/v1/tickets", json=ticket, headers=headers)
            assert answer.status_code == 201
            letter = (await office.wait_for(PERSON)).text()
            link = next(word for word in letter.split() if "/r/" in word)
            opened = await http.get(link)
            assert opened.status_code == 200
        return str(link.rpartition("/")[2])

    try:
        yield asked
    finally:
        for process in processes:
            process.terminate()
            assert await process.wait() == 0


async def started(environment: Mapping[str, str], folder: Path, door: str) -> asyncio.subprocess.Process:
    """A process of ours, once it listens to what it is told or, where it listens to nobody, at once."""
    command = (sys.executable, "-m", door)
    with (folder / f"{door}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environment, stdout=log, stderr=log)
    if door == "web":
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await listens(int(environment["PORT"])):  # noqa: ASYNC110 - of another process nobody is told
                await asyncio.sleep(0.1)
    return process


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def body_of(heard: Heard) -> bytes:
    return gzip.decompress(heard.body) if heard.headers.get("content-encoding") == "gzip" else heard.body


def spans_of(heard: Heard) -> Iterator[Span]:
    """The spans of one request to a collector; what went to Sentry has none."""
    if heard.path != "/v1/traces":
        return
    for resource in ExportTraceServiceRequest.FromString(body_of(heard)).resource_spans:
        for scope in resource.scope_spans:
            yield from scope.spans


def values(span: Span) -> dict[str, str]:
    return {one.key: one.value.string_value for one in span.attributes}


def status_of(span: Span) -> int:
    return next(int(one.value.int_value) for one in span.attributes if one.key == "http.response.status_code")


def events_of(heard: Heard) -> Iterator[dict[str, Any]]:
    """The errors in one envelope of Sentry's: a head, then for each item a head and a line."""
    lines = body_of(heard).splitlines()[1:]
    for head, item in zip(lines[::2], lines[1::2], strict=False):
        if json.loads(head)["type"] == "event":
            yield json.loads(item)
