"""What do others make of our mails? MJML's own compiler, an HTML checker, and the table of what mail programs support.

They come from npm: `make mail-tools` installs them, with Node.js 18 or later.
"""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from templates import compiling, tags
from templates.brands import SHIPPED, Brand, read_brand
from templates.languages import languages
from templates.mails import compile_mails
from templates.samples import samples

pytestmark = pytest.mark.mail_tools

FOLDER = Path(__file__).with_name("mail_tools")
ACME = read_brand(SHIPPED / "acme.toml")
LACKED: dict[str, str] = json.loads((FOLDER / "lacked.json").read_text("utf-8"))
"""Features that some mail program lacks, and why the mail can do without each."""
EVERY_KIND = [f"en {name}" for name in samples(ACME)]
ELSEWHERE = [f"{code} {name}" for code in languages() if code != "en" for name in ("invitation", "notice", "digest")]
ON_SCALES = [f"{scale} invitation" for scale in ("thumbs", "faces4", "faces5")]
MAILS = [*EVERY_KIND, *ELSEWHERE, *ON_SCALES]


def test_the_table_of_tags_is_that_of_mjmls_validator() -> None:
    program = shutil.which("node")
    assert program
    ran = subprocess.run([program, "table.mjs"], capture_output=True, text=True, check=True, cwd=FOLDER, timeout=60)
    assert json.loads(ran.stdout) == json.loads(tags.TABLE.read_text("utf-8"))


def as_told(name: str) -> tuple[Brand, str]:
    """The brand as it speaks in a mail of `MAILS`, and which mail."""
    how, mail = name.split(" ")
    return (ACME.said_in(how) if how in languages() else ACME.on_scale(how)), mail


def to_look_at(name: str) -> dict[str, str]:
    """A mail as its HTML, and as filled-in MJML for the other compiler."""
    brand, mail = as_told(name)
    context = samples(brand)[mail]
    source = compiling._baked(brand, f"{context.kind}.mjml", markup=True).text
    filled = compiling._PERSON_HTML.from_string(source).render(context.names())
    return {"name": name, "mjml": filled, "html": compile_mails(brand).html(context)}


@cache
def told() -> dict[str, dict[str, Any]]:
    """What the tools say of each mail: started once, as they take seconds to load."""
    program = shutil.which("node")
    assert program, "a test that asks for Node.js is marked `mail_tools`"
    asked = json.dumps([to_look_at(name) for name in MAILS])
    ran = subprocess.run(
        [program, "look.mjs"], input=asked, capture_output=True, text=True, check=False, cwd=FOLDER, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, dict[str, Any]] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("name", MAILS)
def test_the_other_compiler_of_mjml_and_the_checker_of_html_have_nothing_against_a_mail(name: str) -> None:
    assert told()[name]["mjml"] == []
    assert told()[name]["bytes"] > 1_000
    assert told()[name]["html"] == []


def test_what_a_mail_program_lacks_is_known_and_the_mail_can_do_without() -> None:
    lacking = {title: programs for one in told().values() for title, programs in one["lacking"].items()}
    assert {title: programs for title, programs in lacking.items() if title not in LACKED} == {}
    assert [title for title in LACKED if title not in lacking] == [], "these are used no more: take them out"
