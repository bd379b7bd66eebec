"""Our own corpus: our survey mail as each program quotes it, in each language, answered above, below and between.

`PYTHONPATH=. python tests/replies/corpus.py FOLDER` writes each mail as NAME.eml with what is expected of it beside it
in NAME.json.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from templates.brands import SHIPPED, Brand, read_brand
from templates.contexts import FaceLink, Invitation
from templates.mails import compile_mails
from tests.replies.clients import CLIENTS, SUBJECT, Answer, Client, Letter
from tests.replies.languages import LANGUAGES, Language

SITE = "https://care.acme.example"
DEPTHS = (1, 2, 5)  # the first, second and fifth reply of a thread
FORMS = ("both", "html", "text")
HEAD = f"""From: Ada Example <ada@customer.example>
To: r+gk3tokentokentokentoken@reply.acme.example
Subject: Re: {SUBJECT}
Message-ID: <answer-1@customer.example>
In-Reply-To: <survey-1@mail.acme.example>
Date: Sat, 21 Nov 2026 11:00:00 +0000
MIME-Version: 1.0
"""


@dataclass(frozen=True)
class Case:
    """One mail, and what is expected of it."""

    name: str
    raw: bytes
    said: str
    original: str  # the text of ours that it answers
    position: str


@cache
def survey(language: Language) -> Letter:
    """Our invitation in the brand's language, as our templates render it."""
    brand = _brand(language)
    faces = tuple(FaceLink(face.value, f"{SITE}/r/{face.value}") for face in brand.faces)
    rendered = compile_mails(brand).render(
        Invitation("Ada", "Sam", "48213", "VPN drops every hour", faces, f"{SITE}/v/view", f"{SITE}/u/stop")
    )
    return Letter(rendered.text, rendered.html)


def _brand(language: Language) -> Brand:
    acme = read_brand(SHIPPED / "acme.toml")
    question, reply, words = language.survey
    faces = tuple(replace(face, word=word) for face, word in zip(acme.faces, words, strict=True))
    return replace(acme, key=f"acme-{language.key}", language=language.key, question=question, reply=reply, faces=faces)


def cases(*clients: Client) -> Iterator[Case]:
    """Every program, or these, in every language, position, depth and form that it has."""
    for client in clients or CLIENTS:
        for language in LANGUAGES.values():
            for position in client.positions:
                for depth in DEPTHS:
                    if depth > 1 and position != "top" and not client.marks:
                        continue  # where nothing is marked, nobody could tell the answer from an older one
                    yield from _forms(client, language, position, depth)


def _forms(client: Client, language: Language, position: str, depth: int) -> Iterator[Case]:
    ours = survey(language)
    thread = ours
    for number in range(depth - 1):
        earlier = f"{language.earlier} ({number + 1})"
        thread = client.reply(thread, Answer((earlier,), "top"), language)
    words = language.inline if position == "inline" else (language.said,)
    letter = client.reply(thread, Answer(words, position), language)
    for form in FORMS:
        if form != "text" and not letter.html:
            continue
        name = f"{client.name}-{language.key}-{position}-{depth}-{form}"
        yield Case(name, _raw(letter, form), "\n".join(words), ours.text, position)


def _raw(letter: Letter, form: str) -> bytes:
    text = f"Content-Type: text/plain; charset=utf-8\n\n{letter.text}"
    page = f"Content-Type: text/html; charset=utf-8\n\n{letter.html}"
    if form == "both" and letter.html:
        both = f"--cut\n{text}\n--cut\n{page}\n--cut--\n"
        return f"{HEAD}Content-Type: multipart/alternative; boundary=cut\n\n{both}".encode()
    return f"{HEAD}{page if form == 'html' else text}".encode()


def _write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases():
        (folder / f"{case.name}.eml").write_bytes(case.raw)
        beside = {"expected": case.said, "signature": "strip", "kind": "human", "original": case.original}
        (folder / f"{case.name}.json").write_text(json.dumps(beside, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
