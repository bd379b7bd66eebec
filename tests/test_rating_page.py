"""What does the rating page do with each request and each post? Through real HTTP, on a real store."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from reviews.facts import Arrived, ClientSuspected, Comment, Hit, Review, Signal, Vote
from reviews.flow import COMMENT_LENGTH_MAX
from reviews.model import DECOY, Evidence, Status
from reviews.tokens import RATE
from tests.story import RULES, START
from tests.web_house import FORM, SCRIPT, House, opened_house, path_of

NONCE = re.compile(r'name="nonce" value="([^"]+)"')
STATE = re.compile(r'data-state="([a-z_]+)"')
CHOSEN = re.compile(r'data-answer="([a-z]*)"')


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


def link(house: House, review: Review, face: str = "happy") -> str:
    if face == DECOY:
        return path_of(house.links.decoys(review)[0])
    return path_of(house.links.rate(review)[face])


def found(pattern: re.Pattern[str], html: str) -> str:
    match = pattern.search(html)
    return match[1] if match else ""


async def opened(house: House, review: Review, face: str = "happy") -> tuple[str, str]:
    """The path of a link and the nonce of the page behind it."""
    path = link(house, review, face)
    nonce = found(NONCE, (await house.client.get(path)).text)
    assert nonce
    return path, nonce


async def post(
    house: House, path: str, nonce: str, sent_as: Mapping[str, str] | None = None, **fields: str
) -> httpx2.Response:
    """What the page's script posts, or with `sent_as=FORM` its forms."""
    return await house.client.post(path, data={"nonce": nonce, **fields}, headers=sent_as or SCRIPT)


async def rating(house: House, review: Review) -> tuple[Status, str | None]:
    step = (await house.store.timeline(review.id)).at(house.clock.now)
    return step.status, step.value


# requests


async def test_a_get_is_kept_and_never_rates(house: House) -> None:
    review = await house.asked()
    answer = await house.client.get(link(house, review))
    log = await house.log(review)
    assert answer.status_code == 200
    assert [(hit.link, hit.page) for hit in log.of(Hit)] == [("happy", True)]
    assert not log.of(Vote)


@pytest.mark.parametrize(
    ("method", "face", "headers", "status", "machine"),
    [
        ("HEAD", "happy", {}, 200, "method"),
        ("OPTIONS", "happy", {}, 200, "method"),
        ("GET", "happy", {"Sec-Purpose": "prefetch;prerender"}, 503, "prefetch"),
        ("GET", "happy", {"X-Moz": "prefetch"}, 503, "prefetch"),
        ("GET", "happy", {"X-Purpose": "Preview"}, 503, "prefetch"),
        ("GET", "happy", {"Sec-Fetch-Dest": "image"}, 200, "fetch_dest"),
        ("GET", "happy", {"Sec-Fetch-Dest": "document"}, 200, ""),
        ("GET", DECOY, {}, 200, "decoy"),
        ("GET", "unhappy", {}, 200, ""),
    ],
)
async def test_only_a_persons_request_gets_a_page_that_can_vote(
    house: House, method: str, face: str, headers: dict[str, str], status: int, machine: str
) -> None:
    review = await house.asked()
    answer = await house.client.request(method, link(house, review, face), headers=headers)
    [hit] = (await house.log(review)).of(Hit)
    assert (answer.status_code, hit.machine, hit.link) == (status, machine, face)
    assert bool(found(NONCE, answer.text)) is (machine == "")


async def test_a_speculative_answer_says_by_what_it_differs(house: House) -> None:
    review = await house.asked()
    answer = await house.client.get(link(house, review), headers={"Purpose": "prefetch"})
    assert answer.headers["vary"] == "Sec-Purpose, Purpose, X-Purpose, X-Moz"


