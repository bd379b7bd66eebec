"""Do the documents tell the truth? What they name exists: settings, commands, make targets, modules, files."""

import re
from dataclasses import replace
from pathlib import Path

import click
import pytest

from cli import main
from reviews.manners import Manners, Skip
from reviews.rules import Rules
from settings import FILE_SUFFIX, PREFIX, Settings, env_name
from templates.brands import SHIPPED, read_brand
from web.hooks.checked import checked
from web.tickets.body import AskNow, ReopenedTicket, Ticket

ROOT = Path(__file__).parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXTS = {str(file.relative_to(ROOT)): file.read_text("utf-8") for file in DOCS}
SETTINGS = {env_name(Settings, field) for field in Settings.model_fields}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
INNER = ("Hit", "Hits", "Vote", "Votes", "Grade", "fact", "facts")
"""Words of the house: they belong into ARCHITECTURE.md, not where customers' words are spoken."""

each_document = pytest.mark.parametrize("name", TEXTS)


def code(text: str) -> str:
    """What stands in code: blocks, and words between backticks."""
    blocks = re.findall(r"^(?: {4}|\t).*$|```.*?```", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+`", text)])


@each_document
def test_every_setting_that_is_named_exists(name: str) -> None:
    named = set(re.findall(rf"{PREFIX}[A-Z0-9_]+", TEXTS[name]))
    assert {one for one in named if one.removesuffix(FILE_SUFFIX) not in SETTINGS} == set()


@each_document
def test_every_command_that_is_named_exists_with_its_options(name: str) -> None:
    text = code(TEXTS[name]).replace("\\\n", " ")
    for line in re.findall(r"(?:^\s*|`)afterword ([^`\n#;]+)", text, re.MULTILINE):
        command, rest = find_command(line.split())
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in rest if word.startswith("--")} <= options, line


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words call, and what is left of them."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{command.name} has no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


@each_document
def test_every_make_target_that_is_named_exists(name: str) -> None:
    assert set(re.findall(r"\bmake ([a-z-]+)", code(TEXTS[name]))) <= TARGETS


@each_document
def test_every_module_that_is_named_can_be_run(name: str) -> None:
    for module in re.findall(r"\bpython3? -m ([a-z]+)", code(TEXTS[name])):
        assert (ROOT / module / "__main__.py").exists() or module == "venv", module


@each_document
def test_every_link_leads_to_a_file(name: str) -> None:
    folder = (ROOT / name).parent
    links = re.findall(r"\]\(([^)\s#]+)[^)]*\)", TEXTS[name])
    assert [link for link in links if "://" not in link and not (folder / link).exists()] == []


@each_document
def test_every_file_of_the_project_that_is_named_exists(name: str) -> None:
    rooms = "reviews|store|templates|web|mailer|inbound|demo|tests|docs|scripts|requirements"
    named = re.findall(rf"`((?:{rooms})/[\w./-]*)`", TEXTS[name])
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_the_ticket_and_the_mapping_of_the_documents_are_taken() -> None:
    ticket, reopened = re.findall(r"```json\n(\{\"source\".*?)```", TEXTS["docs/api.md"], re.DOTALL)
    assert Ticket.model_validate_json(ticket).contact.email == "ada@customer.example"
    assert ReopenedTicket.model_validate_json(reopened).ticket == "48213"
    (by_hand,) = re.findall(r"```json\n(\{\"who\".*?)```", TEXTS["docs/api.md"], re.DOTALL)
    assert AskNow.model_validate_json(by_hand).who == "lea@acme.example"
    assert checked(re.findall(r"--map (\S+)", TEXTS["docs/webhooks.md"]))["ask"] == "=later"


def test_the_way_of_asking_in_the_documents_is_taken_and_shows_the_defaults(tmp_path: Path) -> None:
    (told,) = re.findall(r"```toml\n(.*?)```", TEXTS["docs/asking.md"], re.DOTALL)
    timezone = 'timezone = "Europe/London"'
    acme = (SHIPPED / "acme.toml").read_text()
    assert timezone in acme
    (tmp_path / "acme.toml").write_text(acme.replace(timezone, "") + told.replace(timezone, ""))
    manners = read_brand(tmp_path / "acme.toml").manners
    assert manners.skip != Skip()
    assert replace(manners, skip=Skip()) == Manners(delay=Rules().delay, timezone="UTC")


def test_every_command_is_told_of_somewhere() -> None:
    told = "\n".join(TEXTS.values())
    groups = [command for command in main.commands.values() if isinstance(command, click.Group)]
    names = [*main.commands, *(f"{group.name} {name}" for group in groups for name in group.commands)]
    ways = ("staff list", "staff remove")  # as one would guess from `staff add`
    assert [name for name in names if f"afterword {name}" not in told and name not in ways] == []


def test_the_readme_speaks_the_words_of_customers() -> None:
    assert [word for word in INNER if re.search(rf"\b{word}\b", TEXTS["README.md"])] == []


def test_the_readme_says_what_afterword_stands_for() -> None:
    assert "Every answer is a message, and every number carries its evidence." in TEXTS["README.md"]
