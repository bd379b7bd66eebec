"""What holds for every request and every answer? Headers, failures, health, and the bounds of the server itself."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx2
import pytest
import structlog
from starlette.routing import Route

from reviews.facts import Hit
from reviews.model import seat_of
from tests.story import SAM
from tests.web_house import KEY, House, opened_house, path_of, served
from web import server
from web.app import ROUTES, build_app

EVERYWHERE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
CACHED = ("/static/{name}", "/brand/{key}.css")
API = "/api/v1/"
PUBLIC = ("/.well-known/afterword-keys.json",)
WAYS = ("public, max-age=31536000, immutable", "public, max-age=3600", "private, no-cache", "no-store")
"""How an answer may be kept: for good; for an hour; by who asked, who asks again each time (an ETag); by nobody."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


def requests() -> list[tuple[str, str]]:
    """Every method of every route."""
    return [(method, route.path) for route in ROUTES for method in sorted(route.methods or ())]


async def good_path(house: House, path: str) -> str:
    """A path of that route that leads to something."""
    review = await house.asked()
    token = {
        "/r/{token}": house.links.rate(review)["happy"],
        "/v/{token}": house.links.view(review.id),
        "/u/{token}": house.links.unsubscribe(review.id),
        "/s/{token}": house.links.record(review.id, seat_of(review.id, SAM.email)),
        "/s/{token}/rating": f"{house.links.record(review.id, seat_of(review.id, SAM.email))}/rating",
        "/in/{token}": house.links.sign_in("a" * 26),
    }.get(path, path)
    known = {"id": review.id, "name": "pages.css", "key": "acme", "sha256": "0" * 64}
    return path_of(token).format_map(defaultdict(lambda: "none", known))


# headers


