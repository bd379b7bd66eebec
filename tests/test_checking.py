"""What `afterword brand check` and `brand preview` say of brands that are right and wrong, by file and line."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from jinja2 import TemplateNotFound
from starlette.testclient import TestClient

from cli import main
from commands.designing import NARROW_PX, preview_app
from templates.brands import SHIPPED, read_brand
from templates.checking import check_brands
from templates.compiling import FOLDER, compile_html
from templates.languages import languages

INVITATION = (FOLDER / "invitation.mjml").read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand with an invitation of its own, which is the house's."""
    (tmp_path / "acme.toml").write_text((SHIPPED / "acme.toml").read_text())
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "invitation.mjml").write_text(INVITATION)
    return tmp_path


def said(folder: Path) -> list[str]:
    return [str(problem) for problem in check_brands(folder, codes=("en",))]


def line_of(words: str, text: str = INVITATION) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_a_brand_that_is_right_is_said_to_be_so_in_every_language(folder: Path) -> None:
    answer = CliRunner().invoke(main, ["brand", "check", str(folder)])
    assert (answer.exit_code, answer.output) == (
        0,
        f"acme: every mail can be made, in {', '.join(languages())}.\n",
    )


@pytest.mark.parametrize(
    ("find", "put", "line", "words"),
    [
        ("</mj-group>", "</mj-grup>", line_of("</mj-group>"), "there is no <mj-grup> in MJML"),
        ("<mj-group>", "<mj-group><mj-group>", line_of("<mj-group>"), "<mj-group> is not closed"),
        ("{% if contact_name %}", "{% if nobody %}", line_of("contact_name"), "'nobody' is undefined"),
        ("{{ subject | clip(90) }}", "{{ subject | }}", line_of("clip(90)"), "expected token 'name'"),
        ("in brand.faces %]", "in brand.feces %]", line_of("in brand.faces %]"), "has no attribute 'feces'"),
        ("[[ brand.question ]]", "[[ brand.__class__ ]]", line_of("[[ brand.question ]]"), "is unsafe"),
        ("{{ view_url }}", "{{ view_url.__class__.__mro__ }}", line_of("{{ view_url"), "is unsafe"),
    ],
    ids=["unknown tag", "open tag", "no such name", "second pass", "first pass", "sandbox 1", "sandbox 2"],
)
def test_what_is_wrong_with_a_mail_is_told_by_file_and_line(
    folder: Path, find: str, put: str, line: int, words: str
) -> None:
    (folder / "acme" / "invitation.mjml").write_text(INVITATION.replace(find, put, 1))
    found = said(folder)
    assert any(one.startswith(f"invitation.mjml:{line}: ") and words in one for one in found), found


@pytest.mark.parametrize(
    ("find", "put", "words"),
    [
        ("<mj-group>", '<mj-group widht="100%">', "<mj-group> has no attribute widht; did you mean width?"),
        ("<mj-column>", '<mj-column onclick="x">', "<mj-column> has no attribute onclick"),
        ("<mj-group>", '<mj-group direction="up">', "direction is 'up' in <mj-group>; expected one of: ltr, rtl"),
        ("<mj-group>", '<mj-spacer height="8px" /><mj-group>', "<mj-spacer> may not stand in <mj-section>; what may: "),
        ("</mj-group>", "</mj-grup>", "there is no <mj-grup> in MJML; did you mean mj-group?"),
    ],
)
def test_what_mjml_would_drop_without_a_word_is_told_by_its_line_and_what_was_meant(
    folder: Path, find: str, put: str, words: str
) -> None:
    (folder / "acme" / "invitation.mjml").write_text(INVITATION.replace(find, put, 1))
    found = said(folder)
    assert any(one.startswith(f"invitation.mjml:{line_of(find)}: {words}") for one in found), found


