"""A relay that says what a test has it say, on a real socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

EHLO = "250-relay.example\r\n250 PIPELINING"


@dataclass
class Server:
    """A relay that answers each command by its first word (default 250), and says what it heard, read by read."""

    port: int = 0
    ehlo: str = EHLO
    answers: dict[str, list[str]] = field(default_factory=dict)
    """The next answers to a command, in order; "" hangs up, "never" says nothing."""
    heard: list[list[str]] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        writer.write(b"220 relay.example\r\n")
        while lines := (await reader.read(65_536)).split(b"\r\n")[:-1]:
            self.heard.append([line.decode() for line in lines])
            for line in lines:
                if not await self._answered(line.decode(), reader, writer):
                    writer.close()
                    return

    async def _answered(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        word = line.split(" ", maxsplit=1)[0].upper()
        usual = {"EHLO": self.ehlo, "DATA": "354 go ahead", "QUIT": "221 bye"}.get(word, "250 fine")
        said = self.answers[word].pop(0) if self.answers.get(word) else usual
        if said == "never":
            return True
        if not said:
            return False
        writer.write(f"{said}\r\n".encode())
        if word == "DATA" and said.startswith("354"):
            return await self._took(reader, writer)
        return word != "QUIT"

    async def _took(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        raw = b""
        while raw != b".\r\n" and not raw.endswith(b"\r\n.\r\n"):
            line = await reader.readline()
            if not line:
                return False  # the client has hung up
            raw += line
        self.mails.append(raw)
        said = self.answers["."].pop(0) if self.answers.get(".") else "250 2.0.0 queued"
        if said == "never":
            return True
        if said:
            writer.write(f"{said}\r\n".encode())
        return bool(said)


@asynccontextmanager
async def listening(server: Server) -> AsyncIterator[Server]:
    """The server, on a free port."""
    door = await asyncio.start_server(server.serve, "127.0.0.1", server.port)
    server.port = door.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        for writer in server.writers:
            writer.close()
        door.close()
