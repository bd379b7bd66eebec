"""What do an operator's own collectors hear? Spans by OpenTelemetry, errors by Sentry; nothing unless one is named.

Both hear the lines of the log, and of these only what MAY_LEAVE names: ids, outcomes, counts, seconds. No text that
somebody wrote ever leaves: no address, no link, no words, no message of an exception, no variable.
"""

import atexit
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import version
from threading import Thread
from time import time_ns  # noqa: TID251 - a span says when it was, by whatever clock others are told
from typing import TYPE_CHECKING, Any

import structlog
from structlog.typing import EventDict

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer
    from sentry_sdk.types import Event, Hint
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAY_LEAVE = frozenset(
    (
        *("answer", "arrival", "attempt", "attempts", "choice", "code", "count", "delivery", "did", "do", "endpoint"),
        *("error", "failures", "handler", "hit", "kind", "letter", "mails", "new", "number", "one_click", "outcome"),
        *("read", "recipients", "review", "reviews", "route", "scope", "seconds", "size_bytes", "source", "status"),
        *("tls", "tries", "where"),
    )
)
TELLABLE = re.compile(r"[A-Za-z0-9_ .:-]{1,64}")
"""What an id, a name of ours or the line of a file looks like: an address has an at sign, and a token is longer."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ERRORS = ("error", "critical")
BROKEN = 500
EXPORT_SECONDS = 5
"""How long a collector may take, also when the process ends: systemd waits 40 s for that."""
KEPT = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment", "message", "tags")
FRAME = ("function", "lineno", "module", "in_app")

Hearer = Callable[[str, EventDict], None]


def begin(
    kind: str, *, otlp_url: str = "", sentry_dsn: str = "", export_seconds: float = EXPORT_SECONDS
) -> "Callable[[ASGIApp], ASGIApp]":
    """Have this process heard, where a collector is named; what goes round its ASGI application, if it has one.
    ValueError when what it takes is not installed, or the DSN is none."""
    hearers: list[Hearer] = []
    around: Callable[[ASGIApp], ASGIApp] = _as_it_is
    if sentry_dsn:
        hearers.append(_sentry(kind, sentry_dsn, export_seconds))
    if otlp_url:
        tracer = _tracer(kind, otlp_url, export_seconds)
        hearers.append(Spans(tracer))

        def around(app: "ASGIApp") -> "ASGIApp":
            return Traced(app, tracer)

    if hearers:
        structlog.configure(processors=[_Heard(hearers), *structlog.get_config()["processors"]])
    return around


def leaving(event: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    """What may leave of a line of the log."""
    known = {key: event[key] for key in MAY_LEAVE & event.keys()}
    if isinstance(known.get("where"), str):
        known["where"] = known["where"].rpartition("/")[2]
    return {f"afterword.{key}": told for key, value in known.items() if (told := _told(value)) is not None}


def scrubbed(event: "Event", hint: "Hint") -> "Event":
    """An error as Sentry is told of it, whoever caught it: of an exception the type, and the lines it went through."""
    kept: Any = {key: event[key] for key in KEPT if key in event}  # type: ignore[literal-required]
    values = (event.get("exception") or {}).get("values") or ()
    if values:
        kept["exception"] = {"values": [_without_words(value) for value in values]}
    return kept  # type: ignore[no-any-return]


class _Heard:
    """A processor of structlog, before the one that writes: a hearer that fails costs no line."""

    def __init__(self, hearers: list[Hearer]) -> None:
        self._hearers = hearers

    def __call__(self, _: object, level: str, event: EventDict) -> EventDict:
        for hearer in self._hearers:
            with suppress(Exception):
                hearer(level, event)
        return event


class Spans:
    """Each line of the log is a span as long as its `seconds`; within a request it is an event of the request's."""

    def __init__(self, tracer: "Tracer") -> None:
        from opentelemetry import trace

        self._tracer, self._trace = tracer, trace

    def __call__(self, level: str, event: EventDict) -> None:
        name, told = str(event.get("event", "")), leaving(event)
        current = self._trace.get_current_span()
        if current.is_recording():
            current.add_event(name, told)
            return
        ended = time_ns()
        seconds = float(told.get("afterword.seconds", 0))
        span = self._tracer.start_span(name, start_time=ended - int(seconds * 1e9), attributes=told)
        if level in ERRORS:
            span.set_status(self._trace.StatusCode.ERROR)
        span.end(ended)


