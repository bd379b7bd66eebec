"""May we connect there? The address behind a name is looked at when the connection is made, and that one is used.

So a name that means one machine when it is checked and another when it is called (DNS rebinding) gains nothing. No
redirect is followed and no proxy of the environment is asked: an answer says where it came from.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import httpcore2

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
"""Standard Webhooks asks for 15 to 30 s to answer; a receiver should do its work later."""
ANSWER_BYTES_MAX = 65_536
"""Of an answer that is read: a ticket of a helpdesk, or a sentence why not."""
ADDRESSES_MAX = 8
"""Of one name, that are tried."""
NAT64 = ip_network("64:ff9b::/96")
"""RFC 6052: an IPv4 address in its last 32 bits."""


class Forbidden(Exception):
    """A place we do not connect to, and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_networks(text: str) -> tuple[Network, ...]:
    """The networks in `10.1.0.0/16, 127.0.0.1`; ValueError for anything else."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def public(address: Address) -> bool:
    """Whether it is an address of the open internet, with what it carries inside."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in NAT64:
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return public(inside)
    return address.is_global and not address.is_multicast


def checked(url: str, *, allowed: Sequence[Network]) -> str:
    """The URL, if its form is one that can be called: https, or http where private networks are allowed. Forbidden
    says why not. What its name leads to is looked at when it is called."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - it is read when it is asked for
    except ValueError:
        raise Forbidden("it is no address of the web") from None
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise Forbidden("expected an address like https://hooks.example.com/path, without a password in it")
    if parts.scheme == "http" and not allowed:
        raise Forbidden("expected https; http is for networks named in AFTERWORD_CALLS_ALLOWED")
    if any(ord(sign) <= 32 for sign in url):
        raise Forbidden("there is a blank in it")
    return url


class _Backend(httpcore2.AsyncNetworkBackend):
    """Connects to what may be connected to. Where `plain`, to allowed networks alone: nothing goes open over the
    internet."""

    def __init__(self, allowed: Sequence[Network], *, plain: bool) -> None:
        self._real = httpcore2.AnyIOBackend()
        self._allowed = allowed
        self._plain = plain

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        error: Exception = Forbidden("its name leads nowhere")
        for address in await self._addresses(host, port):
            try:
                return await self._real.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                error = failed
        raise error

    async def sleep(self, seconds: float) -> None:
        await self._real.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        """Where the name leads, if all of it may be connected to: a name that leads outside and inside is a trick."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise httpcore2.ConnectError("its name cannot be resolved") from None
        addresses = list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))
        if wrong := [address for address in addresses if not self._may(address)]:
            kind = "it is no machine of an allowed network" if self._plain else "it is no machine of the open internet"
            raise Forbidden(f"{wrong[0]}: {kind} (AFTERWORD_CALLS_ALLOWED)")
        return addresses[:ADDRESSES_MAX]

    def _may(self, address: Address) -> bool:
        return any(address in network for network in self._allowed) or (not self._plain and public(address))


class Line:
    """Makes requests, within the limits above. Forbidden where we do not connect to; httpcore2's errors, ssl.SSLError
    and TimeoutError where nobody answered."""

    def __init__(self, allowed: Sequence[Network] = (), *, ssl_context: ssl.SSLContext | None = None) -> None:
        self.allowed = tuple(allowed)
        self._pools = {
            scheme: httpcore2.AsyncConnectionPool(
                ssl_context=ssl_context, network_backend=_Backend(self.allowed, plain=scheme == "http")
            )
            for scheme in ("https", "http")
        }

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request and its answer; an answer that is too long is cut."""
        pool = self._pools[urlsplit(checked(url, allowed=self.allowed)).scheme]
        limits = {"connect": CONNECT_SECONDS, "read": ANSWER_SECONDS, "write": ANSWER_SECONDS, "pool": ANSWER_SECONDS}
        sent = {"Host": urlsplit(url).netloc, "Accept-Encoding": "identity", "User-Agent": "Afterword", **headers}
        async with (
            asyncio.timeout(CONNECT_SECONDS + ANSWER_SECONDS),  # each limit above begins anew with every byte
            pool.stream(
                method, url, headers=list(sent.items()), content=body, extensions={"timeout": limits}
            ) as answer,
        ):
            read = bytearray()
            async for piece in answer.aiter_stream():
                read += piece
                if len(read) > ANSWER_BYTES_MAX:
                    break
        told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
        return Answer(answer.status, told, bytes(read[:ANSWER_BYTES_MAX]))

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.aclose()
