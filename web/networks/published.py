"""What do the owners of networks publish today? Their lists, fetched on command, as lines of the table."""

import http.client
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Any
from urllib.parse import urljoin, urlsplit

from reviews.networks import CLOUD, SCANNER, SECURITY, rows_of

PUBLISHED = "\n# published\n"
"""The line that parts what is kept by hand from what is published."""
BYTES_MAX = 40_000_000
"""Azure's list, the longest, has some 5 MB."""
TIMEOUT_SECONDS = 60
REDIRECTS_MAX = 5
AZURE_FILE = re.compile(
    rb"https://download\.microsoft\.com/download/[A-Za-z0-9/_.-]{1,200}/ServiceTags_Public_\d{8}\.json"
)
MAIL_PORT = "25"

UNREADABLE = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError, StopIteration)
"""What fetching a list, or reading one of another shape than it had, raises."""

Fetch = Callable[[str], bytes]


class NotFetched(Exception):
    """A list could not be had or read; the message says which and why. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Source:
    """One published list: whose, of what kind, where, and how to read it."""

    owner: str
    kind: str
    url: str
    read: Callable[[bytes], Iterable[str]]


def _microsoft_mail(body: bytes) -> Iterator[str]:
    for area in json.loads(body):
        if area.get("serviceArea") == "Exchange" and MAIL_PORT in str(area.get("tcpPorts", "")).split(","):
            yield from area.get("ips", ())


def _azure(body: bytes) -> Iterator[str]:
    yield from next(tag for tag in json.loads(body)["values"] if tag["name"] == "AzureCloud")["properties"][
        "addressPrefixes"
    ]


def _amazon(body: bytes) -> Iterator[str]:
    told = json.loads(body)
    yield from (one["ip_prefix"] for one in told["prefixes"])
    yield from (one["ipv6_prefix"] for one in told["ipv6_prefixes"])


def _google(body: bytes) -> Iterator[str]:
    for one in json.loads(body)["prefixes"]:
        yield one.get("ipv4Prefix") or one["ipv6Prefix"]


def _zscaler(body: bytes) -> Iterator[str]:
    yield from _named("range", json.loads(body))


def _named(name: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON of any depth
    if isinstance(value, list):
        for one in value:
            yield from _named(name, one)
    if isinstance(value, dict):
        if isinstance(value.get(name), str):
            yield value[name]
        for one in value.values():
            yield from _named(name, one)


AZURE_PAGE = "https://www.microsoft.com/en-us/download/details.aspx?id=56519"
SOURCES = (
    Source(
        "Microsoft",
        SCANNER,
        "https://endpoints.office.com/endpoints/worldwide?clientrequestid=b10c5ed1-bad1-445f-b386-b919946339a7",
        _microsoft_mail,
    ),
    Source("Zscaler", SECURITY, "https://config.zscaler.com/api/zscaler.net/cenr/json", _zscaler),
    Source("Microsoft", CLOUD, AZURE_PAGE, _azure),
    Source("Amazon", CLOUD, "https://ip-ranges.amazonaws.com/ip-ranges.json", _amazon),
    Source("Google", CLOUD, "https://www.gstatic.com/ipranges/cloud.json", _google),
)


def renewed(text: str, *, at: datetime, fetch: Fetch) -> str:
    """The table with its published part as it is today. NotFetched when any list cannot be had: half a table would
    take machines for people."""
    kept = text.partition(PUBLISHED)[0].rstrip()
    lines = [kept, PUBLISHED.rstrip(), f"# as of {at:%Y-%m-%d}"]
    for source in SOURCES:
        lines.append(f"# {source.owner}: {source.url}")
        lines += [f"{block} {source.kind} {source.owner}" for block in _blocks(source, fetch)]
    made = "\n".join(lines) + "\n"
    list(rows_of(made))  # what we write we can read
    return made


def _blocks(source: Source, fetch: Fetch) -> list[IPv4Network | IPv6Network]:
    try:
        url = _azure_file(fetch(source.url)) if source.url == AZURE_PAGE else source.url
        found = [ip_network(one, strict=False) for one in source.read(fetch(url))]
    except (
        OSError,
        http.client.HTTPException,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        StopIteration,
    ) as error:
        raise NotFetched(f"{source.url}: {error}") from None
    if not found:
        raise NotFetched(f"{source.url}: it names no network")
    four = collapse_addresses(one for one in found if isinstance(one, IPv4Network))
    six = collapse_addresses(one for one in found if isinstance(one, IPv6Network))
    return [*four, *six]


def _azure_file(page: bytes) -> str:
    """Azure's list has a new address every week, on a page that does not move."""
    found = AZURE_FILE.search(page)
    if found is None:
        raise ValueError("the page names no file")
    return found.group().decode()


def fetch(url: str) -> bytes:
    """The body behind an HTTPS address; OSError or HTTPException when it cannot be had."""
    for _ in range(REDIRECTS_MAX):
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise OSError(f"{url} is not https")
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                "GET", f"{parts.path or '/'}?{parts.query}", headers={"User-Agent": "Mozilla/5.0 afterword"}
            )
            answer = connection.getresponse()
            if answer.status in (301, 302, 303, 307, 308):
                url = urljoin(url, answer.headers.get("Location", ""))
                continue
            if answer.status != http.HTTPStatus.OK:
                raise OSError(f"answered {answer.status}")
            body = answer.read(BYTES_MAX + 1)
        finally:
            connection.close()
        if len(body) > BYTES_MAX:
            raise OSError("it is too long")
        return body
    raise OSError("it leads from one address to the next")
