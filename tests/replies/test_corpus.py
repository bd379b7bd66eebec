"""Our survey mail, quoted by every program in every language: exactly the customer's words come out."""

import re

import pytest

from inbound.explain import explain
from reviews.mail import read_mail
from reviews.reading import read_reply
from tests.replies.clients import CLIENTS, Client
from tests.replies.corpus import Case, cases
from tests.replies.languages import LANGUAGES

# Each sign that means something, blanks aside: Japanese has no words between blanks.
_SIGNS = re.compile(r"\w|[?!]")


def signs(text: str) -> str:
    return "".join(_SIGNS.findall(text))


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_exactly_the_words_come_out_of_what_a_program_writes(client: Client) -> None:
    wrong, lost = [], []
    for case in cases(client):
        if signs(_said(case)) != signs(case.said):
            wrong.append(case.name)
        if not _holds(_said(case, known=False), case.said):  # nobody knows what is answered: then some may leak
            lost.append(case.name)
    assert (wrong, lost) == ([], [])


def test_the_corpus_holds_what_it_promises() -> None:
    assert len(CLIENTS) >= 12
    assert len(LANGUAGES) >= 10
    names = {case.name for case in cases()}
    assert len(names) == len(list(cases()))
    for part in ("-top-1-", "-bottom-1-", "-inline-1-", "-top-2-", "-top-5-", "-html", "-text", "-both"):
        assert any(part in name for name in names)


def test_each_reply_is_a_persons_and_explained_as_such() -> None:
    for client in CLIENTS:
        case = next(cases(client))
        told = explain(case.raw, original=case.original)
        assert (told["kind"], signs(str(told["reply"]))) == ("human", signs(case.said)), case.name


def _said(case: Case, *, known: bool = True) -> str:
    return read_reply(read_mail(case.raw), original=case.original if known else "").said


def _holds(text: str, words: str) -> bool:
    return all(signs(line) in signs(text) for line in words.split("\n"))
