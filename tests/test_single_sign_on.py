"""Single sign-on: who comes in by the account they have elsewhere, and what no provider can talk us into."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey

from commands.accounts import check_single
from commands.provider import asked_of_provider
from reviews.admission import Admission, read_groups
from reviews.tokens import SINGLE_SIGN_ON
from settings import Settings
from store import Staff, audit, people
from tests.accounts import CLIENT, SECRET, UNSIGNED, Accounts, opened_accounts
from tests.test_settings import read
from tests.web_house import BASE_URL, House, opened_house, path_of
from web.staff.single.discovery import BYTES_MAX
from web.staff.single.pages import BACK, BEGIN
from web.staff.single.provider import Provider
from web.staff.single.ways import SingleSignOn

OURS = {"Sec-Fetch-Site": "same-origin"}
KIM = "kim@acme.example"
GROUPS = "Help Desk=agent@acme, Leads=lead@acme, Zenith leads=lead@zenith, IT=admin, Board=reader"
DOMAINS = {"acme": frozenset({"acme.example"}), "zenith": frozenset({"zenith.example"})}


@dataclass
class Setting:
    """A house with single sign-on, and the provider that it asks."""

    house: House
    accounts: Accounts

    def with_single(self, *, groups: str = GROUPS, only: bool = False, name: str = "Acme ID") -> House:
        """The house where the settings say so."""
        provider = Provider(self.accounts.issuer, CLIENT, BASE_URL + BACK, SECRET)
        rules = Admission(read_groups(groups), DOMAINS)
        single = SingleSignOn(provider, rules, self.accounts.issuer, name, only=only)
        house = replace(self.house, door=replace(self.house.door, single=single))
        return replace(house, client=house.from_address("203.0.113.9"))

    async def person(self, email: str = KIM) -> Staff | None:
        return await self.house.store.read(partial(people.anybody, email=email))

    async def changes(self) -> list[tuple[str, str, str]]:
        latest = await self.house.store.read(partial(audit.latest, most=100))
        return [(one.who, one.action, one.about) for one in latest]


@pytest.fixture
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    async with opened_house(tmp_path) as house, opened_accounts(house.clock) as accounts:
        yield Setting(house, accounts)


async def sent_back(house: House) -> str:
    """Where the provider sends a browser that pressed the button: our own page, with a code."""
    away = await house.client.get(BEGIN)
    assert away.status_code == 303, away.text
    async with httpx2.AsyncClient() as browser:
        back = await browser.get(away.headers["location"])
    assert back.headers["location"].startswith(BASE_URL + BACK)
    return path_of(back.headers["location"])


async def comes_in(house: House) -> httpx2.Response:
    return await house.client.get(await sent_back(house))


async def refused(house: House, saying: str, *, status: int = 403) -> None:
    """Nobody is let in, and the page says so in words."""
    answer = await comes_in(house)
    assert (answer.status_code, saying in answer.text) == (status, True), answer.text
    assert "set-cookie" not in answer.headers
    assert (await house.client.get("/reviews")).headers["location"] == "/sign-in"


# absent unless it is set up


async def test_nothing_of_it_is_there_unless_it_is_set_up(setting: Setting) -> None:
    client = setting.house.client
    for path in (BEGIN, BACK):
        assert (await client.get(path)).status_code == 404
    page = await client.get("/sign-in")
    assert BEGIN not in page.text
    assert 'name="email"' in page.text


# who comes in, and as what


async def test_a_person_comes_in_with_what_their_group_stands_for(setting: Setting) -> None:
    house = setting.with_single()
    assert f'href="{BEGIN}">Sign in with Acme ID' in (await house.client.get("/sign-in")).text
    answer = await comes_in(house)
    assert (answer.status_code, answer.headers["location"]) == (303, "/reviews")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("__Host-afterword=", "HttpOnly", "Secure", "SameSite=lax"))
    assert "Kim Lane" in (await house.client.get("/reviews")).text
    kim = await setting.person()
    assert kim
    assert (kim.role, kim.brands, kim.confirmed) == ("agent", ("acme",), True)
    assert ("single sign-on", "staff set", KIM) in await setting.changes()


async def test_the_provider_is_asked_with_a_challenge_a_nonce_and_a_state(setting: Setting) -> None:
    await comes_in(setting.with_single())
    asked = setting.accounts.asked[0]
    assert asked["code_challenge_method"] == "S256"
    assert (asked["response_type"], asked["scope"]) == ("code", "openid email profile")
    assert asked["redirect_uri"] == BASE_URL + BACK
    assert len(asked["nonce"]) == 64
    again = await setting.with_single().client.get(BEGIN)
    other = {name: value[0] for name, value in parse_qs(urlsplit(again.headers["location"]).query).items()}
    assert all(asked[name] != other[name] for name in ("nonce", "state", "code_challenge"))


@pytest.mark.parametrize(
    ("groups", "role", "brands"),
    [
        (["Help Desk", "Leads"], "lead", ("acme",)),
        (["Leads", "Zenith leads"], "lead", ("acme", "zenith")),
        (["Board", "Help Desk", "unknown"], "agent", ("acme",)),
        (["IT", "Board"], "admin", ()),
        ("Board", "reader", ()),
    ],
)
async def test_several_groups_are_what_may_do_most(
    setting: Setting, groups: Any, role: str, brands: tuple[str, ...]
) -> None:
    setting.accounts.claims["groups"] = groups
    assert (await comes_in(setting.with_single())).status_code == 303
    kim = await setting.person()
    assert kim
    assert (kim.role, kim.brands) == (role, brands)


async def test_groups_are_asked_anew_each_time(setting: Setting) -> None:
    house = setting.with_single()
    await setting.house.add_staff(KIM, "Kim", role="lead", team="Network", choice="daily")
    setting.accounts.claims["groups"] = ["Leads"]
    assert (await comes_in(house)).status_code == 303
    setting.accounts.claims["groups"] = ["Help Desk"]
    assert (await comes_in(house)).status_code == 303
    kim = await setting.person()
    assert kim
    assert (kim.role, kim.team, kim.choice) == ("agent", "Network", "daily")
    before = await setting.changes()
    assert (await comes_in(house)).status_code == 303
    assert await setting.changes() == before
    setting.accounts.claims["groups"] = []
    await house.client.post("/sign-out", headers=OURS)
    await refused(house, "none of the groups that may")


async def test_what_an_id_token_leaves_out_is_asked_at_the_providers_own_page(setting: Setting) -> None:
    setting.accounts.claims |= {"email": None, "email_verified": None, "groups": None}
    setting.accounts.more = {"email": KIM, "email_verified": True, "groups": ["Help Desk"]}
    assert (await comes_in(setting.with_single())).status_code == 303
    setting.accounts.more["sub"] = "18"
    house = setting.with_single()
    await refused(house, "did not vouch")


async def test_entra_id_says_in_its_own_claim_that_an_address_is_verified(setting: Setting) -> None:
    setting.accounts.claims |= {"email_verified": None, "xms_edov": True}
    assert (await comes_in(setting.with_single())).status_code == 303


async def test_without_groups_only_who_is_on_the_staff_comes_in_as_what_they_are(setting: Setting) -> None:
    house = setting.with_single(groups="")
    setting.accounts.claims["groups"] = ["IT", "admin"]
    await refused(house, "Nobody has added you to the staff yet")
    assert await setting.person() is None
    met = Staff(KIM, "Kim", "agent", "Network", confirmed=False)
    await setting.house.store.write(partial(people.met, staff=met, at=setting.house.clock.now))
    await refused(house, "No lead has confirmed")
    await setting.house.store.write(partial(people.confirm, email=KIM, at=setting.house.clock.now))
    assert (await comes_in(house)).status_code == 303
    kim = await setting.person()
    assert kim
    assert kim.role == "agent"


# who does not


@pytest.mark.parametrize(
    ("claims", "saying"),
    [
        ({"email_verified": False}, "never confirmed"),
        ({"email_verified": None}, "never confirmed"),
        ({"email_verified": "yes"}, "never confirmed"),
        ({"email_verified": False, "xms_edov": True}, "never confirmed"),
        ({"email_verified": None, "xms_edov": "0"}, "never confirmed"),
        ({"email": "kim@elsewhere.example"}, "none of the domains"),
        ({"email": "kim@zenith.example"}, "none of the domains"),  # of another brand than their group's
        ({"email": "kim@sub.acme.example"}, "none of the domains"),
        ({"email": "Kim <kim@acme.example>"}, "no mail address"),
        ({"email": "kim@acme.example, eve@evil.example"}, "no mail address"),
        ({"email": None}, "no mail address"),
        ({"groups": ["help desk", "it"]}, "none of the groups"),
        ({"groups": [["IT"], {"IT": 1}]}, "none of the groups"),
        ({"groups": None}, "none of the groups"),
    ],
)
async def test_who_is_turned_away_is_told_why(setting: Setting, claims: dict[str, Any], saying: str) -> None:
    setting.accounts.claims |= claims
    await refused(setting.with_single(), saying)
    assert await setting.person() is None


async def test_who_was_taken_out_is_brought_back_by_no_group(setting: Setting) -> None:
    await setting.house.add_staff(KIM, "Kim")
    await setting.house.store.write(partial(people.drop_staff, email=KIM, at=setting.house.clock.now))
    setting.accounts.claims["groups"] = ["IT"]
    await refused(setting.with_single(), "taken out of the staff")


# what no ID token may say


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT, "another client"]},  # without the party it was made for
        {"azp": "another client"},
        {"iss": "https://id.evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
)
async def test_an_id_token_that_is_not_for_us_here_and_now_lets_nobody_in(
    setting: Setting, claims: dict[str, Any]
) -> None:
    setting.accounts.claims |= claims
    await refused(setting.with_single(), "did not vouch")
    assert setting.accounts.traded == 1


@pytest.mark.parametrize("algorithm", [UNSIGNED, "HS256"])
async def test_an_id_token_must_be_signed_with_a_key_pair(setting: Setting, algorithm: str) -> None:
    setting.accounts.algorithm = algorithm
    await refused(setting.with_single(), "did not vouch")


async def test_a_key_that_the_provider_does_not_publish_signs_nothing(setting: Setting) -> None:
    house = setting.with_single()
    setting.accounts.key = RSAKey.generate_key(2048, auto_kid=True)
    await refused(house, "did not vouch")
    setting.accounts.published.append(setting.accounts.key)  # a key that is new is asked for
    assert (await comes_in(house)).status_code == 303


# the way back


async def test_a_way_back_opens_one_session(setting: Setting) -> None:
    house = setting.with_single()
    back = await sent_back(house)
    assert (await house.client.get(back)).status_code == 303
    assert (await house.client.get(back)).status_code == 403
    code = parse_qs(urlsplit(back).query)["code"][0]
    setting.accounts.codes[code] = setting.accounts.asked[0]  # a provider that takes its codes twice
    again = await house.client.get(back)
    assert (again.status_code, "used already" in again.text) == (403, True)


async def test_a_way_back_is_of_the_browser_that_asked(setting: Setting) -> None:
    house, other = setting.with_single(), setting.with_single()
    back = await sent_back(house)
    stolen = await other.client.get(back)
    assert (stolen.status_code, "begun in another browser" in stolen.text) == (403, True)
    await other.client.get(BEGIN)
    assert (await other.client.get(back)).status_code == 403
    assert setting.accounts.traded == 0
    assert (await house.client.get(back)).status_code == 303


async def test_a_way_back_that_is_too_old_or_forged_leads_nowhere(setting: Setting) -> None:
    house = setting.with_single()
    back = await sent_back(house)
    for wrong in (back.replace("state=", "state=x"), back.replace("&state=", "&nothing="), BACK, f"{BACK}?code=1"):
        assert (await house.client.get(wrong)).status_code == 403
    forged = house.door.keys.link(SINGLE_SIGN_ON, "id", "no time")
    assert (await house.client.get(f"{BACK}?code=1&state={forged}")).status_code == 403
    elsewhere = back[: back.index("&iss=")] + "&iss=https%3A%2F%2Fid.evil.example"
    assert (await house.client.get(elsewhere)).status_code == 403
    setting.house.clock.now += timedelta(minutes=16)
    assert (await house.client.get(back)).status_code == 403
    assert setting.accounts.traded == 0


async def test_a_code_without_our_verifier_is_worth_nothing(setting: Setting) -> None:
    """Somebody slips a code of their own into the way of another: the provider asks for the verifier of its asker."""
    house, eve = setting.with_single(), setting.with_single()
    code = parse_qs(urlsplit(await sent_back(eve)).query)["code"][0]
    back = urlsplit(await sent_back(house))
    state = parse_qs(back.query)["state"][0]
    answer = await house.client.get(BACK, params={"code": code, "state": state})
    assert (answer.status_code, setting.accounts.traded) == (403, 0)


async def test_who_said_no_at_the_provider_is_told_plainly(setting: Setting) -> None:
    house = setting.with_single()
    state = parse_qs(urlsplit(await sent_back(house)).query)["state"][0]
    answer = await house.client.get(BACK, params={"error": "access_denied", "state": state})
    assert (answer.status_code, "did not vouch for you" in answer.text) == (403, True)
    assert "access_denied" not in answer.text


# the provider itself


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://id.evil.example"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_a_provider_that_calls_itself_something_else_is_not_asked(
    setting: Setting, metadata: dict[str, Any]
) -> None:
    setting.accounts.metadata = metadata
    answer = await setting.with_single().client.get(BEGIN)
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)


async def test_a_provider_that_is_away_is_told_as_such(setting: Setting) -> None:
    provider = Provider("http://127.0.0.1:9", CLIENT, BASE_URL + BACK, SECRET)
    single = SingleSignOn(provider, Admission(), "http://127.0.0.1:9", "Acme ID")
    house = replace(setting.house, door=replace(setting.house.door, single=single))
    answer = await house.from_address("203.0.113.9").get(BEGIN)
    assert (answer.status_code, "try again" in answer.text) == (503, True)
    out = await house.from_address("203.0.113.9").post("/sign-out", headers=OURS)
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")


async def test_one_network_asks_for_so_many_ways_a_minute(setting: Setting) -> None:
    house = setting.with_single()
    told = [(await house.client.get(BEGIN)).status_code for _ in range(61)]
    assert told == [303] * 60 + [429]


# signing out, and no other way in


async def test_signing_out_ends_the_session_and_leads_out_of_the_provider(setting: Setting) -> None:
    house = setting.with_single()
    await comes_in(house)
    answer = await house.client.post("/sign-out", headers=OURS)
    assert f'href="{setting.accounts.issuer}/out?client_id={CLIENT}"' in answer.text
    assert (await house.client.get("/reviews")).headers["location"] == "/sign-in"


async def test_where_it_is_the_only_way_no_link_is_mailed_and_none_opens(setting: Setting) -> None:
    await setting.house.add_staff(KIM, "Kim")
    house = setting.with_single(only=True)
    page = await house.client.get("/sign-in")
    assert 'name="email"' not in page.text
    assert (await house.client.post("/sign-in", data={"email": KIM}, headers=OURS)).status_code == 404
    link = path_of(house.links.sign_in("an id"))
    assert (await house.client.get(link)).status_code == 404
    assert (await house.client.post(link, headers=OURS)).status_code == 404
    assert (await comes_in(house)).status_code == 303


@pytest.mark.parametrize(
    "text", ["Help Desk", "Help Desk=", "=agent", "Help Desk=boss", "IT=admin@acme", "Leads=lead@", "a=agent,b"]
)
def test_a_group_that_stands_for_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"GROUP=ROLE|every brand"):
        read_groups(text)


def test_a_groups_name_may_hold_an_equals_sign() -> None:
    assert set(read_groups("cn=help desk=agent, it=admin")) == {"cn=help desk", "it"}


# what `afterword doctor` says of it


def sign_on(monkeypatch: pytest.MonkeyPatch, issuer: str, groups: str = GROUPS) -> Settings:
    given = {"ISSUER": issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "GROUPS": groups} if issuer else {}
    return read(monkeypatch, **{f"AFTERWORD_OIDC_{name}": value for name, value in given.items()})


@pytest.mark.parametrize(
    ("metadata", "groups", "says"),
    [
        ({}, GROUPS, "ok: has what is asked of it"),
        ({"issuer": "https://login.other.example"}, GROUPS, "broken: it calls itself 'https://login.other.example'"),
        ({"token_endpoint": "ftp://x"}, GROUPS, "broken: it publishes no token_endpoint by https"),
        ({"id_token_signing_alg_values_supported": ["HS256"]}, GROUPS, "broken: it signs by HS256 alone"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, GROUPS, "broken: prove itself by private_key"),
        ({"code_challenge_methods_supported": ["plain"]}, GROUPS, "look: it names PKCE without S256"),
        ({"claims_supported": ["sub", "email"]}, GROUPS, "look: it lists no claim groups"),
        ({"claims_supported": ["sub", "email"]}, "", "ok: has what is asked of it"),
        ({"scopes_supported": ["openid", "email", "profile", "groups"]}, GROUPS, "look: it has a scope groups"),
        ({"scopes_supported": ["openid", "email"]}, "", "look: it lists no scope profile"),
        ({"padding": "x" * BYTES_MAX}, GROUPS, "broken: its answer is too long"),
    ],
)
async def test_the_doctor_says_what_a_provider_lacks(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, metadata: dict[str, Any], groups: str, says: str
) -> None:
    setting.accounts.metadata = metadata
    settings = sign_on(monkeypatch, setting.accounts.issuer, groups)
    state, _, words = says.partition(": ")
    (found,) = await asked_of_provider(settings, at=datetime.now(UTC))
    assert (found.state, words in found.words) == (state, True), found


async def test_the_doctor_says_that_a_clock_is_wrong(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = sign_on(monkeypatch, setting.accounts.issuer)
    (found,) = await asked_of_provider(settings, at=datetime.now(UTC) + timedelta(hours=1))
    assert (found.state, "its clock differs from ours by 3" in found.words) == ("broken", True)


async def test_the_doctor_says_that_a_provider_is_not_there(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = sign_on(monkeypatch, "http://127.0.0.1:9")
    (found,) = await asked_of_provider(nowhere, at=datetime.now(UTC))
    assert (found.state, "cannot be reached" in found.words) == ("broken", True)
    elsewhere = sign_on(monkeypatch, f"{setting.accounts.issuer}/realms/none")
    (found,) = await asked_of_provider(elsewhere, at=datetime.now(UTC))
    assert (found.state, found.words.endswith(" answers 404")) == ("broken", True)


def test_the_doctor_says_that_nobody_could_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(check_single(sign_on(monkeypatch, ""))) == []
    told = list(check_single(sign_on(monkeypatch, "https://login.acme.example", "")))
    assert [(one.state, one.words.split(",")[0]) for one in told] == [
        ("broken", "no brand names its own domains"),
        ("ok", "no groups stand for roles: who is not on the staff is turned away"),
    ]
