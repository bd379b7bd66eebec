"""Who really calls, where a load balancer hands the connection on? The PROXY protocol, version 1 and 2
(https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt), spoken before anything else and only by who is listed.
"""

from dataclasses import dataclass

from aiosmtpd.proxy_protocol import AF, V2_CMD, V2_SIGNATURE, ProxyData, get_proxy

LINE, LINE_BYTES_MAX = b"PROXY", 107  # of version 1, as the specification has it (section 2.1)
FIXED_BYTES = 16  # of version 2: signature, command, family, and how much follows (section 2.2)
FOLLOWS_BYTES_MAX = 4_096
"""Addresses take at most 216 bytes, and what is said of TLS some hundred."""
SECONDS = 5.0
"""A load balancer says it at once."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: their address, '' for the load balancer itself, as it looks whether we are well; and whether they came
    to it by TLS."""

    address: str
    tls: bool


def header_bytes(said: bytes) -> int:
    """How long the header is that stands at the beginning; 0 while more of it has to come. ValueError when there is
    none."""
    if LINE.startswith(said[: len(LINE)]) or said.startswith(LINE):
        end = said.find(b"\r\n") + 2
        if end < 2 and len(said) < LINE_BYTES_MAX:
            return 0
        if 2 <= end <= LINE_BYTES_MAX:
            return end
    elif V2_SIGNATURE.startswith(said[: len(V2_SIGNATURE)]):
        if len(said) < FIXED_BYTES:
            return 0
        follows = int.from_bytes(said[14:FIXED_BYTES], "big")
        if follows <= FOLLOWS_BYTES_MAX:
            return FIXED_BYTES + follows if len(said) >= FIXED_BYTES + follows else 0
    raise ValueError("it does not begin with a PROXY header")


def read_header(header: bytes) -> Caller:
    """What a whole header says. ValueError when it cannot be understood."""
    told = _read(header)
    if not told.valid:
        raise ValueError(told.error or "a PROXY header that says nothing")
    if told.command == V2_CMD.LOCAL or told.family not in (AF.INET, AF.INET6):
        return Caller("", tls=False)
    try:
        more = told.tlv
    except (RuntimeError, KeyError, IndexError) as error:  # aiosmtpd's MalformedTLV, and what it does not catch itself
        raise ValueError("a PROXY header that ends too early") from error
    return Caller(str(told.src_addr), tls=bool(more and (more.get("SSL_CLIENT") or 0) & 1))


def _read(header: bytes) -> ProxyData:
    """aiosmtpd's parser reads from a stream; all of it is there, so it never waits."""
    reading = get_proxy(_There(header))
    try:
        reading.send(None)
    except StopIteration as done:
        found: ProxyData = done.value
        return found
    except (RuntimeError, ValueError, IndexError) as error:
        raise ValueError("a PROXY header that cannot be read") from error
    reading.close()
    raise ValueError("a PROXY header that ends too early")


class _There:
    """Bytes that are there, as a stream."""

    def __init__(self, said: bytes) -> None:
        self._left = said

    async def read(self, n: int = -1) -> bytes:
        taken, self._left = (self._left, b"") if n < 0 else (self._left[:n], self._left[n:])
        return taken

    async def readexactly(self, n: int) -> bytes:
        if len(self._left) < n:
            raise ValueError("it ends too early")
        return await self.read(n)

    async def readuntil(self, separator: bytes = b"\n") -> bytes:
        return await self.read(self._left.index(separator) + len(separator))