@pytest.mark.parametrize(("method", "path"), requests())
@pytest.mark.parametrize("good", [True, False])
async def test_every_answer_keeps_its_address_secret(house: House, method: str, path: str, good: bool) -> None:
    place = await good_path(house, path) if good else path.format_map(defaultdict(lambda: "x"))
    answer = await house.client.request(method, place, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code < 500
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    forever, hour, again, never = WAYS
    found = answer.status_code == 200
    kept = forever if path in CACHED and found else again if "etag" in answer.headers and found else never
    assert kept != again or path.startswith(API)
    kept = hour if path in PUBLIC and found else kept
    assert answer.headers["cache-control"] == kept
    if not (path == "/v/{token}" and answer.status_code == 200):
        assert answer.headers["content-security-policy"] == POLICY
    assert "server" not in answer.headers


async def test_a_failure_has_the_same_headers(house: House) -> None:
    async with broken(house) as client:
        answer = await client.get("/sign-in/x")
        assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE


async def test_without_tls_nobody_is_told_to_use_it(tmp_path: Path) -> None:
    async with opened_house(tmp_path, base_url="http://localhost:8000") as house:
        assert "strict-transport-security" not in (await house.client.get("/healthz")).headers


# failures


class BrokenClockError(Exception):
    """What a door's clock raises here, in place of a bug of ours."""


@asynccontextmanager
async def broken(house: House) -> AsyncIterator[httpx2.AsyncClient]:
    """A client before a door whose clock is broken."""

    def clock() -> datetime:
        raise BrokenClockError("a secret of the inside")

    app = build_app(replace(house.door, clock=clock))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=house.links.base_url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "accept", "type"),
    [
        ("rating", "text/html", "text/html; charset=utf-8"),
        ("rating", "application/json", "application/problem+json"),
        ("/api/v1/reviews", "*/*", "application/problem+json"),
    ],
)
async def test_a_bug_of_ours_is_said_plainly_and_never_shown(house: House, path: str, accept: str, type: str) -> None:
    review = await house.asked()
    place = path_of(house.links.rate(review)["happy"]) if path == "rating" else path
    with structlog.testing.capture_logs() as logs:
        async with broken(house) as client:
            answer = await client.get(place, headers={"Accept": accept, "Authorization": f"Bearer {KEY}"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, type)
    for hidden in ("secret of the inside", "Traceback", "BrokenClockError"):
        assert hidden not in answer.text
    [event] = [entry for entry in logs if entry["event"] == "request failed"]
    assert event["handler"] in ("opened", "reviews")
    assert place not in str(logs)


@pytest.mark.parametrize(
    ("path", "accept", "type"),
    [
        ("rating", "application/json", "application/problem+json"),
        ("/api/v1/reviews", "*/*", "application/problem+json"),
        ("/hooks/x", "*/*", "application/problem+json"),
        ("/readyz", "*/*", "text/html; charset=utf-8"),
    ],
)
async def test_while_the_store_is_away_everybody_is_asked_to_come_again(
    house: House, path: str, accept: str, type: str
) -> None:
    review = await house.asked()
    await house.store.close()
    place = path_of(house.links.rate(review)["happy"]) if path == "rating" else path
    method = "POST" if path.startswith("/hooks") else "GET"
    headers = {"Accept": accept, "Authorization": f"Bearer {KEY}"}
    answer = await house.client.request(method, place, headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == type


async def test_the_log_holds_no_link_no_address_and_no_words(house: House) -> None:
    review = await house.asked()
    path = path_of(house.links.rate(review)["happy"])
    with structlog.testing.capture_logs() as logs:
        page = (await house.client.get(path)).text
        nonce = page.partition('name="nonce" value="')[2].partition('"')[0]
        form = {"kind": "comment", "mode": "comment", "nonce": nonce, "comment": "my own words"}
        await house.client.post(path, data=form)
        await house.add_staff()
        await house.client.post("/sign-in", data={"email": "lea@acme.example"})
    assert len(logs) >= 2
    for secret in (path.removeprefix("/r/"), nonce, "my own words", "lea@", "ada@", "203.0.113"):
        assert secret not in str(logs)


async def test_health_and_robots(house: House) -> None:
    for path, told in (("/healthz", "ok\n"), ("/readyz", "ok\nstore ok\nschema ok\noutbox late 0 s\n")):
        answer = await house.client.get(path)
        assert (answer.status_code, answer.text) == (200, told)
    assert (await house.client.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/x.css"])
async def test_only_the_files_of_the_pages_are_served(house: House, path: str) -> None:
    assert (await house.client.get(path)).status_code == 404


def test_every_route_has_one_handler_a_method() -> None:
    known = [(method, route.path) for route in ROUTES for method in sorted(route.methods or ())]
    assert len(known) == len(set(known))
    assert all(isinstance(route, Route) for route in ROUTES)


# the server


async def said_to(port: int, *parts: bytes) -> bytes:
    """All that is answered to these bytes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_the_server_answers_without_saying_what_it_is(house: House) -> None:
    async with served(house.door) as port:
        answer = await said_to(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head = answer.lower()
    assert head.startswith(b"http/1.1 200")
    assert b"server:" not in head
    assert b"uvicorn" not in head


@pytest.mark.parametrize("filler", [b"X-Filler: " + b"x" * 8_000 + b"\r\n", b"x" * 8_000, b"\r\n" * 4_000])
async def test_headers_without_end_are_cut_off(house: House, filler: bytes) -> None:
    async with served(house.door) as port:
        answer = await said_to(port, b"GET / HTTP/1.1\r\n" if filler[:1] == b"X" else b"", *[filler] * 200)
        assert b"200 OK" not in answer
        assert (await said_to(port, b"GET /healthz HTTP/1.0\r\n\r\n")).endswith(b"ok\n")


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\r\n",
        b"GET / HT",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 9\r\n\r\nem",
    ],
)
async def test_half_a_request_is_not_waited_for_for_ever(
    house: House, start: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS_MAX", 0.2)
    monkeypatch.setattr(server, "FIRST_BYTE_SECONDS_MAX", 0.2)
    async with served(house.door) as port:
        assert b"200 OK" not in await said_to(port, start)


async def test_a_connection_is_kept_for_the_next_request(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS_MAX", 1.0)
    async with served(house.door) as port, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for _ in range(4):
            await asyncio.sleep(0.4)
            assert (await client.get("/healthz")).text == "ok\n"


async def test_the_address_before_a_trusted_proxy_is_the_clients(house: House) -> None:
    review = await house.asked()
    async with served(house.door) as port, httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for address in ("198.51.100.1", "198.51.100.2", "192.0.2.1"):
            await client.get(path_of(house.links.rate(review)["happy"]), headers={"X-Forwarded-For": address})
    keys = [hit.client for hit in (await house.log(review)).of(Hit)]
    assert keys[0] == keys[1] != keys[2]
