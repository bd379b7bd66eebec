"""Who tells a host the names of others? Its own nameserver, as every mail host should have; this one knows none."""

import asyncio
import sys

import dns.message
import dns.rcode

ADDRESS, PORT = "127.0.0.53", 53


class Nobody(asyncio.DatagramProtocol):
    """Answers every question that there is no such name."""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # of this kind
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = dns.message.make_response(dns.message.from_wire(data))
        answer.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(answer.to_wire(), addr)


async def main() -> None:
    """Until it is killed."""
    await asyncio.get_running_loop().create_datagram_endpoint(Nobody, (ADDRESS, PORT))
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
