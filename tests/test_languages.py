"""That every sentence is there in every language, the right one is chosen, and what runs from right to left."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from reviews.flow import ticket_closed
from reviews.model import SCALES, Person, slots_of
from reviews.rules import Rules
from scripts.translations import lacking, merge, messages
from templates.brands import SHIPPED, Brand, read_brand
from templates.dates import said
from templates.languages import FOLDER, languages, spoken_in
from templates.letters import to_customer
from templates.mails import HTML_BYTES_MAX, compile_mails
from templates.pages import page
from templates.samples import samples
from templates.senders import from_name
from tests.story import START, closed_ticket

ACME = read_brand(SHIPPED / "acme.toml")
MAILS = FOLDER.parent / "mails"
MARKUP = re.compile(
    r"<mj-style.*?</mj-style>|\[#.*?#\]|\[\[.*?\]\]|\[%.*?%\]|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->|<[^>]*>", re.S
)
FILES = sorted(FOLDER.glob("*.po"))
SOURCE = messages()
RATING = {"state": "asking", "chosen": "unhappy", "action": "/r/token", "nonce": "n", "dwell_ms": 1000}


def in_language(code: str) -> Brand:
    return ACME.said_in(code)


def test_the_languages_to_begin_with_are_there() -> None:
    assert {"en", "de", "fr", "es", "nl", "ar"} <= set(languages())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_translation_is_missing_superfluous_or_changes_its_places(file: Path) -> None:
    assert lacking(file, SOURCE) == []


def test_no_mail_says_a_word_that_is_not_translated() -> None:
    """Beside the commands, which are the same in every language, and the sign of an answer."""
    same = {"Re", "explained", "sam", "network", "product", "reason"}
    for file in sorted(MAILS.iterdir()):
        plain = MARKUP.sub(" ", file.read_text())
        words = set(re.findall(r"(?<![#&\w])[^\W\d_]{2,}", plain))
        assert words <= same, file.name


def test_a_command_and_a_day_keep_their_order_where_words_run_from_the_right() -> None:
    """They are copied into an answer as they stand: `note#` is no command, and 01-12-2026 no day of ours."""
    brand = in_language("ar")
    html = compile_mails(brand).render(samples(brand)["told"]).html
    commands = "note|done|assign|tag|untag|cause|exclude|grant|refuse|snooze|kudos|consent|reopen|help"
    told = re.findall(rf'(<bdi dir="ltr">|\u200e)?(?:#(?:{commands})|2026-12-01)\b', html)
    assert len(told) >= 15
    assert all(told)


@pytest.mark.parametrize(
    ("code", "name"), [("en", "Sam at Acme IT"), ("de", "Sam von Acme IT"), ("fr", "Sam, Acme IT")]
)
def test_an_answer_is_from_who_wrote_it_in_the_language_of_the_mail(code: str, name: str) -> None:
    brand = in_language(code)
    assert from_name(samples(brand)["answer"], brand) == name
    assert from_name(samples(brand)["invitation"], brand) == "Acme IT"


def test_a_missing_a_superfluous_and_a_broken_translation_are_noticed(tmp_path: Path) -> None:
    file = tmp_path / "de.po"
    text = (FOLDER / "de.po").read_text()
    file.write_text(
        text.replace('msgstr "Senden"', 'msgstr ""').replace('msgstr "Guten Tag {name},"', 'msgstr "Guten Tag,"')
        + '\nmsgid "Nobody says this"\nmsgstr "Das sagt niemand"\n'
    )
    assert lacking(file, SOURCE) == [
        "lacks 'Send'",
        "has 'Nobody says this', which nobody says",
        "changes the places of 'Hello {name},'",
    ]


def test_a_new_language_begins_as_one_file_with_every_sentence(tmp_path: Path) -> None:
    merge(tmp_path / "pt.po", SOURCE)
    assert len(lacking(tmp_path / "pt.po", SOURCE)) == len(SOURCE)


NO_BREAK = "[\xa0\u202f]"
LOOSE = re.compile(rf"(?<!{NO_BREAK})[;!?»](?=\s|$)|(?<!{NO_BREAK}):(?=\s|$)|«(?!{NO_BREAK})")
"""A sign before which, or after which, French wants a space that does not break."""


def test_no_french_line_begins_with_a_colon_or_a_question_mark() -> None:
    french = languages()["fr"]
    assert [words for words in french.words.values() if LOOSE.search(words)] == []
    brand = in_language("fr")
    mails, sample = compile_mails(brand), samples(brand)
    for name in ("invitation", "confirmation", "thanks", "overdue"):
        text = mails.render(sample[name]).text
        announced = [line for line in text.splitlines() if line.endswith(":")]
        assert announced, name
        assert all(line.endswith("\xa0:") for line in announced), name
    asked = page("rating", brand=brand, **RATING)
    assert "en dire plus\xa0?" in asked


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        (("de",), "de"),
        (("de-AT",), "de"),
        (("DE_at",), "de"),
        (("tlh", "fr"), "fr"),
        (("", "nl"), "nl"),
        (("x" * 100, "es-419"), "es"),
        (("en-US", "de"), "en"),
        (("tlh",), None),
        ((), None),
    ],
)
def test_the_first_wish_that_can_be_met_is_met(wishes: tuple[str, ...], code: str | None) -> None:
    found = spoken_in(*wishes)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("ticket", "contact", "spoken"),
    [("fr", "de", "fr"), ("", "de", "de"), ("tlh", "nl-BE", "nl"), ("", "", "en"), ("tlh", "tlh", "en")],
)
def test_the_tickets_language_comes_before_the_contacts_and_that_before_the_brands(
    ticket: str, contact: str, spoken: str
) -> None:
    closed = replace(closed_ticket(), language=ticket, contact=Person("ada@customer.example", language=contact))
    review = next(iter(ticket_closed(closed, at=START, slots=slots_of("thumbs"), rules=Rules())))
    brand = to_customer(ACME, review)  # type: ignore[arg-type]  # the first fact is the review
    assert brand.language == spoken
    assert [face.value for face in brand.faces] == list(SCALES["thumbs"])


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("name", samples(ACME))
def test_every_mail_is_made_in_every_language_with_its_own_words(code: str, name: str) -> None:
    brand = in_language(code)
    mail = compile_mails(brand).render(samples(brand)[name])
    html = LexborHTMLParser(mail.html).css_first("html")
    assert html is not None
    assert html.attributes["lang"] == code
    assert html.attributes["dir"] == brand.direction
    assert len(mail.html.encode()) < HTML_BYTES_MAX
    english = compile_mails(in_language("en")).render(samples(in_language("en"))[name])
    assert code == "en" or mail.text != english.text


@pytest.mark.parametrize("code", languages())
def test_a_customers_page_is_in_their_language(code: str) -> None:
    brand = in_language(code)
    tree = LexborHTMLParser(page("rating", brand=brand, **RATING))
    assert tree.css_matches(f'html[lang="{code}"][dir="{brand.direction}"]')
    heading = tree.css_first("h1")
    assert heading is not None
    assert heading.text() == brand.question
    assert brand.faces[-1].question in unescape(tree.html or "")


def test_staffs_pages_stay_in_english_whatever_the_brand_speaks() -> None:
    context = {"state": "ask", "action": "/in", "error": "", "minutes": 15, "single": None}
    assert '<html lang="en" dir="ltr">' in page("sign_in", brand=in_language("ar"), **context)


def test_arabic_runs_from_right_to_left_and_keeps_other_scripts_apart() -> None:
    brand = in_language("ar")
    mail = compile_mails(brand).render(samples(brand)["invitation"])
    assert "direction:rtl" in mail.html
    assert "<bdi>Ada</bdi>" in mail.html
    assert "text-align:right" in mail.html
    assert "<bdi>" not in compile_mails(in_language("de")).render(samples(in_language("de"))["thanks"]).html


@pytest.mark.parametrize(
    ("code", "words"),
    [("en", "21 November 2026, 14:05"), ("de", "21. November 2026, 14:05"), ("es", "21 de noviembre de 2026, 14:05")],
)
def test_a_date_is_said_as_the_language_says_it(code: str, words: str) -> None:
    assert said(START.replace(year=2026, month=11, day=21, hour=14, minute=5), "UTC", code) == words


def test_a_brands_own_words_in_a_language_come_before_ours(tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    file.write_text(
        (SHIPPED / "acme.toml").read_text()
        + '\n[words.de]\nquestion = "Und, wie war es?"\n[words.de.faces]\n'
        + 'happy = "Prima"\nneutral = "Naja"\nunhappy = "Mies"\n'
    )
    brand = read_brand(file)
    assert (brand.said_in("de").question, brand.said_in("de").face("happy").word) == ("Und, wie war es?", "Prima")
    assert (brand.said_in("fr").face("happy").word, brand.question) == ("Très bien", "How did we do?")


def test_a_brand_that_changed_its_scale_still_knows_the_words_of_the_old_one() -> None:
    five = ACME.on_scale("faces5")
    assert five.wording != ACME.wording
    assert ACME.face("very_unhappy").word == five.face("very_unhappy").word