@pytest.mark.parametrize(
    ("seconds_after_sending", "status", "can_vote"),
    [
        (1, 200, False),
        (4.9, 200, False),
        (5, 200, True),
        (RULES.expiry.total_seconds(), 200, True),
        (RULES.expiry.total_seconds() + 1, 410, False),
    ],
)
async def test_a_link_works_from_five_seconds_until_thirty_days_after_the_mail(
    house: House, seconds_after_sending: float, status: int, can_vote: bool
) -> None:
    review = await house.asked()
    house.clock.now = START + timedelta(seconds=seconds_after_sending)
    answer = await house.client.get(link(house, review))
    assert (answer.status_code, bool(found(NONCE, answer.text))) == (status, can_vote)


@pytest.mark.parametrize("token", ["x", "x" * 3_000, "WyJhIiwxXQ.AAAA", "%00", "WyJhIiwxXQ.AAAA="])
async def test_a_bad_link_gets_a_neutral_page(house: House, token: str) -> None:
    for method in ("GET", "POST"):
        answer = await house.client.request(method, f"/r/{token}")
        assert answer.status_code == 404
        assert "There is nothing here" in answer.text
        assert "Acme" not in answer.text


async def test_a_link_of_another_purpose_does_not_rate(house: House) -> None:
    review = await house.asked()
    token = house.links.view(review.id).rpartition("/")[2]
    assert (await house.client.get(f"/r/{token}")).status_code == 404


async def test_a_signed_link_to_a_review_that_was_erased_gets_the_neutral_page(house: House) -> None:
    token = house.door.keys.link(RATE, "a" * 26, 1)
    assert (await house.client.get(f"/r/{token}")).status_code == 404


async def test_the_page_tells_nothing_of_who_and_what(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    await post(house, path, nonce, kind="comment", mode="comment", answer="happy", comment="my secret words")
    html = (await house.client.get(path)).text
    for secret in ("Ada", "ada@", "VPN", review.ticket, "secret words", 'recorded"'):
        assert secret not in html
    assert found(STATE, html) == "asking"


# votes


async def test_an_untouched_vote_counts_after_ten_minutes(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "unhappy")
    answer = await post(house, path, nonce, kind="vote", mode="auto", answer="unhappy", trusted="0", event="")
    assert answer.json() == {"status": "provisional", "rating": "unhappy", "needs_tap": False}
    assert await rating(house, review) == (Status.PROVISIONAL, "unhappy")
    house.clock.forward(minutes=10)
    assert await rating(house, review) == (Status.CONFIRMED, "unhappy")


async def test_a_touch_of_the_page_makes_its_vote_count_at_once(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    await post(house, path, nonce, kind="vote", mode="auto", answer="happy")
    answer = await post(house, path, nonce, kind="signal", event="pointermove", trusted="1")
    assert answer.status_code == 204
    assert await rating(house, review) == (Status.CONFIRMED, "happy")


async def test_soon_after_the_mail_an_untouched_vote_asks_for_a_tap_and_the_tap_counts(house: House) -> None:
    review = await house.asked()
    house.clock.now = START + timedelta(minutes=2)
    path, nonce = await opened(house, review)
    auto = await post(house, path, nonce, kind="vote", mode="auto", answer="happy")
    assert auto.json() == {"status": "provisional", "rating": "happy", "needs_tap": True}
    tap = await post(house, path, nonce, kind="vote", mode="button", answer="happy", trusted="1")
    assert tap.json() == {"status": "confirmed", "rating": "happy", "needs_tap": False}


async def test_another_face_pressed_on_the_page_replaces_the_answer(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "happy")
    for face in ("happy", "unhappy", "neutral", "happy"):
        house.clock.forward(seconds=10)
        answer = await post(house, path, nonce, kind="vote", mode="button", answer=face, trusted="1")
        assert answer.json()["rating"] == face
        assert await rating(house, review) == (Status.CONFIRMED, face)


async def test_a_repeated_press_changes_nothing(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    answers = [await post(house, path, nonce, kind="vote", mode="button", answer="happy", trusted="1") for _ in "123"]
    assert len({answer.text for answer in answers}) == 1
    assert len((await house.log(review)).of(Vote)) == 1


async def test_a_strangers_untouched_visit_does_not_displace_a_press_and_is_not_told_of_it(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "happy")
    await post(house, path, nonce, kind="vote", mode="button", answer="happy", trusted="1")
    house.client.headers["User-Agent"] = "somebody else"
    house.clock.forward(minutes=2)
    path, nonce = await opened(house, review, "unhappy")
    answer = await post(house, path, nonce, kind="vote", mode="auto", answer="unhappy")
    assert answer.json() == {"status": "provisional", "rating": "unhappy", "needs_tap": True}
    house.clock.forward(hours=1)
    assert await rating(house, review) == (Status.CONFIRMED, "happy")


async def test_the_same_person_changes_their_mind_by_one_click_in_the_mail(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "happy")
    await post(house, path, nonce, kind="vote", mode="button", answer="happy", trusted="1")
    house.clock.forward(seconds=20)
    path, nonce = await opened(house, review, "unhappy")
    answer = await post(house, path, nonce, kind="vote", mode="auto", answer="unhappy")
    assert answer.json() == {"status": "provisional", "rating": "unhappy", "needs_tap": False}
    assert await rating(house, review) == (Status.CONFIRMED, "happy")
    house.clock.forward(minutes=10)
    assert await rating(house, review) == (Status.CONFIRMED, "unhappy")


async def test_the_same_face_opened_once_more_is_recorded_without_a_tap(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "happy")
    await post(house, path, nonce, kind="vote", mode="button", answer="happy", trusted="1")
    house.client.headers["User-Agent"] = "another of their machines"
    path, nonce = await opened(house, review, "happy")
    answer = await post(house, path, nonce, kind="vote", mode="auto", answer="happy")
    assert answer.json() == {"status": "confirmed", "rating": "happy", "needs_tap": False}


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "auto", "answer": "happy", "webdriver": "1"},
        {"mode": "button", "answer": DECOY, "trusted": "1"},
        {"mode": "form", "answer": DECOY},
    ],
)
async def test_proof_of_a_machine_voids_its_vote(house: House, fields: dict[str, str]) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    await post(house, path, nonce, SCRIPT, kind="vote", **fields)
    house.clock.forward(hours=1)
    status, value = await rating(house, review)
    assert (status, value) == (Status.VOIDED, None)


