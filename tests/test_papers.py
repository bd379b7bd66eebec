"""Do the papers that come with the code agree with it? The settings, the bill of materials, and what is claimed
to be shown of security."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from scripts.sbom import written_bill
from scripts.settings_page import PAGE, page
from scripts.site_links import on_page_markdown
from settings import Settings, env_name

ROOT = Path(__file__).parent.parent
SECURITY = (ROOT / "docs" / "security.md").read_text("utf-8")
CHAPTERS = 17
ITEMS = (ROOT / "docs" / "security-asvs.md").read_text("utf-8")
ITEMS_OF_TWO_LEVELS = 253
"""Of the OWASP Application Security Verification Standard 5.0."""


def test_the_page_of_settings_is_what_the_code_says() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python scripts/settings_page.py"


def test_every_setting_is_on_its_page_with_its_default_and_its_limits() -> None:
    told = PAGE.read_text("utf-8")
    for field in Settings.model_fields:
        assert told.count(f"| `{env_name(Settings, field)}`") == 1
    assert "| `AFTERWORD_HITS_DAYS` | `90` |" in told
    assert re.search(r"`AFTERWORD_FLEET` \| `5` \| .* From 2 to 1000\. \|", told)
    assert "| `AFTERWORD_SECRET_KEYS` 🔑 | must be set |" in told


def test_the_bill_of_materials_names_every_package_of_the_lock_with_its_hashes() -> None:
    lock = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    bill = json.loads(written_bill(lock, version="1.0"))
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==(\S+)", lock, re.MULTILINE))
    assert {one["name"]: one["version"] for one in bill["components"]} == pinned
    hashes = {one["content"] for part in bill["components"] for one in part["hashes"]}
    assert hashes == set(re.findall(r"--hash=sha256:(\w{64})", lock))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "afterword"
    assert (
        bill["components"][0]["purl"] == f"pkg:pypi/{bill['components'][0]['name']}@{bill['components'][0]['version']}"
    )


def test_every_chapter_of_the_standard_is_answered_once_and_what_holds_names_a_test() -> None:
    rows = re.findall(r"^\| V(\d+) [^|]+\| ([^|]+) \| ([^|]+) \|$", SECURITY, re.MULTILINE)
    assert [int(number) for number, _, _ in rows] == [*range(1, CHAPTERS + 1)]
    assert {standing for _, standing, _ in rows} == {"held", "partly", "not there"}
    for _, standing, reasons in rows:
        assert standing == "not there" or "`tests/" in reasons


def test_every_item_of_the_standard_is_answered_once_and_what_holds_names_what_shows_it() -> None:
    rows = re.findall(r"^\| V([\d.]+) \| ([^|]+) \| ([^|]+) \|$", ITEMS, re.MULTILINE)
    numbers = [number for number, _, _ in rows]
    assert (len(numbers), len(set(numbers))) == (ITEMS_OF_TWO_LEVELS, ITEMS_OF_TWO_LEVELS)
    assert numbers == sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    told = Counter(standing for _, standing, _ in rows)
    assert f"{told['held']} are held, {told['partly']} partly, {told['missing']} missing" in ITEMS
    assert told.keys() == {"held", "partly", "missing", "not there"}
    for number, standing, reasons in rows:
        assert standing != "held" or re.search(r"`(tests|scripts)/", reasons), number


def test_every_page_has_its_place_on_the_site_and_every_place_a_page() -> None:
    nav = set(re.findall(r"^ +- [^:]+: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    docs = ROOT / "docs"
    assert nav == {"index.md", *(str(page.relative_to(docs)) for page in docs.rglob("*.md"))}


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("[the file](../deploy/systemd/)", "the file"),
        ("[it](../CHANGELOG.md)", "it"),
        ("[holes](SECURITY.md)", "holes"),
        ("[all](.env.example)", "all"),
        ("[a panel](watching/grafana.json)", "a panel"),
        ("[how](operations.md#upgrade)", "[how](operations.md#upgrade)"),
        ("[a page](helpdesks/README.md)", "[a page](helpdesks/README.md)"),
        ("![a picture](images/demo.png)", "![a picture](images/demo.png)"),
        ("[up](../mail.md)", "[up](../mail.md)"),
        ("[elsewhere](https://a.example/B.md)", "[elsewhere](https://a.example/B.md)"),
    ],
)
def test_links_off_the_site_become_words(written: str, left: str) -> None:
    assert on_page_markdown(written) == left


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_what_is_on_the_site(page: Path) -> None:
    """As `make docs` demands, which takes tools that are not here."""
    left = re.findall(r"\]\(([^)\s#]+)[^)]*\)", on_page_markdown(page.read_text("utf-8")))
    places = [(page.parent / link).resolve() for link in left if "://" not in link and not link.startswith("mailto:")]
    assert [place for place in places if not place.is_relative_to(ROOT / "docs")] == []


def test_a_hole_and_a_hand_find_their_way() -> None:
    for name in ("SECURITY.md", "CONTRIBUTING.md"):
        assert name in (ROOT / "README.md").read_text("utf-8")
