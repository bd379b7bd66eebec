"""Programs, languages and forms beyond the corpus: exactly the customer's words come out, whoever quoted ours."""

import textwrap

import pytest

from reviews.mail import read_mail
from reviews.reading import read_reply
from tests.replies.announcements import LABELS, MARKED, UNMARKED
from tests.replies.footers import FOOTERS, SENTENCES
from tests.replies.pages import PAGES
from tests.replies.translations import ATTRIBUTIONS, SEPARATORS

ADDRESS = "r+gk3token@reply.acme.example"
WHO = f"Acme IT <{ADDRESS}>"
SAID = ("Sam was quick and kind.", "The line still drops on Mondays, though.")
WORDS = "\n\n".join(SAID)
OURS = "How did we do?\n\nJust answer this mail, a person reads it.\nThe people of Acme IT"
QUOTED = "\n".join(f"> {line}".rstrip() for line in OURS.split("\n"))
PAGE = "<div><h1>How did we do?</h1><p>Just answer this mail, a person reads it.</p><p>The people of Acme IT</p></div>"


def said(body: str, *, type_: str = "text/plain") -> str:
    head = f"From: Ada Example <ada@customer.example>\nSubject: Re: x\nContent-Type: {type_}; charset=utf-8"
    return read_reply(read_mail(f"{head}\n\n{body}\n".encode())).said


def filled(template: str) -> str:
    for name, value in (("{who}", WHO), ("{address}", ADDRESS)):
        template = template.replace(name, value)
    return template


def narrow(text: str, width: int) -> str:
    """As programs break lines, between words."""
    broken = (textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) for line in text.split("\n"))
    return "\n".join("\n".join(lines) for lines in broken)


@pytest.mark.parametrize("announced", MARKED.values(), ids=MARKED)
@pytest.mark.parametrize("width", [400, 72])
def test_what_is_announced_and_marked_is_quoted_above_and_below_the_words(announced: str, width: int) -> None:
    line = narrow(filled(announced), width)
    assert said(f"{WORDS}\n\n{line}\n\n{QUOTED}") == WORDS
    assert said(f"{line}\n{QUOTED}\n\n{WORDS}") == WORDS


@pytest.mark.parametrize("announced", UNMARKED.values(), ids=UNMARKED)
def test_what_is_announced_without_a_mark_is_quoted(announced: str) -> None:
    assert said(f"{WORDS}\n\n{filled(announced)}\n\n{OURS}") == WORDS


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_a_header_block_is_known_in_each_language(labels: str) -> None:
    values = (WHO, "21.11.2026 10:00", "Ada <ada@customer.example>", "How did we do?")
    block = "\n".join(f"{label}: {value}" for label, value in zip(labels.split("|"), values, strict=True))
    assert said(f"{WORDS}\n\n{block}\n\n{OURS}") == WORDS


def test_a_header_block_is_known_by_its_shape_in_a_language_nobody_listed() -> None:
    block = f"Brom: {WHO}\nZent: 21.11.2026 10:00\nTu: Ada <ada@customer.example>\nZubjekt: How did we do?"
    assert said(f"{WORDS}\n\n{block}\n\n{OURS}") == WORDS


@pytest.mark.parametrize(
    "listed",
    [
        "Name: Ada Example\nMail: ada@customer.example\nRoom: 4\nDate: 21.11.2026 10:00",
        "Name: Ada Example <ada@customer.example>\nRoom: 4\nFloor: 2\nDesk: 11",
        "Device: router\nSince: 21.11.2026 10:00\nCase: 48213\nSeen by: Sam",
        "Please answer me, not Sam: <ada@customer.example>\nIt began on 21.11.2026 10:00",
    ],
)
def test_what_people_list_is_theirs(listed: str) -> None:
    assert said(f"{WORDS}\n\n{listed}\n\nThat is all.") == f"{WORDS}\n\n{listed}\n\nThat is all."


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_attribution_is_known_in_each_language_of_a_program(attribution: str) -> None:
    assert said(f"{WORDS}\n\n{filled(attribution)}\n{QUOTED}") == WORDS
    assert said(f"{WORDS}\n\n{narrow(filled(attribution), 72)}\n\n{QUOTED}") == WORDS


@pytest.mark.parametrize("separator", SEPARATORS)
def test_what_parts_two_mails_is_known_in_each_language_of_a_program(separator: str) -> None:
    assert said(f"{WORDS}\n\n{separator}\n{OURS}") == WORDS
    assert said(f"{WORDS}\n\n{separator}\nFrom: {WHO}\nTo: Ada\nSubject: x\n\n{OURS}") == WORDS


@pytest.mark.parametrize("footer", FOOTERS)
def test_what_a_program_puts_under_the_words_is_not_said(footer: str) -> None:
    assert said(f"{WORDS}\n\n{footer}") == WORDS
    assert said(f"{WORDS}\n\n{footer}\n\nOn 21/11/2026 10:00, Acme IT wrote:\n{QUOTED}") == WORDS


@pytest.mark.parametrize("sentence", SENTENCES)
def test_what_only_begins_like_a_footer_is_said(sentence: str) -> None:
    assert said(sentence) == sentence
    assert said(f"Hello\n\n{sentence}\n\nOn 21/11/2026 10:00, Acme IT wrote:\n{QUOTED}") == f"Hello\n\n{sentence}"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_what_a_program_quotes_in_a_page_is_quoted(page: str) -> None:
    divs = f"<div>{'</div><div><br></div><div>'.join(SAID)}</div>"
    paragraphs = f"<p>{'</p><p>'.join(SAID)}</p>"
    page = page.replace("{said}", divs).replace("{said_in_paragraphs}", paragraphs).replace("{original}", PAGE)
    page = page.replace("{who}", WHO.replace("<", "&lt;").replace(">", "&gt;")).replace("{address}", ADDRESS)
    assert said(page, type_="text/html").split() == WORDS.split()
