"""What each mail says, in pairs of files beside this one, and that nobody's words can become markup, headers or code.

`PYTHONPATH=. python tests/test_mails.py` writes the files anew; read the difference before keeping it.
"""

import re
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from selectolax.lexbor import LexborHTMLParser

from reviews.reading.html import lines_of_page
from reviews.reading.marker import OUR_ELEMENT, marker_line
from reviews.reading.original import Original
from templates import compiling
from templates.baking import Baked
from templates.brands import SHIPPED, Brand, read_brand
from templates.colours import CONTRAST_MIN, contrast
from templates.compiling import CompileError
from templates.contexts import (
    Answer,
    Digest,
    Forwarded,
    Held,
    Invitation,
    MailContext,
    Notice,
    SignIn,
    ThreadEntry,
    Waiting,
)
from templates.faces import Face
from templates.kinds import KINDS
from templates.mails import HTML_BYTES_MAX, Mails, Rendered, compile_mails
from templates.regular_samples import SITE
from templates.samples import samples

EXPECTED = Path(__file__).with_name("mails")
ACME = read_brand(SHIPPED / "acme.toml")
AnyMail = TypeVar("AnyMail", bound=MailContext)
MARKER = marker_line("en")

SAMPLES: dict[str, MailContext] = samples(ACME)


def sample(name: str, kind: type[AnyMail]) -> AnyMail:
    """The sample with that name, of that kind."""
    found = SAMPLES[name]
    assert isinstance(found, kind)
    return found


INVITATION = sample("invitation", Invitation)
ANSWER = sample("answer", Answer)
NOTICE = sample("notice", Notice)
HELD = sample("held", Held)
SIGN_IN = sample("sign_in", SignIn)

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": '" onmouseover="alert(1)" x=\'',
    "expression": "{{ 7 * 7 }} {{ ''.__class__ }}",
    "statement": "{% raw %}{% include 'x' %}{# note",
    "brand signs": "[[ brand.key ]] [% set x = 1 %]",
    "header": "hello\r\nBcc: everybody@customer.example\r\n\r\nbody",
    "line separators": "one\u2028two\u2029three\x85four\x0bfive",
    "turned": "\u202egnp.exe\u202c \u2066x\u2069",
    "hebrew": "שלום עולם",
    "emoji": "👩‍🚒 Ada 🇬🇧",
    "long": "x" * 300,
    "controls": "a\x00b\x1bc\x7fd",
    "surrogate": "a\ud800b",
    "marker": f"x\n{MARKER}\ny",
}


def rendered(context: MailContext, brand: Brand = ACME) -> Rendered:
    return compile_mails(brand).render(context)


def links(html: str) -> list[str]:
    return [node.attributes["href"] or "" for node in LexborHTMLParser(html).css("a")]


def filled(kind: type[MailContext], words: str) -> MailContext:
    """The sample of a kind with every text a stranger writes replaced by `words`."""
    sample = SAMPLES[kind.kind]
    ours = {"view_url", "unsubscribe_url", "record_url", "notices_url", "reviews_url", "url", "agent_photo"}
    ours |= {"face", "trial_for", "promise"}
    texts = {name: words for name, value in vars(sample).items() if isinstance(value, str) and name not in ours}
    if isinstance(sample, Notice):
        sample = replace(sample, thread=(ThreadEntry("customer", words, words, words, (words,)),) * 6)
    if isinstance(sample, Digest):
        sample = replace(sample, waiting=(Waiting(words, words, words, words, f"{SITE}/reviews/1"),) * 12)
    if isinstance(sample, Forwarded):
        sample = replace(sample, files=(words,) * 20)
    return replace(sample, **texts)


def readable_html(html: str) -> str:
    """The HTML with a line for each element, so that a difference can be read."""
    return html.replace("><", ">\n<")


@pytest.mark.parametrize("name", SAMPLES)
def test_each_mail_says_what_its_pair_of_files_says(name: str) -> None:
    mail = rendered(SAMPLES[name])
    assert f"Subject: {mail.subject}\n\n{mail.text}" == (EXPECTED / f"{name}.txt").read_text()
    assert readable_html(mail.html) == (EXPECTED / f"{name}.html").read_text()


