"""How does each mail program write a reply: where the new words go, what stands round the quotation, what it renames?

Learned from public sources: the HTML fixtures of mailgun/talon (Gmail, Outlook 2003 to 2010, Hotmail, Yahoo, Windows
Mail), of getfernand/unquotemail and closeio/quotequail (Apple Mail, Gmail, Outlook, Proton, Thunderbird, Zoho), the
plain texts of discourse/email_reply_trimmer and crisp-oss/email-reply-parser (Samsung, GMX, Lotus, iPhone);
Thunderbird's `nsMsgCompose.cpp` for `moz-cite-prefix`, Proton's web client for `protonmail_quote`, mutt's `attribution`
and `indent_string`, HCL Notes' reply form for its grey header lines.
"""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise

from tests.replies.languages import WHO, Language

NAME = "Acme IT"
SUBJECT = "How did we do? VPN drops every hour"
WRAP = 76

_HEAD = re.compile(r"<head.*?</head>|<!--.*?-->|<!doctype[^>]*>|</?(?:html|body)[^>]*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)[^<>]*>")
_VOID = frozenset({"br", "hr", "img", "meta", "link", "input"})
_NAMED = re.compile(r'\b(id|class)="([^"]+)"')


@dataclass(frozen=True)
class Letter:
    """The two parts of a mail; `html` is "" where it has none."""

    text: str
    html: str


@dataclass(frozen=True)
class Answer:
    """What somebody writes, and where: above ("top"), below ("bottom"), or between the lines ("inline")."""

    words: tuple[str, ...]
    position: str

    @property
    def lines(self) -> list[str]:
        return "\n\n".join(self.words).split("\n")


@dataclass(frozen=True)
class Client:
    """One program: how it answers a letter. `positions` is where its users can write, first the one it offers."""

    name: str
    reply: Callable[[Letter, Answer, Language], Letter]
    positions: tuple[str, ...] = ("top", "bottom", "inline")
    marks: bool = True  # whether it marks each quoted line or element; else only the known original tells them apart


def body_of(html: str, prefix: str = "") -> str:
    """What a program keeps of a page it quotes: the body, its ids and classes renamed."""
    body = _HEAD.sub("", html)
    if not prefix:
        return body
    return _NAMED.sub(lambda found: f'{found[1]}="{" ".join(prefix + name for name in found[2].split())}"', body)


def marked(text: str) -> list[str]:
    """The lines of a text, each behind its quotation mark (RFC 3676 section 4.5)."""
    return [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.rstrip("\n").split("\n")]


def plain_reply(original: Letter, answer: Answer, attribution: str, *, footer: str = "") -> str:
    """The text of a reply whose program marks what it quotes."""
    quoted = marked(original.text)
    below = ["", footer] if footer else []
    if answer.position == "top":
        return "\n".join([*answer.lines, *below, "", *attribution.split("\n"), "", *quoted, ""])
    if answer.position == "bottom":
        return "\n".join([*attribution.split("\n"), *quoted, "", *answer.lines, *below, ""])
    between = _between(quoted, [[word, ""] for word in answer.words])
    return "\n".join([*attribution.split("\n"), *between, *below, ""])