async def test_a_press_without_script_counts_and_leads_back_to_what_was_recorded(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "neutral")
    answer = await post(house, path, nonce, FORM, kind="vote", mode="form", answer="neutral")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{path}?done=")
    html = (await house.client.get(answer.headers["location"])).text
    assert (found(STATE, html), found(CHOSEN, html)) == ("recorded", "neutral")
    assert await rating(house, review) == (Status.CONFIRMED, "neutral")


async def test_a_native_form_from_a_page_whose_script_had_reported_in_is_a_scripts_doing(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    assert (await post(house, path, nonce, kind="arrive")).status_code == 204
    await post(house, path, nonce, FORM, kind="vote", mode="form", answer="happy")
    log = await house.log(review)
    assert log.of(Arrived)
    assert [vote.evidence for vote in log.of(Vote)] == [Evidence.SOFT]


async def test_the_address_that_shows_what_was_recorded_shows_it_for_half_an_hour_only(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    answer = await post(house, path, nonce, FORM, kind="vote", mode="form", answer="unhappy")
    house.clock.now += RULES.nonce + timedelta(seconds=1)
    html = (await house.client.get(answer.headers["location"])).text
    assert (found(STATE, html), found(CHOSEN, html)) == ("asking", "happy")


async def test_what_was_recorded_is_not_shown_behind_a_link_to_another_review(house: House) -> None:
    review, other = await house.asked(), await house.asked(ticket="2")
    path, nonce = await opened(house, review)
    answer = await post(house, path, nonce, FORM, kind="vote", mode="form", answer="unhappy")
    done = answer.headers["location"].partition("?")[2]
    html = (await house.client.get(f"{link(house, other)}?{done}")).text
    assert (found(STATE, html), found(CHOSEN, html)) == ("asking", "happy")


# comments


async def test_a_comment_is_kept_and_counts_as_a_press(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "unhappy")
    words = "It still drops.\r\nEvery hour."
    answer = await post(house, path, nonce, kind="comment", mode="comment", answer="unhappy", comment=words)
    assert answer.json() == {"status": "confirmed", "rating": "unhappy", "needs_tap": False}
    assert [comment.words for comment in (await house.log(review)).of(Comment)] == ["It still drops.\nEvery hour."]
    assert await rating(house, review) == (Status.CONFIRMED, "unhappy")


async def test_a_comment_without_script_is_thanked_for(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    answer = await post(house, path, nonce, FORM, kind="comment", mode="comment", answer="", comment="Thanks!")
    html = (await house.client.get(answer.headers["location"])).text
    assert found(STATE, html) == "commented"
    assert not (await house.log(review)).of(Vote)


async def test_a_comment_without_words_is_none(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    await post(house, path, nonce, FORM, kind="comment", mode="comment", answer="happy", comment=" \r\n ")
    log = await house.log(review)
    assert not log.of(Comment)
    assert not log.of(Vote)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("x" * COMMENT_LENGTH_MAX, 200),
        ("😀" * COMMENT_LENGTH_MAX, 200),
        ("x" * (COMMENT_LENGTH_MAX - 2) + "\r\n1", 200),
        ("x" * (COMMENT_LENGTH_MAX + 1), 422),
        ("x" * 70_000, 413),
    ],
)
async def test_a_comment_has_at_most_5000_characters(house: House, words: str, status: int) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    answer = await post(house, path, nonce, kind="comment", mode="comment", comment=words)
    assert answer.status_code == status
    assert len((await house.log(review)).of(Comment)) == (status == 200)


async def test_a_person_without_script_is_told_that_the_words_are_too_many(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    answer = await post(house, path, nonce, FORM, kind="comment", mode="comment", comment="x" * 5_001)
    assert (answer.status_code, "At most 5,000 characters" in answer.text) == (422, True)


# what is not taken


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({}, 200),
        ({"Origin": "null"}, 200),
        ({"Origin": "https://care.acme.example"}, 200),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://care.acme.example.evil.example"}, 403),
        ({"Content-Type": "application/json"}, 415),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
async def test_a_post_is_taken_from_our_own_page_only(house: House, headers: dict[str, str], status: int) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    usual = {"Content-Type": FORM["Content-Type"], "Accept": "application/json"}
    answer = await post(house, path, nonce, usual | headers, kind="vote", mode="button", answer="happy", trusted="1")
    assert answer.status_code == status
    assert len((await house.log(review)).of(Vote)) == (status == 200)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "rate"},
        {"kind": "vote", "mode": "telepathy", "answer": "happy"},
        {"kind": "vote", "mode": "comment", "answer": "happy"},
        {"kind": "signal", "event": "pointermove"},
        {"kind": "signal", "event": "pointermove", "trusted": "0"},
        {"kind": "signal", "event": "x" * 33, "trusted": "1"},
    ],
)
async def test_a_post_that_our_page_does_not_send_is_refused(house: House, fields: dict[str, str]) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    answer = await post(house, path, nonce, SCRIPT, **fields)
    log = await house.log(review)
    assert answer.status_code == 422
    assert not log.of(Vote)
    assert not log.of(Signal)


