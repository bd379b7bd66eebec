"""What is an admin told of how the house runs? The page through real HTTP; and do the dashboard and the alerts ask for
what `/metrics` tells?"""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from reviews.canaries import Canary
from store import canaries, routes, sources
from store.presence import SAY
from store.rows import micros
from store.schema import NAMES
from tests.test_source_pages import sign_in
from tests.web_house import KEY, House, opened_house

DOCS = Path(__file__).parent.parent / "docs"
ALERTS = (DOCS / "watching" / "alerts.yml").read_text("utf-8")
DASHBOARD = (DOCS / "watching" / "grafana.json").read_text("utf-8")
NAME = re.compile(r"\b(?:afterword|process)_[a-z_]+\b")
MATCHER = re.compile(r"(\b(?:afterword|process)_[a-z_]+)\{([^}]*)\}")
SUFFIX = re.compile(r"_(?:bucket|count|sum|total|info|created)$")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_house(tmp_path) as house:
        yield house


async def told(house: House, *, kind: str = "mailer", version: str = "1.0", minutes_ago: float = 0) -> None:
    """A process told of itself."""
    at = micros(house.clock.now - timedelta(minutes=minutes_ago))
    figures = '{"writes": 1234, "transactions": 56, "memory_bytes": 78000000}'
    values: dict[str, str | int] = {
        "machine": "post1",
        "version": version,
        "began_at": at,
        "seen_at": at,
        "figures": figures,
    }
    await house.store.write(lambda session: session.run(SAY, id=f"{kind}{version}", kind=kind, **values))


async def samples(house: House) -> dict[str, set[str]]:
    """The labels of every sample by its name."""
    answer = await house.client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


async def value(house: House, line: str) -> float:
    answer = await house.client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    return next(float(told.rpartition(" ")[2]) for told in answer.text.splitlines() if told.startswith(f"{line} "))


async def busy(house: House) -> None:
    """Something of everything that can be told."""
    await house.asked()
    await told(house)
    await house.client.get("/healthz")
    now = house.clock.now
    down = partial(
        routes.changed, name="eu", rule=lambda _: (5, now + timedelta(minutes=5)), at=now, reason="no answer"
    )
    await house.store.write(down)


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("lead", 404), ("agent", 404)])
async def test_only_admins_are_told(house: House, role: str, status: int) -> None:
    await sign_in(house, role)
    assert (await house.client.get("/running")).status_code == status


async def test_nobody_is_told_who_is_not_signed_in(house: House) -> None:
    answer = await house.client.get("/running")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


async def test_processes_are_told_with_their_versions_writes_and_memory(house: House) -> None:
    await told(house)
    await sign_in(house, "admin")
    html = (await house.client.get("/running")).text
    for cell in ("mailer", "post1", "1.0", "runs", "1,234 in 56 transactions", "78 MB"):
        assert f"<td>{cell}</td>" in html
    assert "Nothing here needs to be looked at." in html
    assert NAMES[-1] in html
    assert "SQLite 3." in html


async def test_what_somebody_should_look_at_stands_first(house: House) -> None:
    await told(house, minutes_ago=10)
    await told(house, kind="web", version="1.0")
    await told(house, kind="web", version="1.1")
    await house.store.write(partial(sources.set_paused, brand="acme", paused_at=house.clock.now, at=house.clock.now))
    await sign_in(house, "admin")
    html = (await house.client.get("/running")).text
    for words in (
        "No process of the kind mailer has told of itself for 3 min.",
        "acme is paused: its questions wait.",
        "Processes of different versions run side by side.",
    ):
        assert f'<p class="notice" role="alert">{words}</p>' in html
    assert "silent since" in html


async def test_mailboxes_that_nobody_reads_are_told(house: House) -> None:
    canary = Canary("nobody@canary.example", "Defender", "acme")
    await house.store.write(partial(canaries.add, canary=canary, at=house.clock.now))
    ask = partial(canaries.ask_due, recorder=house.store.recorder, now=house.clock.now, operator="")
    assert await house.store.write(ask) == 1
    (out,) = await house.store.claim(now=house.clock.now, most=1, lease=timedelta(minutes=1))
    await house.sent(out.delivery, at=house.clock.now)
    await sign_in(house, "admin")
    assert "<td>Defender</td><td>1</td><td>0</td><td>0</td>" in (await house.client.get("/running")).text
    assert await value(house, "afterword_canary_askings") == 1
    assert await value(house, "afterword_canary_ratings") == 0


async def test_a_process_that_is_silent_is_told_to_prometheus(house: House) -> None:
    await told(house, minutes_ago=10)
    assert await value(house, 'afterword_process_silent_seconds{kind="mailer"}') == 600
    await told(house, version="1.1")
    assert await value(house, 'afterword_process_silent_seconds{kind="mailer"}') == 0
    assert await value(house, 'afterword_processes{kind="mailer",version="1.1"}') == 1
    assert await value(house, 'afterword_process_writes{kind="mailer"}') == 2 * 1234


def expressions() -> list[str]:
    """Every question that the dashboard and the alerts ask."""
    rules = [rule["expr"] for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
    return rules + [target["expr"] for panel in json.loads(DASHBOARD)["panels"] for target in panel["targets"]]


async def test_dashboard_and_alerts_ask_for_what_is_told(house: House) -> None:
    await busy(house)
    known = await samples(house)
    for asked in expressions():
        assert set(NAME.findall(asked)) <= known.keys() | {"afterword_web_shed_total"}, asked
        assert asked.count("(") == asked.count(")"), asked
        for name, matchers in MATCHER.findall(asked):
            labels = set(re.findall(r"(\w+)\s*=~?", matchers))
            assert labels <= known[name], asked


async def test_every_figure_is_in_the_documents_and_the_other_way_round(house: House) -> None:
    await busy(house)
    families = {SUFFIX.sub("", name) for name in await samples(house) if name.startswith("afterword_")}
    named = {SUFFIX.sub("", name) for name in NAME.findall((DOCS / "operations.md").read_text("utf-8"))}
    assert families | {"afterword_web_shed"} == {name for name in named if name.startswith("afterword_")}


def test_every_alert_says_what_is_wrong_and_how_urgent_it_is() -> None:
    rules = [rule for group in yaml.safe_load(ALERTS)["groups"] for rule in group["rules"]]
    assert all(
        rule["annotations"]["summary"] and rule["labels"]["severity"] in ("critical", "warning") for rule in rules
    )
    assert len({rule["alert"] for rule in rules}) == len(rules)


def test_the_panels_of_the_dashboard_do_not_cover_one_another() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads(DASHBOARD)["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert place["x"] + place["w"] <= 24
        taken |= cells