def _between(lines: list[str], answers: list[list[str]]) -> list[str]:
    """The answers set behind a quarter and the half of the lines."""
    places = {len(lines) * (number + 1) // 4: answer for number, answer in enumerate(answers)}
    return [line for at, each in enumerate(lines) for line in (["", *places[at], each] if at in places else [each])]


def divs(words: tuple[str, ...] | list[str], tag: str = "div") -> str:
    """Words as most programs write them: an element for each line, an empty one between paragraphs."""
    lines = "\n\n".join(words).split("\n")
    return "".join(f"<{tag}>{escape(line, quote=False) or '<br>'}</{tag}>" for line in lines)


def blockquote_reply(original: str, answer: Answer, *, intro: str, opening: str, closing: str, footer: str = "") -> str:
    """The page of a reply whose program quotes in a blockquote, and splits it where one writes into it."""
    quoted = f"{opening}{original}{closing}"
    if answer.position == "top":
        return f"{divs(answer.words)}{footer}<div><br></div>{intro}{quoted}"
    if answer.position == "bottom":
        return f"{intro}{quoted}<div><br></div>{divs(answer.words)}{footer}"
    # Pressing return inside a quotation splits it: three quotations, the answers between them.
    pieces = [f"{opening}{piece}{closing}" for piece in _split(original, reopen=True)]
    page = "".join(piece + divs([word]) for piece, word in zip(pieces, answer.words, strict=False))
    return f"{intro}{page}{pieces[-1]}{footer}"


def _split(page: str, *, reopen: bool) -> list[str]:
    """The page in three pieces, cut where a block begins; `reopen` closes and opens what is open, as editors do."""
    blocks = [tag for tag in _TAG.finditer(page) if not tag[1] and tag[2].lower() in {"div", "p", "tr"}]
    cuts = [0, *(blocks[len(blocks) * share // 3].start() for share in (1, 2)), len(page)]
    pieces: list[str] = []
    opened: list[str] = []
    for begin, end in pairwise(cuts):
        before = "".join(opened)
        opened = _still_open(page[begin:end], opened)
        after = "".join(f"</{_TAG.match(tag)[2]}>" for tag in reversed(opened))  # type: ignore[index]
        pieces.append(f"{before}{page[begin:end]}{after}" if reopen else page[begin:end])
    return pieces


def _still_open(piece: str, opened: list[str]) -> list[str]:
    opened = list(opened)
    for tag in _TAG.finditer(piece):
        if tag[1]:
            at = next((at for at in range(len(opened) - 1, -1, -1) if opened[at][1:].startswith(tag[2])), None)
            opened = opened if at is None else opened[:at]
        elif tag[2].lower() not in _VOID:
            opened.append(tag[0])
    return opened


def gmail(original: Letter, answer: Answer, language: Language, *, footer: str = "") -> Letter:
    who = WHO.replace("<", "&lt;").replace(">", "&gt;")
    attribution = language.gmail.format(who=WHO)
    intro = f'<div dir="ltr" class="gmail_attr">{language.gmail.format(who=who)}<br></div>'
    quote = '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204)">'
    body = body_of(original.html, "m_-8034")
    html = blockquote_reply(body, answer, intro=intro, opening=quote, closing="</blockquote>", footer=footer)
    begin, gap, rest = html.partition(intro)
    html = f'<div dir="ltr">{begin}</div><br><div class="gmail_quote gmail_quote_container">{gap}{rest}</div>'
    wrapped = "\n".join(textwrap.wrap(attribution, WRAP, break_long_words=False, break_on_hyphens=False))
    return Letter(plain_reply(original, answer, wrapped, footer=_bare(footer)), html)


def gmail_app(original: Letter, answer: Answer, language: Language) -> Letter:
    html = gmail(original, answer, language).html.replace('<div dir="ltr">', '<div dir="auto">', 1)
    return Letter(plain_reply(original, answer, language.gmail.format(who=WHO)), html)


def outlook_desktop(original: Letter, answer: Answer, language: Language) -> Letter:
    labels, values = language.labels, _values()
    block = "<br>".join(
        f"<b>{label}:</b> {escape(value, quote=False)}" for label, value in zip(labels, values, strict=True)
    )
    ruled = "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
    header = (
        f"<div>{ruled}<p class=MsoNormal>{block}<o:p></o:p></p></div></div><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
    )
    html = _unmarked_page(original, answer, header, line='<p class="MsoNormal">{}<o:p></o:p></p>', prefix="")
    text = _unmarked_text(original, answer, _header_text(labels, separator=""))
    return Letter(text, f'<div class="WordSection1">{html}</div>')


def outlook_web(original: Letter, answer: Answer, language: Language) -> Letter:
    labels = language.labels
    block = "<br>".join(
        f"<b>{label}:</b> {escape(value, quote=False)}" for label, value in zip(labels, _values(), strict=True)
    )
    header = (
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{block}</font><div>&nbsp;</div></div>'
    )
    line = '<div class="elementToProof" style="font-size:12pt">{}</div>'
    html = _unmarked_page(original, answer, header, line=line, prefix="x_")
    return Letter(_unmarked_text(original, answer, _header_text(labels, separator="_" * 32)), html)


def new_outlook(original: Letter, answer: Answer, language: Language) -> Letter:
    written = outlook_web(original, answer, language)
    container = '<div id="mail-editor-reference-message-container"><div class="ms-outlook-mobile-reference-message"'
    return replace(
        written, html=written.html.replace('<div id="appendonsend"', f"{container}><div").replace("x_", "x_x_")
    )


def outlook_mobile(original: Letter, answer: Answer, language: Language) -> Letter:
    written = outlook_web(original, answer, language)
    link = f'<a href="https://aka.ms/o0ukef">{language.outlook_mobile}</a>'
    signature = f'<div id="ms-outlook-mobile-signature"><div><br></div>{link}</div>'
    text = written.text.replace("_" * 32, f"{language.outlook_mobile}<https://aka.ms/o0ukef>\n{'_' * 32}", 1)
    return Letter(text, written.html.replace('<div id="appendonsend"', f'{signature}<div id="appendonsend"', 1))


def apple(original: Letter, answer: Answer, language: Language, *, footer: str = "") -> Letter:
    who = WHO.replace("<", "&lt;").replace(">", "&gt;")
    said = f"<div>{language.apple.format(who=who)}</div>"
    opening = '<div><blockquote type="cite">'
    begin = f'{opening}{said}<br class="Apple-interchange-newline"></blockquote></div>'
    body = f"<div>{body_of(original.html)}</div>"
    html = blockquote_reply(body, answer, intro=begin, opening=opening, closing="</blockquote></div>", footer=footer)
    head = '<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">'
    text = plain_reply(original, answer, language.apple.format(who=WHO), footer=_bare(footer))
    return Letter(text, f"<html><head></head>{head}{html}</body></html>")


def iphone(original: Letter, answer: Answer, language: Language) -> Letter:
    footer = f'<div><br id="lineBreakAtBeginningOfSignature"><div dir="ltr">{language.iphone}</div></div>'
    return apple(original, answer, language, footer=footer)


def thunderbird(original: Letter, answer: Answer, language: Language) -> Letter:
    attribution = language.thunderbird.format(name=NAME)
    intro = f'<div class="moz-cite-prefix">{attribution}<br></div>'
    opening = '<blockquote type="cite" cite="mid:survey-1@mail.acme.example">'
    body = re.sub(r"(?s)^.*?<body", "<body", original.html) if "<body" in original.html else original.html
    html = blockquote_reply(body_of(body), answer, intro=intro, opening=opening, closing="</blockquote>")
    return Letter(plain_reply(original, answer, attribution), f"<html><head></head><body>{html}</body></html>")


def yahoo(original: Letter, answer: Answer, language: Language) -> Letter:
    who = WHO.replace("<", "&lt;").replace(">", "&gt;")
    opening = '<div id="ydp5a1dyahoo_quoted_7654" class="ydp5a1dyahoo_quoted"><div style="font-size:13px">'
    intro = f"<div>{language.yahoo.format(who=who)}</div><div><br></div><div><br></div>"
    quoted = f'{opening}{intro}<div id="yiv8123">{body_of(original.html, "yiv8123")}</div></div></div>'
    mine = divs(answer.words)
    parts = [f'<div class="ydp5a1dyahoo-style-wrap">{mine}</div><br>', quoted]
    html = "".join(parts if answer.position == "top" else parts[::-1])
    attribution = language.yahoo.format(who=WHO)
    quote = [f"  {line}".rstrip() for line in original.text.split("\n")]
    text = "\n".join([*answer.lines, "", f"    {attribution}  ", " ", *quote, "  "])
    if answer.position == "bottom":
        text = "\n".join([f"    {attribution}  ", " ", *marked(original.text), "", *answer.lines, ""])
    return Letter(text, html)


def samsung(original: Letter, answer: Answer, language: Language) -> Letter:
    labels, values = language.labels, _values()
    footer = f'<div id="composer_signature"><div style="font-size:85%" dir="auto">{language.android}</div></div>'
    lines = "".join(
        f"<div>{label.strip()}: {escape(value, quote=False)} </div>"
        for label, value in zip(labels, values, strict=True)
    )
    head = f"<div>{language.separator}</div>{lines}<div><br></div>"
    origin = f'<div><br></div><div align="left" dir="auto" style="font-size:100%">{head}</div>'
    html = f"{divs(answer.words)}<div><br></div>{footer}{origin}{body_of(original.html)}"
    head = "\n".join(f"{label.strip()}: {value}" for label, value in zip(labels, values, strict=True))
    text = "\n".join([*answer.lines, "", language.android, "", language.separator, head, "", original.text])
    return Letter(text, f'<body dir="auto">{html}</body>')


def proton(original: Letter, answer: Answer, language: Language) -> Letter:
    who = WHO.replace("<", "&lt;").replace(">", "&gt;")
    signature = (
        '<div class="protonmail_signature_block protonmail_signature_block-empty-user" style="font-size:14px">'
        '<div class="protonmail_signature_block-proton">'
        'Sent with <a href="https://proton.me/">Proton Mail</a> secure email.</div></div><div><br></div>'
    )
    opening = '<blockquote class="protonmail_quote" type="cite">'
    inner = f"{language.proton.format(who=who)}<br>{opening}{body_of(original.html)}</blockquote><br>"
    quoted = f'<div class="protonmail_quote">{inner}</div>'
    mine = divs(answer.words)
    html = f"{mine}<div><br></div>{signature}{quoted}"
    if answer.position == "bottom":
        html = f"{quoted}<div><br></div>{mine}{signature}"
    footer = "Sent with [Proton Mail](https://proton.me/mail/home) secure email."
    return Letter(plain_reply(original, answer, language.proton.format(who=WHO), footer=footer), html)


def hey(original: Letter, answer: Answer, language: Language) -> Letter:
    attribution = f"On November 21, 2026, {WHO} wrote:"
    quoted = f"{escape(attribution, quote=False)}<br><blockquote>{body_of(original.html)}</blockquote>"
    html = f'<div class="trix-content">{divs(answer.words)}<br>{quoted}</div>'
    if answer.position == "bottom":
        html = f'<div class="trix-content">{quoted}<br>{divs(answer.words)}</div>'
    return Letter(plain_reply(original, answer, attribution), html)


def mutt(original: Letter, answer: Answer, language: Language) -> Letter:
    return Letter(plain_reply(original, answer, language.mutt.format(name=NAME), footer="-- \nAda Example"), "")


def notes(original: Letter, answer: Answer, language: Language) -> Letter:
    labels = ("From", "To", "Date", "Subject") if language.key != "de" else ("Von", "An", "Datum", "Betreff")
    values = (WHO, "Ada Example <ada@customer.example>", "21.11.2026 10:00", SUBJECT)
    grey = "".join(
        f'<font size=1 color=#5f5f5f face="sans-serif">{label}: &nbsp; &nbsp; &nbsp; &nbsp;</font>'
        f'<font size=1 face="sans-serif">{escape(value, quote=False)}</font><br>'
        for label, value in zip(labels, values, strict=True)
    )
    header = f"<br><br>{grey}<hr noshade><br><br>"
    mine = f'<font size=2 face="sans-serif">{"<br>".join(escape(line, quote=False) for line in answer.lines)}</font>'
    head = "\n".join(f"{label}:   {value}" for label, value in zip(labels, values, strict=True))
    return Letter(
        "\n".join([*answer.lines, "", "", head, "", "", "", original.text]), f"{mine}{header}{body_of(original.html)}"
    )


def gmx(original: Letter, answer: Answer, language: Language) -> Letter:
    labels = dict(zip(("from", "sent", "to", "subject"), zip(language.labels, _values(), strict=True), strict=True))
    order = [labels[role] for role in ("sent", "from", "to", "subject")]
    block = "<br>".join(f"<b>{label.strip()}:</b>&nbsp;{escape(value, quote=False)}" for label, value in order)
    style = "margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"
    body = body_of(original.html)
    quoted = (
        f'<div name="quote" style="{style}"><div style="margin:0 0 10px 0;">{block}</div>'
        f'<div name="quoted-content">{body}</div></div>'
    )
    mine = f'<div style="font-family: Verdana;font-size: 12.0px;">{divs(answer.words)}</div>'
    html = f"{mine}<div>&nbsp;{quoted}</div>" if answer.position == "top" else f"{quoted}{mine}"
    head = "\n".join(f"{label.strip()}: {value}" for label, value in order)
    return Letter(
        "\n".join([*answer.lines, "", "", head, "", original.text]), f"<html><head></head><body>{html}</body></html>"
    )


def roundcube(original: Letter, answer: Answer, language: Language) -> Letter:
    attribution = language.thunderbird.format(name=NAME)
    intro = f'<p id="reply-intro">{attribution}</p>'
    body = f'<div id="replybody1">{body_of(original.html, "v1")}</div>'
    opening = '<blockquote type="cite" style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0">'
    html = blockquote_reply(body, answer, intro=intro, opening=opening, closing="</blockquote>")
    return Letter(plain_reply(original, answer, attribution), html)


TOP = ("top",)
CLIENTS = (
    Client("gmail-web", gmail),
    Client("gmail-app", gmail_app),
    Client("outlook-desktop", outlook_desktop, marks=False),
    Client("outlook-new", new_outlook, TOP, marks=False),
    Client("outlook-web", outlook_web, marks=False),
    Client("outlook-mobile", outlook_mobile, TOP, marks=False),
    Client("apple-mac", apple),
    Client("apple-iphone", iphone),
    Client("thunderbird", thunderbird),
    Client("yahoo", yahoo, ("top", "bottom")),
    Client("samsung", samsung, TOP, marks=False),
    Client("proton", proton, ("top", "bottom")),
    Client("hey", hey, ("top", "bottom")),
    Client("mutt", mutt),
    Client("notes", notes, TOP, marks=False),
    Client("gmx", gmx, TOP),
    Client("roundcube", roundcube),
)


def _values() -> tuple[str, str, str, str]:
    return WHO, "Saturday, 21 November 2026 10:00", "Ada Example <ada@customer.example>", SUBJECT


def _header_text(labels: tuple[str, ...], *, separator: str) -> str:
    lines = [f"{label}: {value}" for label, value in zip(labels, _values(), strict=True)]
    return "\n".join([*([separator] if separator else []), *lines])


def _unmarked_text(original: Letter, answer: Answer, header: str) -> str:
    """The text of a reply whose program marks nothing: its users' answers stand bare in or under ours."""
    if answer.position == "top":
        return "\n".join([*answer.lines, "", header, "", original.text, ""])
    if answer.position == "bottom":
        return "\n".join([header, "", original.text, "", *answer.lines, ""])
    return "\n".join([header, "", *_between(original.text.split("\n"), [[word] for word in answer.words]), ""])


def _unmarked_page(original: Letter, answer: Answer, header: str, *, line: str, prefix: str) -> str:
    def mine(words: tuple[str, ...]) -> str:
        return "".join(line.format(escape(text, quote=False) or "&nbsp;") for text in "\n\n".join(words).split("\n"))

    body = body_of(original.html, prefix)
    if answer.position == "top":
        return f"{mine(answer.words)}{header}<div>{body}</div>"
    if answer.position == "bottom":
        return f"{header}<div>{body}</div>{mine(answer.words)}"
    pieces = _split(body, reopen=False)
    page = "".join(piece + mine((word,)) for piece, word in zip(pieces, answer.words, strict=False))
    return f"{header}<div>{page}{pieces[-1]}</div>"


def _bare(footer: str) -> str:
    return re.sub(r"<[^>]*>", "", footer)