async def test_an_answer_that_is_no_face_is_not_recorded(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    await post(house, path, nonce, kind="vote", mode="button", answer="ecstatic", trusted="1")
    assert not (await house.log(review)).of(Vote)


@pytest.mark.parametrize("minutes", [31, 24 * 60])
async def test_a_page_that_stood_open_too_long_is_opened_again(house: House, minutes: float) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    house.clock.forward(minutes=minutes)
    answer = await post(house, path, nonce, FORM, kind="vote", mode="form", answer="happy")
    assert (answer.status_code, "open for too long" in answer.text) == (403, True)
    assert not (await house.log(review)).of(Vote)


async def test_a_nonce_is_good_for_its_own_review_alone(house: House) -> None:
    review, other = await house.asked(), await house.asked(ticket="2")
    _, nonce = await opened(house, review)
    path, _ = await opened(house, other)
    for forged in (nonce, "", "x", nonce[:-1]):
        answer = await post(house, path, forged, kind="vote", mode="button", answer="happy", trusted="1")
        assert answer.status_code == 403
    assert not (await house.log(other)).of(Vote)


async def test_changes_in_the_last_character_of_a_nonce_make_no_second_vote(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    for written in (nonce, nonce + "="):  # itsdangerous takes both
        await post(house, path, written, kind="vote", mode="button", answer="happy", trusted="1")
    assert len((await house.log(review)).of(Vote)) == 1


# who asks


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.250", True),
        ("203.0.113.7", "203.0.114.7", False),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("::ffff:203.0.113.7", "203.0.113.8", True),
    ],
)
async def test_a_client_is_known_by_its_network_for_a_week_and_never_by_its_address(
    tmp_path: Path, one: str, other: str, same: bool
) -> None:
    async with opened_house(tmp_path) as house:
        review = await house.asked()
        for address in (one, other):
            async with house.from_address(address) as client:
                await client.get(link(house, review))
        first, second = (hit.client for hit in (await house.log(review)).of(Hit))
        assert (first == second) is same
        assert one not in first
        house.clock.forward(days=7)
        async with house.from_address(one) as client:
            await client.get(link(house, review))
        assert (await house.log(review)).of(Hit)[-1].client != first