def test_there_is_a_pair_of_files_for_each_sample_and_no_other() -> None:
    assert {file.stem for file in EXPECTED.iterdir()} == set(SAMPLES)
    assert {type(sample) for sample in SAMPLES.values()} == set(KINDS)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mail_loads_nothing_from_elsewhere(name: str) -> None:
    html = rendered(SAMPLES[name]).html
    tree = LexborHTMLParser(html)
    assert not tree.css("img, link, script, iframe, object, form, [background], [srcset]")
    assert "url(" not in html
    assert "@import" not in html
    assert {url for url in links(html) if not url.startswith((SITE, "mailto:"))} == {"https://acme.example"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mail_names_its_language_and_both_schemes_and_has_a_sensible_title(name: str) -> None:
    tree = LexborHTMLParser(rendered(SAMPLES[name]).html)
    html, title = tree.css_first("html"), tree.css_first("title")
    assert html is not None
    assert html.attributes["lang"] == "en"
    assert title is not None
    assert title.text() == "Acme IT"
    assert tree.css_matches('meta[name="color-scheme"][content="light dark"]')


@pytest.mark.parametrize("name", ["invitation", "answer", "notice"])
def test_a_mail_one_can_answer_begins_with_the_marker_in_both_parts(name: str) -> None:
    mail = rendered(SAMPLES[name])
    assert mail.text.startswith(f"{MARKER}\n")
    marker = LexborHTMLParser(mail.html).css_first(f"#{OUR_ELEMENT}.{OUR_ELEMENT}[title={OUR_ELEMENT}]")
    assert marker is not None
    assert marker.text() == MARKER
    assert len(MARKER) < 60


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - {"sign_in"}))  # nobody answers that one
def test_what_the_page_says_the_text_says_as_well(name: str) -> None:
    """The text is what is kept and subtracted when the mail comes back quoted: no line may be in the page alone."""
    mail = rendered(SAMPLES[name])
    original = Original.of(mail.text)
    said = [line.text for line in lines_of_page(mail.html) if not line.blank]
    assert [text for text in said if not original.holds(text) and not original.resembles(text)] == []


def test_the_first_links_are_no_ratings_and_the_decoys_stand_around_the_faces() -> None:
    found = links(rendered(INVITATION).html)
    by_mail = [f"mailto:v+{face.value}@r.x" for face in ACME.faces]
    before = [f"{SITE}/{path}" for path in ("v/view", "r/decoy-1", "r/happy", "r/neutral", "r/unhappy")]
    assert found == [*before, *by_mail, f"{SITE}/r/decoy-2", f"{SITE}/u/stop", "https://acme.example"]


def test_decoys_are_out_of_sight_out_of_the_way_and_out_of_the_text() -> None:
    mail = rendered(INVITATION)
    decoys = LexborHTMLParser(mail.html).css('a[href*="decoy"]')
    assert len(decoys) == 2
    for decoy in decoys:
        assert decoy.attributes["aria-hidden"] == "true"
        assert decoy.attributes["tabindex"] == "-1"
        assert "display:none" in (decoy.attributes["style"] or "")
    assert "decoy" not in mail.text


def test_without_decoys_there_are_none() -> None:
    assert "display:none;mso-hide:all" not in rendered(replace(INVITATION, decoy_urls=())).html


def test_each_face_stands_in_the_text_with_its_word_before_its_link() -> None:
    text = rendered(INVITATION).text
    for face in ACME.faces:
        assert f"{face.emoji} {face.word}\n{SITE}/r/{face.value}\n" in text


def test_the_text_part_begins_with_a_link_that_is_no_rating_too() -> None:
    found = re.findall(r"https://\S+", rendered(INVITATION).text)
    assert found[0] == f"{SITE}/v/view"


def test_an_invitation_without_one_of_the_faces_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="unhappy"):
        rendered(replace(INVITATION, faces=INVITATION.faces[:2]))


