"""What kind of network does an address belong to? A table that was read once; nobody is asked (click-protocol 3.4).

A network asks for a tap at most, it never voids: people sit behind cloud desktops and browser isolation too. Only a
network that carries mail filters and nobody else gets no page that can vote.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_network

SCANNER, SECURITY, CLOUD = "scanner", "security", "cloud"
KINDS = (SCANNER, SECURITY, CLOUD, "")
"""Filters alone; filters and people; rented machines; '' for all others, where people live."""
IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""Networks of about one office or one home: as much of an address as is ever kept."""
OCTETS = {str(number): number for number in range(256)}
ADDRESSES_KNOWN = 1_024
"""Addresses whose network is kept: behind a proxy, and in one visit, the same come again and again."""


class NotANetwork(ValueError):
    """A line of the table that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where a request came from: the /24 or /48 of its address, the kind of network, and whose it is."""

    prefix: str = ""
    kind: str = ""
    owner: str = ""


ELSEWHERE = Network()
"""What is no address at all."""


class Networks:
    """The table: the longest prefix that holds an address says its kind and owner."""

    def __init__(self, rows: Iterable[tuple[str, str, str]] = ()) -> None:
        """`rows` are (CIDR, kind, owner)."""
        known = [(ip_network(cidr), (kind, owner)) for cidr, kind, owner in rows]
        blocks = [
            (block.version, int(block.network_address), int(block.broadcast_address), whose) for block, whose in known
        ]
        self._whose = {version: _Whose(block[1:] for block in blocks if block[0] == version) for version in (4, 6)}
        self.of = lru_cache(ADDRESSES_KNOWN)(self._of)

    def _of(self, address: str) -> Network:
        """The network of an address; ELSEWHERE for what is none: a test's client, a socket of this machine. Most are
        IPv4, and `ipaddress` would take a tenth of a visit's time for them."""
        octets = [OCTETS[part] for part in address.split(".") if part in OCTETS]
        if len(octets) == 4 and address.count(".") == 3:
            one, two, three, four = octets
            number = ((one << 8 | two) << 8 | three) << 8 | four
            return Network(f"{one}.{two}.{three}.0/{IPV4_PREFIX}", *self._whose[4].of(number))
        try:
            parsed = IPv6Address(address)
        except ValueError:
            return ELSEWHERE
        if parsed.ipv4_mapped:
            return self._of(str(parsed.ipv4_mapped))
        prefix = str(IPv6Network((parsed, IPV6_PREFIX), strict=False))
        return Network(prefix, *self._whose[6].of(int(parsed)))


class _Whose:
    """The addresses of one version, cut where one owner's end and another's begin."""

    def __init__(self, blocks: Iterable[tuple[int, int, tuple[str, str]]]) -> None:
        """`blocks` are (first, last, whose); of two that overlap the smaller one holds."""
        largest_first = sorted(blocks, key=lambda block: block[0] - block[1])
        self._firsts = sorted({0, *(edge for first, last, _ in largest_first for edge in (first, last + 1))})
        self._whose = [("", "")] * len(self._firsts)
        for first, last, whose in largest_first:
            begin, end = bisect_right(self._firsts, first) - 1, bisect_right(self._firsts, last)
            self._whose[begin:end] = [whose] * (end - begin)

    def of(self, number: int) -> tuple[str, str]:
        return self._whose[bisect_right(self._firsts, number) - 1]


def read_networks(text: str) -> Networks:
    """The table of a file: a line each of CIDR, kind and owner, `#` before a remark. NotANetwork for a wrong line."""
    return Networks(rows_of(text))


def rows_of(text: str) -> Iterable[tuple[str, str, str]]:
    """The rows of such a file."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split(None, 2)
        if not words:
            continue
        if len(words) != 3 or words[1] not in KINDS:
            raise NotANetwork(f"line {number}: expected CIDR, one of {', '.join(KINDS[:-1])}, and an owner")
        try:
            ip_network(words[0])
        except ValueError as error:
            raise NotANetwork(f"line {number}: {error}") from None
        yield words[0], words[1], words[2].strip()
