"""At RCPT it is known whether an address is ours and leads somewhere: what is refused there is never bounced later."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from inbound.recipients import Recipients
from inbound.standing import Standing
from reviews.facts import Delivery, Review
from reviews.links import Links
from reviews.tokens import Keys, SignedAddress
from store import Session, Store, addressed, migrate_store, open_store
from store.addressed import standing
from tests.story import RULES, SECRETS, closing

DOMAIN = "reply.acme.example"
KEYS = Keys(SECRETS)
LINKS = Links(KEYS, "https://feedback.acme.example", DOMAIN)
GONE = "2" * 26


@dataclass
class Inside:
    """A store with one review that was asked, and the addresses of this installation."""

    store: Store
    review: Review
    invitation: Delivery
    ours: Recipients

    async def answer(self, address: str) -> str:
        refusal = await self.ours.refusal(address)
        return "250" if refusal is None else str(refusal)


@pytest.fixture
async def inside(tmp_path: Path) -> AsyncIterator[Inside]:
    url = f"sqlite:///{tmp_path}/afterword.db"
    migrate_store(url)
    store = open_store(url, rules=RULES, mail_domain=DOMAIN)
    review, invitation = await store.record_new(*closing())
    assert isinstance(review, Review)
    assert isinstance(invitation, Delivery)
    plain = frozenset({"care@acme.example"})
    yield Inside(store, review, invitation, Recipients(KEYS, DOMAIN, plain, Standing(store), "care@acme.example"))
    await store.close()


async def test_what_stands_is_taken(inside: Inside) -> None:
    customer = LINKS.customer_address(inside.review.id)
    for address in (
        customer,
        customer.upper(),
        customer.replace("+", "-", 1),
        LINKS.staff_address(inside.invitation.seat),
        LINKS.bounce_address(inside.invitation.id),
        "care@acme.example",
        "Care@Acme.Example",
        "postmaster",
        f"Postmaster@{DOMAIN}",
        f"abuse@{DOMAIN.upper()}",
    ):
        assert await inside.answer(address) == "250", address


async def test_what_is_erased_is_refused_with_a_place_to_turn_to(inside: Inside) -> None:
    for address in (LINKS.customer_address(GONE), LINKS.staff_address(GONE), LINKS.bounce_address(GONE)):
        assert await inside.answer(address) == (
            "550 5.2.1 This conversation is over and its records are erased, so the mail would reach nobody."
            " Please write to care@acme.example instead"
        )


async def test_everything_else_does_not_exist(inside: Inside) -> None:
    customer = LINKS.customer_address(inside.review.id)
    local_part = customer.partition("@")[0]
    for address in (
        f"{local_part}@other.example",
        f"{local_part[:-1]}@{DOMAIN}",
        f"{local_part[:5]}{'b' if local_part[5] == 'a' else 'a'}{local_part[6:]}@{DOMAIN}",
        f"s{local_part[1:]}@{DOMAIN}",
        f"{local_part[:-2]}1!@{DOMAIN}",
        f"r+@{DOMAIN}",
        f"nobody@{DOMAIN}",
        "care@other.example",
        "postmaster@other.example",
        "abuse",
        f"{customer}%other.example",
        f"other.example!{customer[1:]}",
    ):
        assert (await inside.answer(address)).startswith("550 5.1.1 "), address


async def test_who_asks_at_the_same_moment_is_answered_by_one_look_and_what_was_found_is_remembered(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[set[SignedAddress]] = []

    def counted(session: Session, addresses: set[SignedAddress]) -> set[SignedAddress]:
        looks.append(addresses)
        return standing(session, addresses)

    monkeypatch.setattr(addressed, "standing", counted)
    asks = Standing(inside.store)
    asked = [SignedAddress("r", inside.review.id), SignedAddress("r", GONE), SignedAddress("b", inside.invitation.id)]
    assert await asyncio.gather(*map(asks, asked * 20)) == [True, False, True] * 20
    assert looks == [set(asked)]
    assert await asks(asked[0])
    assert looks == [set(asked)]
    assert not await asks(asked[1])
    assert looks == [set(asked), {asked[1]}]


async def test_a_caller_who_leaves_does_not_end_the_look_of_another(inside: Inside) -> None:
    standing = Standing(inside.store)
    leaving = asyncio.create_task(standing(SignedAddress("r", inside.review.id)))
    staying = asyncio.create_task(standing(SignedAddress("b", inside.invitation.id)))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying
