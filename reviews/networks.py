"""What kind of network does an address belong to? A table that was read once; nobody is asked (click-protocol 3.4).

A network asks for a tap at most, it never voids: people sit behind cloud desktops and browser isolation too. Only a
network that carries mail filters and nobody else gets no page that can vote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPV4LENGTH, IPV6LENGTH, IPv4Address, IPv6Address, ip_address, ip_network

SCANNER, SECURITY, CLOUD = "scanner", "security", "cloud"
KINDS = (SCANNER, SECURITY, CLOUD, "")
"""Filters alone; filters and people; rented machines; '' for all others, where people live."""
IPV4_PREFIX, IPV6_PREFIX = 24, 48
"""Networks of about one office or one home: as much of an address as is ever kept."""
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
        tables: dict[tuple[int, int], dict[int, tuple[str, str]]] = {}
        for cidr, kind, owner in rows:
            block = ip_network(cidr)
            number = int(block.network_address) >> (block.max_prefixlen - block.prefixlen)
            tables.setdefault((block.version, block.prefixlen), {})[number] = (kind, owner)
        longest_first = sorted(tables.items(), key=lambda table: -table[0][1])
        self._tables = {
            bits: [(bits - length, table) for (of, length), table in longest_first if of == version]
            for version, bits in ((4, IPV4LENGTH), (6, IPV6LENGTH))
        }
        self.of = lru_cache(ADDRESSES_KNOWN)(self._of)

    def _of(self, address: str) -> Network:
        """The network of an address; ELSEWHERE for what is none: a test's client, a socket of this machine."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return ELSEWHERE
        if isinstance(parsed, IPv6Address):
            parsed = parsed.ipv4_mapped or parsed
        number = int(parsed)
        return Network(_prefix(parsed, number), *self._kind(number, parsed.max_prefixlen))

    def _kind(self, number: int, bits: int) -> tuple[str, str]:
        for shift, table in self._tables[bits]:
            if found := table.get(number >> shift):
                return found
        return ("", "")


def _prefix(address: IPv4Address | IPv6Address, number: int) -> str:
    """The network that is kept of an address. Most are IPv4, and `ip_network` would take a tenth of a visit's time."""
    if isinstance(address, IPv4Address):
        return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.0/{IPV4_PREFIX}"
    return str(ip_network((address, IPV6_PREFIX), strict=False))


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
