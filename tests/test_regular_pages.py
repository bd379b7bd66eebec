"""Regular mails on pages and at the terminal: what each would say, who may read it, who turns it off."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reviews.answering import Figures
from reviews.model import REGULAR
from reviews.roles import Choice
from tests.story import LEA, START
from tests.test_cli import afterword, folder, installed, said
from tests.test_staff_pages import sign_in
from tests.web_house import FORM, House, opened_house
from tests.weeks import rated

__all__ = ["folder", "installed"]  # fixtures


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        at = START - timedelta(days=2)
        await house.store.record_past(
            *rated("1", "happy", "Thank you, Sam", at=at),
            *rated("2", "unhappy", "Still broken", at=at),
            *rated("3", "unhappy", "The desk never called", at=at, team="Desk"),
        )
        house.clock.now = START
        yield house


async def text_of(house: House, path: str) -> str:
    response = await house.client.get(path)
    assert response.status_code == 200, path
    return response.text


def preview(kind: str, **more: str) -> str:
    asked = {"brand": "acme", "kind": kind, "since": "2026-11-16", "until": "2026-11-21", **more}
    return "/regular/preview?" + "&".join(f"{name}={value}" for name, value in asked.items())


async def test_a_lead_sees_which_mails_go_out_and_what_each_would_say(house: House) -> None:
    await sign_in(house)
    page = await text_of(house, "/regular")
    assert page.count("It does not go out.") == len(REGULAR)
    assert 'cron = "0 9 1 * *"' in page
    for kind in ("leads", "smiles", "meeting"):
        assert f"kind={kind}" in page
        told = await text_of(house, preview(kind))
        assert "Acme IT" in told
        assert "no mail would go out" not in told
    assert "Still broken" in await text_of(house, preview("leads"))
    assert "no mail would go out" in await text_of(house, preview("smiles", since="2020-01-01", until="2020-01-08"))


async def test_a_preview_as_a_mail_program_shows_it_runs_no_script(house: House) -> None:
    await sign_in(house)
    response = await house.client.get(preview("smiles", form="html"))
    assert response.status_code == 200
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "Thank you, Sam" in response.text


@pytest.mark.parametrize(
    "path",
    [
        preview("notice"),
        preview("leads", brand="nobodys"),
        preview("leads", since="2026-11-21", until="2026-11-16"),
        preview("leads", since="never", until="2026-11-16"),
        preview("leads", since="2020-01-01", until="2026-01-01"),
    ],
)
async def test_what_there_is_not_is_404(house: House, path: str) -> None:
    await sign_in(house)
    assert (await house.client.get(path)).status_code == 404


async def test_an_agent_reads_their_own_week_and_nobody_elses(house: House) -> None:
    await house.store.record_past(*rated("4", "happy", "Thanks to Lea", at=START - timedelta(days=2), agent=LEA))
    await sign_in(house, role="agent", team="Network")
    page = await text_of(house, "/regular")
    assert "kind=agents" in page
    assert "kind=leads" not in page
    own = await text_of(house, preview("agents"))
    assert "Thanks to Lea" in own
    assert "Thank you, Sam" not in own
    for path in (preview("agents", **{"for": "kim@acme.example"}), preview("leads"), preview("meeting")):
        assert (await house.client.get(path)).status_code == 404


async def test_an_agents_week_is_a_leads_business_only_where_the_brand_shows_figures(house: House) -> None:
    await sign_in(house)
    path = preview("agents", **{"for": "sam@acme.example"})
    assert "Thank you, Sam" in await text_of(house, path)
    brand = house.door.brands["acme"]
    quiet = replace(brand, answering=replace(brand.answering, figures=Figures.OWN))
    house.door.brands["acme"] = quiet  # type: ignore[index]  # the test's own dictionary
    try:
        assert (await house.client.get(path)).status_code == 404
    finally:
        house.door.brands["acme"] = brand  # type: ignore[index]


async def test_each_person_turns_regular_mails_off_for_themselves(house: House) -> None:
    await sign_in(house)
    page = await text_of(house, "/notices")
    assert len(re.findall(r'name="regular-\w+" value="1" checked', page)) == len(REGULAR)
    kept = {"choice": "at once", "regular": "1", "regular-agents": "1", "regular-meeting": "1"}
    assert (await house.client.post("/notices", data=kept, headers=FORM)).status_code == 303
    known = await house.store.staff(LEA.email)
    assert known
    assert known.unwanted == ("leads", "smiles")
    assert [kind for kind in REGULAR if known.wants(kind)] == ["agents", "meeting"]
    await house.client.post("/notices", data={"choice": "daily"}, headers=FORM)
    again = await house.store.staff(LEA.email)
    assert again
    assert (again.choice, again.unwanted) == (Choice.DAILY, ("leads", "smiles")), "an older page changes what it asks"


async def test_what_changed_this_week_is_told_with_its_numbers(house: House) -> None:
    for number in range(40):
        before = rated(f"a{number}", "happy", "all good", at=START - timedelta(days=10, hours=number))
        now = rated(f"b{number}", "unhappy", "roaming fails", at=START - timedelta(days=3, minutes=number))
        await house.store.record_past(*before, *now)
    await sign_in(house)
    page = await text_of(house, "/figures/week")
    assert "14–20 Nov 2026" in page
    assert "Team Network: fewer are happy" in page
    assert "roaming fails" in page
    assert "Nobody rated" not in page
    told = json.loads(await text_of(house, "/figures/week?format=json"))
    assert (told["since"], told["until"], told["team"]) == ("2026-11-14", "2026-11-21", "")
    assert told["happy"]["of"] == 43
    assert {"team", "company"} <= {one["by"] for one in told["changed"]}
    assert "No change is shown." in await text_of(house, "/figures/week?ago=4")
    for wrong in ("ago=99", "ago=-1", "ago=x", "brand=nobodys"):
        assert (await house.client.get(f"/figures/week?{wrong}")).status_code == 404


async def test_of_those_who_wait_no_more_are_counted_than_are_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sign_in(house)
    assert '">2 customers wait for an answer.<' in await text_of(house, "/figures/week")
    for most, words in ((2, "At least 2"), (1, "Some")):
        monkeypatch.setattr("store.gathering.WAITS_MAX", most)
        assert f">{words} customers wait for an answer.<" in await text_of(house, "/figures/week")
        told = json.loads(await text_of(house, "/figures/week?format=json"))
        assert (told["waiting"], told["more_waiting"]) == (most, True)


async def test_an_agent_sees_what_changed_in_their_team_alone(house: House) -> None:
    await sign_in(house, role="agent", team="Network")
    told = json.loads(await text_of(house, "/figures/week?format=json"))
    assert (told["team"], told["happy"]["of"]) == ("Network", 2)
    assert "desk never called" not in await text_of(house, "/figures/week")


# at the terminal


def test_the_command_says_what_a_mail_would_say(installed: Path) -> None:
    result = afterword("digest", "preview", "leads")
    assert result.exit_code == 0
    assert result.stdout.startswith("Subject: Acme IT: what needs you, ")
    assert "Nobody waits for an answer." in result.stdout
    assert "no mail would go out" in result.stderr
    html = installed / "mail.html"
    told = said("digest", "preview", "smiles", "--language", "de", "--html", str(html), "--since", "2026-10-01",
                "--until", "2026-11-01")  # fmt: skip
    assert "Acme IT: Lächeln, Oktober 2026" in told
    assert html.read_text("utf-8").startswith("<!doctype html>")
    assert "sam@acme.example" not in said("digest", "preview", "agents", "--for", "sam@acme.example")
    assert said("digest", "list") == ""


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("preview", "agents"), "whose mail?"),
        (("preview", "leads", "--since", "2026-11-01"), "go together"),
        (("preview", "leads", "--brand", "nobodys"), "there is no brand nobodys"),
        (("preview", "weather"), "is not one of"),
    ],
)
def test_the_command_says_what_is_wrong(installed: Path, words: tuple[str, ...], why: str) -> None:
    result = afterword("digest", *words)
    assert result.exit_code
    assert why in result.stderr