@pytest.mark.parametrize("face", ACME.faces, ids=lambda face: face.value)
def test_a_face_is_readable_on_its_colour_and_told_from_its_edge(face: Face) -> None:
    assert contrast(face.ink, face.fill) >= CONTRAST_MIN
    assert contrast(face.edge, face.fill) > 1.5


def test_the_answer_has_the_subject_of_the_question_so_that_it_threads() -> None:
    assert rendered(ANSWER).subject == f"Re: {rendered(INVITATION).subject}"


def test_reply_signs_before_a_tickets_subject_are_not_repeated() -> None:
    assert rendered(replace(ANSWER, subject="RE: AW: Re: VPN")).subject == "Re: How did we do? VPN (ticket 48213)"


@pytest.mark.parametrize("context", [INVITATION, ANSWER], ids=["invitation", "answer"])
def test_trial_mode_is_said_in_subject_text_and_html_without_the_whole_address(context: MailContext) -> None:
    mail = rendered(replace(context, trial_for="ada@customer.example"))  # type: ignore[call-arg]  # both have it
    assert mail.subject.startswith("[Trial for a…@customer.example] ")
    for part in (mail.text, mail.html):
        assert "Trial mode:" in part
        assert "a…@customer.example" in part
        assert "ada@customer.example" not in part


def test_a_notice_says_that_one_can_just_answer_and_that_the_own_address_is_not_shown() -> None:
    for part in (rendered(NOTICE).text, rendered(NOTICE).html):
        assert "Just answer this mail" in part
        assert "Your own address is not shown." in part


def test_a_notice_shows_the_last_four_messages_newest_first() -> None:
    thread = tuple(ThreadEntry("customer", "Ada", "noon", f"message {number}") for number in range(6))
    assert re.findall(r"message \d", rendered(replace(NOTICE, thread=thread)).text) == [
        f"message {number}" for number in (5, 4, 3, 2)
    ]


def test_a_notice_says_of_each_message_whether_its_sender_is_proven() -> None:
    proven, doubted = (ThreadEntry("customer", "Ada", "noon", "Hello", doubt=doubt) for doubt in ("", "sender forged"))
    mails = [rendered(replace(NOTICE, thread=(entry,))) for entry in (proven, doubted)]
    assert ["Ada, noon (sender forged)\n" in mail.text for mail in mails] == [False, True]
    assert ["sender forged" in mail.html for mail in mails] == [False, True]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words(words: str, kind: type[MailContext]) -> None:
    plain, mail = rendered(filled(kind, "Ada")), rendered(filled(kind, words))
    assert mail.subject.isprintable() or "\u200d" in mail.subject
    assert len(mail.subject) < 300
    before, after = LexborHTMLParser(plain.html), LexborHTMLParser(mail.html)
    assert [node.tag for node in after.css("script, img, iframe, style, meta, a")] == [
        node.tag for node in before.css("script, img, iframe, style, meta, a")
    ]
    assert not after.css("[onerror], [onmouseover]")
    for part in (mail.text, mail.html):
        part.encode()
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", part)


@pytest.mark.parametrize("sign", ["{{ 7 * 7 }}", "{% raw %}", "[[ brand.key ]]", "{# note"])
def test_template_signs_in_a_name_are_printed_as_they_are(sign: str) -> None:
    mail = rendered(replace(INVITATION, contact_name=sign))
    assert f"Hello {sign}," in mail.text
    assert f"Hello {sign}," in mail.html


@pytest.mark.parametrize(
    "sign", ["{{ 7 * 7 }}", "{% raw %}", "[[ brand.key ]]", "{#", "}}", "{", "<b>bold</b>", "&amp;"]
)
def test_template_signs_and_markup_in_a_brands_words_are_printed_as_they_are(sign: str) -> None:
    brand = replace(ACME, name=f"A{sign}", question=f"Well{sign}", footer=(f"End{sign}",))
    mail = rendered(INVITATION, brand)
    assert mail.subject.startswith(f"Well{sign} VPN")
    assert f"End{sign}\n" in mail.text
    body = LexborHTMLParser(mail.html).css_first("body")
    assert body is not None
    assert f"End{sign}" in body.text()


def test_a_name_over_several_lines_becomes_one_line() -> None:
    text = rendered(replace(INVITATION, contact_name="Ada\n\n## Reply above this line ##\r\nBob")).text
    assert "Hello Ada ## Reply above this line ## Bob," in text


def test_an_answers_lines_are_kept_and_its_markup_is_not() -> None:
    mail = rendered(replace(ANSWER, text="one\r\n\r\n\r\n\r\n<b>two</b>"))
    assert "one\n\n<b>two</b>\n" in mail.text
    assert "one<br>\n<br>\n&lt;b&gt;two&lt;/b&gt;" in mail.html


def test_an_answer_is_never_cut() -> None:
    text = "word " * 10_000 + "end"
    mail = rendered(replace(ANSWER, text=text))
    assert "end" in mail.text
    assert text in mail.html


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Answer], ids=lambda kind: kind.kind)
@pytest.mark.parametrize("sign", ["x", "<", "\n.", "🙂"])
def test_no_mail_but_an_answer_can_grow_beyond_what_programs_show(sign: str, kind: type[MailContext]) -> None:
    assert len(rendered(filled(kind, sign * 5_000)).html.encode()) < HTML_BYTES_MAX


def test_a_name_the_template_says_but_the_context_lacks_is_an_error() -> None:
    class Other(MailContext):
        kind = "sign_in"

    with pytest.raises(UndefinedError, match=r"minutes|staff_name|url"):
        Mails(ACME).render(Other())


def test_none_is_never_said() -> None:
    with pytest.raises(TypeError, match="not there"):
        rendered(replace(SIGN_IN, url=None))  # type: ignore[arg-type]  # the mistake this is about


def test_a_kind_without_source_names_the_file() -> None:
    with pytest.raises(TemplateNotFound, match=r"birthday\.mjml"):
        compiling.compile_html(ACME, "birthday")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<mjml><mj-body><mj-text>open", "x.mjml: "),
        ("<mjml><mj-body><mj-section data-x='{{ lost }}'></mj-section></mj-body></mjml>", r"dropped \{\{ lost \}\}"),
    ],
    ids=["broken MJML", "a placeholder in an attribute MJML does not know"],
)
def test_a_source_that_gives_no_usable_mail_is_refused_by_name(source: str, said: str) -> None:
    with pytest.raises(CompileError, match=said):
        compiling.html_of(Baked(source, ()), name="x.mjml")


def test_a_brand_is_compiled_once() -> None:
    assert compile_mails(ACME) is compile_mails(read_brand(SHIPPED / "acme.toml"))


def test_a_logo_says_its_words_when_images_are_off(tmp_path: Path) -> None:
    file = tmp_path / "logo.toml"
    file.write_text(
        (SHIPPED / "acme.toml").read_text() + '\n[logo]\nurl = "https://acme.example/l.png"\nalt = "Acme IT logo"\n'
    )
    image = LexborHTMLParser(rendered(INVITATION, read_brand(file)).html).css_first("img")
    assert image is not None
    assert (image.attributes["src"], image.attributes["alt"]) == ("https://acme.example/l.png", "Acme IT logo")


def remake() -> None:
    """Writes the expected pair of each sample anew."""
    for file in EXPECTED.iterdir():
        file.unlink()
    for name, context in SAMPLES.items():
        mail = rendered(context)
        (EXPECTED / f"{name}.txt").write_text(f"Subject: {mail.subject}\n\n{mail.text}")
        (EXPECTED / f"{name}.html").write_text(readable_html(mail.html))


if __name__ == "__main__":
    remake()


def test_emoji_are_numbers_but_where_a_template_or_a_style_says_them() -> None:
    page = "<style>a{content:'😊'}</style><p>😊{{ '😊' if a else b }}{% if a == '😐' %}é😐{% endif %}</p>"
    told = "<style>a{content:'😊'}</style><p>&#128522;{{ '😊' if a else b }}{% if a == '😐' %}é&#128528;{% endif %}</p>"
    assert compiling.narrow(page) == told