async def test_the_dwell_of_the_rules_reaches_the_script(tmp_path: Path) -> None:
    async with opened_house(tmp_path, rules=replace(RULES, dwell=timedelta(seconds=2.5))) as house:
        review = await house.asked()
        assert 'data-dwell-ms="2500"' in (await house.client.get(link(house, review))).text


async def test_a_post_of_more_fields_than_any_page_has_is_refused(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review)
    fields = {f"field{number}": "x" for number in range(20)}
    fields |= {"kind": "vote", "mode": "button", "answer": "happy", "trusted": "1"}
    answer = await post(house, path, nonce, SCRIPT, **fields)
    assert answer.status_code == 400
    assert not (await house.log(review)).of(Vote)


# what one review must know of others


async def suspicions(house: House, review: Review) -> list[str]:
    return [fact.why for fact in (await house.log(review)).of(ClientSuspected)]


async def test_a_forged_link_beside_the_true_one_is_written_into_the_review(house: House) -> None:
    before, after, another = [await house.asked(ticket=str(number)) for number in range(3)]
    await house.client.get(link(house, before))
    assert (await house.client.get(link(house, before)[:-4])).status_code == 404
    await house.client.get(link(house, after))
    async with house.from_address("198.51.100.7") as somebody_else:
        await somebody_else.get(link(house, another))
    assert [await suspicions(house, one) for one in (before, after, another)] == [["bad_token"], ["bad_token"], []]


async def test_a_client_that_opens_five_reviews_in_a_minute_is_written_into_each(house: House) -> None:
    reviews = [await house.asked(ticket=str(number)) for number in range(6)]
    for review in reviews[:4]:
        await house.client.get(link(house, review))
    assert [await suspicions(house, one) for one in reviews[:4]] == [[]] * 4
    for review in reviews[4:]:
        await house.client.get(link(house, review))
    assert [await suspicions(house, one) for one in reviews] == [["fleet"]] * 6


async def test_a_visit_to_a_rated_review_is_weighed_against_its_votes(house: House) -> None:
    review = await house.asked()
    path, nonce = await opened(house, review, "happy")
    await post(house, path, nonce, kind="vote", mode="auto", answer="happy")
    assert await rating(house, review) == (Status.PROVISIONAL, "happy")
    house.clock.forward(seconds=2)
    await house.client.get(link(house, review, "unhappy"))
    assert await rating(house, review) == (Status.VOIDED, None)