def test_every_odd_attribute_is_told_also_on_later_lines_of_one_tag(folder: Path) -> None:
    two = '<mj-column\n  widht="1px"\n  vertical-aling="top">'
    (folder / "acme" / "invitation.mjml").write_text(INVITATION.replace("<mj-column>", two, 1))
    begin = line_of("<mj-column>")
    assert said(folder) == [
        f"invitation.mjml:{begin + 1}: <mj-column> has no attribute widht; did you mean width?",
        f"invitation.mjml:{begin + 2}: <mj-column> has no attribute vertical-aling; did you mean vertical-align?",
    ]


def test_a_place_holder_that_mjml_drops_is_told_by_its_line(folder: Path) -> None:
    dropped = INVITATION.replace("<mj-column>", '<mj-column data-x="{{ ticket }} lost">', 1)
    (folder / "acme" / "invitation.mjml").write_text(dropped)
    assert said(folder)[0].startswith(f"invitation.mjml:{line_of('<mj-column>')}: MJML dropped {{{{ ticket }}}}")


@pytest.mark.parametrize(
    ("find", "put", "words"),
    [
        ("#1d5c7a", "teal", "colours.light.primary is 'teal'; expected a colour as #rrggbb"),
        ('happy = "Great"', "happy = 7", "faces.happy is 7; expected one line"),
        ('timezone = "Europe/London"', 'timezone = "Mars/Base"', "timezone is 'Mars/Base'"),
        ('name = "Acme IT"', "name = Acme", "expected a file of TOML in UTF-8"),
    ],
)
def test_what_is_wrong_with_a_brand_file_is_told_by_its_line(folder: Path, find: str, put: str, words: str) -> None:
    text = (SHIPPED / "acme.toml").read_text()
    (folder / "acme.toml").write_text(text.replace(find, put, 1))
    [problem] = said(folder)
    assert problem.startswith(f"acme.toml:{line_of(find, text)}: {words}")


def test_what_is_wrong_ends_the_command_with_status_one(folder: Path) -> None:
    (folder / "acme.toml").write_text("name = 1")
    answer = CliRunner().invoke(main, ["brand", "check", str(folder)])
    assert answer.exit_code == 1
    assert answer.output.startswith("acme.toml:1: name is 1")


def test_a_folder_without_brands_is_told(tmp_path: Path) -> None:
    assert said(tmp_path) == [f"{tmp_path}: expected at least one brand file, KEY.toml; found none"]


def test_a_brands_own_mail_comes_before_ours_and_cannot_name_a_file_elsewhere(folder: Path) -> None:
    (folder / "secret.mjml").write_text("a secret")
    own = INVITATION.replace('[% import "parts.mjml"', '[% include "../secret.mjml" %][% import "parts.mjml"')
    (folder / "acme" / "invitation.mjml").write_text(own)
    with pytest.raises(TemplateNotFound, match="secret"):
        compile_html(read_brand(folder / "acme.toml"), "invitation")
    assert "../secret.mjml" in said(folder)[0]


def test_the_preview_shows_a_mail_wide_narrow_light_dark_without_images_and_as_text(folder: Path) -> None:
    with TestClient(preview_app(folder)) as client:
        page = client.get("/?mail=answer&language=de").text
        assert f'width="{NARROW_PX}"' in page
        assert "Sie schrieben:" in page
        light, dark = client.get("/mail?mail=answer").text, client.get("/mail?mail=answer&dark=1").text
        assert "@media not all" in light
        assert "@media all" in dark
        assert "img-src 'none'" in client.get("/mail?images=0").headers["content-security-policy"]


def test_the_preview_follows_a_file_while_it_is_edited_and_says_what_is_wrong(folder: Path) -> None:
    with TestClient(preview_app(folder)) as client:
        before = client.get("/version").text
        file = folder / "acme" / "invitation.mjml"
        file.write_text(INVITATION.replace("[[ brand.question ]]", "Was it good?"))
        assert client.get("/version").text != before
        assert "Was it good?" in client.get("/mail").text
        file.write_text(INVITATION.replace("</mj-group>", "</mj-grup>"))
        assert "there is no &lt;mj-grup&gt; in MJML" in client.get("/").text
        assert client.get("/mail").status_code == 422
