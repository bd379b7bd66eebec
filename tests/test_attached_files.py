"""Files that came with a mail: who may save them, and that no browser is ever asked to show one."""

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from reviews import flow
from reviews.attachments import examined
from reviews.facts import Review
from reviews.mail import read_mail
from reviews.model import Envelope, seat_of
from tests.story import ADA, RULES, SAM, later, mail
from tests.web_house import House, opened_house, path_of

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
RAW = (
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee the drawing.\r\n--b\r\n'
    b"Content-Type: image/svg+xml\r\nContent-Disposition: attachment; filename*=UTF-8''%C3%9Cbersicht%22%0d.svg\r\n\r\n"
) + SVG + b"\r\n--b--\r\n"  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def with_file(house: House) -> Review:
    """A review whose customer sent a drawing."""
    review = await house.asked()
    envelope = Envelope(later(), "192.0.2.1", "x.example", ADA.email, ("r@x",), True)
    sha256 = await house.store.keep_mail(id="a", envelope=envelope, raw=RAW)
    files = tuple(map(examined, read_mail(RAW).attachments))
    reply = mail(mail=sha256, attachments=files)
    await house.store.record(review.id, partial(flow.replied, mail=reply, at=later(hours=2), rules=RULES))
    house.clock.now = later(hours=2)
    return review


def record_path(house: House, review: Review) -> str:
    return path_of(house.links.record(review.id, seat_of(review.id, SAM.email)))


async def test_a_file_is_saved_and_never_shown(house: House) -> None:
    html = (await house.client.get(record_path(house, await with_file(house)))).text
    assert "a drawing that can hold a program" in html
    [path] = re.findall(r'href="([^"]+/files/[^"]+)" download', html)
    answer = await house.client.get(path)
    assert (answer.status_code, answer.content) == (200, SVG)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"file\"; filename*=UTF-8''%C3%9Cbersicht_.svg"
    )
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_nobody_else_gets_it(house: House) -> None:
    review = await with_file(house)
    path = record_path(house, review)
    sha256 = examined(read_mail(RAW).attachments[0]).sha256
    other = await house.asked(ticket="2")
    await house.store.record(other.id, partial(flow.replied, mail=mail(), at=later(hours=2), rules=RULES))
    assert (await house.client.get(record_path(house, other))).status_code == 200
    assert (await house.client.get(f"{path}/files/{'0' * 64}")).status_code == 404
    assert (await house.client.get(f"/s/forged/files/{sha256}")).status_code == 404
    assert (await house.client.get(f"/reviews/{review.id}/files/{sha256}")).headers["location"] == "/sign-in"
    assert (await house.client.get(f"{record_path(house, other)}/files/{sha256}")).status_code == 404