class Traced:
    """Round an ASGI application: a span for each request, named by the page that answered. Who asked names no trace: a
    stranger's `traceparent` is not believed."""

    def __init__(self, app: "ASGIApp", tracer: "Tracer") -> None:
        from opentelemetry import trace

        self._app, self._tracer, self._trace = app, tracer, trace

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def answer(message: "Message") -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        scope["extensions"] = {}  # an answer that goes out in one piece would pass by
        kind = self._trace.SpanKind.SERVER
        with self._tracer.start_as_current_span(
            "request", kind=kind, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                await self._app(scope, receive, answer)
            finally:
                handler = scope.get("endpoint")
                method = scope["method"] if scope["method"] in METHODS else "_OTHER"
                span.update_name(f"{method} {_name(handler)}")
                span.set_attributes({"http.request.method": method, "http.response.status_code": status})
                if not status or status >= BROKEN:
                    span.set_status(self._trace.StatusCode.ERROR)


def _as_it_is(app: "ASGIApp") -> "ASGIApp":
    return app


def _name(handler: object) -> str:
    """As `/metrics` names it."""
    name = getattr(handler, "__name__", "")
    return f"{getattr(handler, '__module__', '').removeprefix('web.')}.{name}" if name else "nobody"


def _told(value: object) -> str | int | float | bool | None:
    if isinstance(value, int | float):
        return value
    return str(value) if isinstance(value, str) and TELLABLE.fullmatch(value) else None


def _tracer(kind: str, url: str, seconds: float) -> "Tracer":
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise ValueError(_missing("AFTERWORD_OTLP_URL", "OpenTelemetry")) from None
    release = version("afterword")
    told = {"service.namespace": "afterword", "service.name": f"afterword-{kind}", "service.version": release}
    # Its sampler is what OTEL_TRACES_SAMPLER names. Its own farewell takes half a minute where nobody answers.
    provider = TracerProvider(resource=Resource(told), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=seconds)))
    atexit.register(_within, seconds, provider.shutdown)
    return provider.get_tracer("afterword", release)


def _within(seconds: float, farewell: Callable[[], None]) -> None:
    thread = Thread(target=farewell, daemon=True)
    thread.start()
    thread.join(seconds)


def _sentry(kind: str, dsn: str, seconds: float) -> Hearer:
    try:
        import sentry_sdk
        from sentry_sdk.integrations.excepthook import ExcepthookIntegration
        from sentry_sdk.utils import BadDsn, event_from_exception
    except ImportError:
        raise ValueError(_missing("AFTERWORD_SENTRY_DSN", "Sentry's client")) from None
    try:
        sentry_sdk.init(
            dsn=dsn,
            release=f"afterword@{version('afterword')}",
            server_name="",
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[ExcepthookIntegration()],
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
            before_send=scrubbed,
        )
    except BadDsn:
        raise ValueError("AFTERWORD_SENTRY_DSN: expected what Sentry shows as a project's DSN") from None
    atexit.register(sentry_sdk.flush, seconds)

    def hear(level: str, event: EventDict) -> None:
        if level not in ERRORS:
            return
        caught = event.get("exc_info")
        raised = sys.exc_info() if caught is True else caught
        told: Any = event_from_exception(raised)[0] if raised and raised != (None, None, None) else {}
        tags = {key: str(value) for key, value in leaving(event).items()}
        told |= {"level": "error", "logger": kind, "message": str(event.get("event", "")), "tags": tags}
        sentry_sdk.capture_event(told)

    return hear


def _without_words(value: Mapping[str, Any]) -> dict[str, Any]:
    frames = (value.get("stacktrace") or {}).get("frames") or ()
    lines = [{key: frame[key] for key in FRAME if key in frame} for frame in frames]
    return {"type": value.get("type"), "value": "", "stacktrace": {"frames": lines}}


def _missing(key: str, what: str) -> str:
    return f"{key} is set, and {what} is not installed: python3 scripts/set_up.py telemetry"
