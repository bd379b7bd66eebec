"""What a client sends reads the same however it is cut, and nobody can send ahead without end."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbound.smtp.limits import COMMAND_BYTES_MAX
from inbound.smtp.refusals import LINE_BARE, LINE_ENDLESS, LINE_TOO_LONG, Refusal
from inbound.smtp.wire import AHEAD_BYTES, ENDLESS_BYTES, Wire

PIECES = [b"NOOP", b"\r\n", b"\r", b"\n", b" ", b"MAIL FROM:<>\r\n", b"x" * (COMMAND_BYTES_MAX + 1), b"\0\xff"]


class Tap(asyncio.ReadTransport):
    """A transport that only knows what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def pause_reading(self) -> None:
        self.told.append("pause")

    def resume_reading(self) -> None:
        self.told.append("resume")


def lines(sent: bytes, step: int) -> list[bytes | Refusal]:
    """What is read when so many bytes come at a time."""
    wire = Wire(Tap())
    found: list[bytes | Refusal] = []
    for at in range(0, len(sent), step):
        wire.feed(sent[at : at + step])
        while (line := wire.line()) is not None:
            found.append(line)
    return found


def meant(line: bytes) -> bytes | Refusal:
    """What a whole line says (RFC 5321 section 2.3.8), read slowly."""
    if len(line) > COMMAND_BYTES_MAX:
        return LINE_TOO_LONG
    plain = line.removesuffix(b"\r\n")
    return LINE_BARE if plain == line or b"\r" in plain else plain


@given(st.lists(st.sampled_from(PIECES), max_size=8), st.integers(1, 5_000))
def test_commands_read_the_same_however_they_are_cut(pieces: list[bytes], step: int) -> None:
    sent = b"".join(pieces)
    assert lines(sent, step) == [meant(line + b"\n") for line in sent.split(b"\n")[:-1]]


def test_a_line_without_end_is_noticed_though_nothing_of_it_is_kept() -> None:
    wire = Wire(Tap())
    for _ in range(ENDLESS_BYTES // 1000):
        wire.feed(b"x" * 1000)
        assert wire.line() is None
    wire.feed(b"x" * 3 * COMMAND_BYTES_MAX)
    assert wire.line() is LINE_ENDLESS


async def test_who_sends_too_far_ahead_has_to_wait_until_it_is_read() -> None:
    tap = Tap()
    wire = Wire(tap)
    wire.feed(b"x" * AHEAD_BYTES)
    assert tap.told == []
    wire.feed(b"x")
    wire.feed(b"x")
    assert tap.told == ["pause"]
    assert len(wire.chunk()) == AHEAD_BYTES + 2
    waiting = asyncio.create_task(wire.more())
    await asyncio.sleep(0)
    assert tap.told == ["pause", "resume"]
    wire.feed(b"more")
    await waiting
    assert wire.chunk() == b"more"


async def test_what_came_before_the_end_is_read_before_the_end_is_told() -> None:
    wire = Wire(Tap())
    wire.feed(b"NOOP\r\nQU")
    wire.end()
    assert wire.line() == b"NOOP"
    assert wire.line() is None
    with pytest.raises(EOFError):
        await wire.more()


async def test_an_end_while_somebody_waits_is_told_at_once() -> None:
    wire = Wire(Tap())
    waiting = asyncio.create_task(wire.more())
    await asyncio.sleep(0)
    wire.end()
    with pytest.raises(EOFError):
        await waiting


def test_what_came_after_a_mail_is_read_first() -> None:
    wire = Wire(Tap())
    wire.feed(b"mail.NOOP\r\nQUIT\r\n")
    assert wire.chunk() == b"mail.NOOP\r\nQUIT\r\n"
    wire.put_back(b"NOOP\r\nQU")
    wire.feed(b"IT\r\n")
    assert [wire.line(), wire.line(), wire.line()] == [b"NOOP", b"QUIT", None]
