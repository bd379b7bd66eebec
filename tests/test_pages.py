"""What each page holds, and that it needs no inline style, no inline script and nothing from elsewhere."""

from collections.abc import Mapping
from typing import Any

import pytest
from jinja2 import UndefinedError
from selectolax.lexbor import LexborHTMLParser

from reviews.wishes import Wish
from templates import pages
from templates.brands import SHIPPED, read_brand
from templates.plain import PROMISES

ACME = read_brand(SHIPPED / "acme.toml")

ASKING = {"state": "asking", "chosen": "unhappy", "action": "/r/token", "nonce": "the-nonce", "dwell_ms": 1000}
REVIEW = {
    "ticket": "48213",
    "subject": "VPN drops every hour",
    "contact_name": "Ada",
    "contact_email": "ada@customer.example",
    "company": "Customer Ltd",
    "agent_name": "Sam",
    "team": "Network",
    "closed_text": "21 November 2026, 10:00",
}
MESSAGE = {
    "by": "customer",
    "name": "Ada",
    "at_text": "21 November 2026, 14:05",
    "text": "It still drops.\nEvery hour.",
    "trimmed": "> How did we do?",
    "verified": False,
    "sender": "sender not verified (it is signed by mail.example, which is not customer.example)",
    "mark": "put here by Lea",
    "mail_url": "",
    "copied": ["colleague@acme.example"],
    "attachments": [
        {"url": "/s/1/files/a", "name": "error.png", "size_text": "214 KB", "danger": ""},
        {"url": "/s/1/files/b", "name": "error.png.exe", "size_text": "214 KB", "danger": "a program: do not open it"},
    ],
}
ASTRAY = {
    "name": "Ada <ada@customer.example>",
    "at_text": "21 November 2026, 14:05",
    "reason": "its sender is forged",
    "text": "It still drops.",
    "until_text": "21 December 2026, 14:05",
}
HELD = {
    "id": "m1",
    "name": "Sam",
    "at_text": "today",
    "reason": "not verified",
    "sender": "sender not verified",
    "text": "Hello",
    "action": "/held",
}
DELIVERY = {"kind": "Invitation", "to": "Ada", "status": "sent", "at_text": "21 November 2026, 11:00", "reason": ""}
RATING = {"value": "unhappy", "status": "confirmed", "grade": "hard", "at_text": "21 November 2026, 14:05"}
STAFF = {"staff_name": "Sam", "list_url": "/reviews", "sign_out_url": "/out"}
ROW = {
    "url": "/s/1",
    "ticket": "48213",
    "subject": "VPN drops every hour",
    "contact_name": "Ada",
    "agent_name": "Sam",
    "rating": RATING,
    "comment": "It still drops.",
    "at_text": "21 November 2026, 14:05",
    "messages": 2,
}

LINE = {
    **ROW,
    "id": "a" * 26,
    "company": "Customer Ltd",
    "owner_name": "lea@acme.example",
    "unread": True,
    "waits": "21 November 2026, 14:05",
    "snoozed": "",
    "tags": ["vpn"],
    "excluded": True,
}
INBOX = {
    **STAFF,
    "title": "Unread",
    "queue": "unread",
    "queues": [{"name": "unread", "label": "Unread", "url": "/reviews?queue=unread", "count": "2", "here": True}],
    "views": [{"name": "Slow", "url": "/reviews?q=slow", "here": False}],
    "view_name": "",
    "view_query": "queue=unread",
    "keep_url": "/reviews/views",
    "lines": [],
    "query": "",
    "filters": [{"name": "team", "label": "Team", "value": "", "options": None, "type": "text"}],
    "narrowed": False,
    "clear_url": "/reviews",
    "here": "/reviews?queue=unread",
    "bulk_url": "/reviews/several",
    "news_url": "/reviews/news",
    "newest": 7,
    "may_tend": True,
    "newer_url": "",
    "older_url": "",
    "done": "",
    "undo": "",
    "undo_tag": "",
    "on": [],
    "waiting": "",
    "waiting_url": "/quarantine",
    "unread_hooks": "",
    "unread_hooks_url": "/sources",
}

CHOOSING = {
    "choices": [{"value": "daily", "label": "Once a day", "hint": "One mail with all of it."}],
    "chosen": "daily",
    "regular": [{"kind": "agents", "label": "Your week", "hint": "Customers' words first.", "wanted": True}],
    "kept": True,
    "action": "/notices",
}
CONNECTED = {
    "sources": [{"id": "desk", "helpdesk": "Zammad", "unread": 1}],
    "letters": [
        {
            "id": "a",
            "source": "desk",
            "reason": "no ticket",
            "body": "{}",
            "times": 2,
            "at_text": "21 November 2026, 14:05",
        }
    ],
    "older_url": "",
    "action": "/sources",
    "told": "",
    "tried_source": "desk",
    "payload": "{}",
    "result": "",
}

STRAY = {
    "sender": "Ada <ada@customer.example>",
    "trust": "sender verified (signed by customer.example)",
    "proven": True,
    "subject": "Re: VPN",
    "text": "It still drops.\nEvery hour.",
    "reason": "nothing in it names a review",
    "at_text": "21 November 2026, 14:05",
    "until_text": "21 December 2026, 14:05",
    "action": "/quarantine/a",
    "raw_url": "/quarantine/a.eml",
    "record": "",
    "whole": "It still drops.\nEvery hour.\nAnd so on.",
    "theirs": [{"id": "a" * 26, "ticket": "48213", "subject": "VPN"}, {"id": "b" * 26, "ticket": "7", "subject": ""}],
}
NAMELESS = {"trust": "", "proven": False, "subject": "", "text": "", "whole": "", "theirs": [], "record": "review"}

RUNNING: dict[str, Any] = {
    "at_text": "21 November 2026, 14:05",
    "warnings": ["acme is paused: its questions wait."],
    "processes": [
        {
            "kind": "mailer",
            "machine": "post1",
            "version": "1.0",
            "began_text": "21 November 2026, 14:05",
            "seen_text": "runs",
            "writes": "1,234 in 56 transactions",
            "memory": "78 MB",
        }
    ],
    "groups": [("Mails that go out", [("due", "7")]), ("Requests this process could not take", [])],
    "canaries": [{"product": "Defender", "asked": "7", "visited": "7", "false": "0", "at_most": "35 %"}],
    "versions": [("Database", "SQLite 3.53.0")],
}

SINGLE = {"action": "/in", "error": "", "minutes": 15, "provider_out": "https://id.acme.example/out"}
PAGES: list[tuple[str, dict[str, Any]]] = [
    ("message", {"title": "This link is closed", "paragraphs": ["It was asked 30 days ago."]}),
    *(("rating", {**ASKING, "state": state}) for state in ("asking", "recorded", "needs_tap", "commented")),
    ("rating", {**ASKING, "chosen": ""}),
    ("rating", {**ASKING, "state": "no_nonce", "nonce": ""}),
    *(
        ("unsubscribe", {"chosen": chosen, "promise": promise, "action": "/u", "address": "ada@customer.example"})
        for chosen, promise in {"": "", **PROMISES}.items()
        if chosen != Wish.BACK
    ),
    *(
        ("sign_in", {"state": state, "action": "/in", "error": "", "minutes": 15, "single": None})
        for state in ("ask", "sent", "confirm")
    ),
    *(
        ("sign_in", {**SINGLE, "state": state, "single": {"name": "Acme ID", "url": "/sign-in/single", "only": only}})
        for state, only in (("ask", False), ("ask", True), ("out", False))
    ),
    ("sources", {**STAFF, **CONNECTED, "sources": [], "letters": []}),
    ("sources", {**STAFF, **CONNECTED, "told": "no ticket", "result": "{}", "older_url": "/b"}),
    ("running", {**STAFF, **RUNNING}),
    ("running", {**STAFF, **RUNNING, "warnings": [], "processes": [], "canaries": []}),
    ("quarantine", {**STAFF, "mails": [], "error": "", "older_url": ""}),
    ("quarantine", {**STAFF, "mails": [STRAY, {**STRAY, **NAMELESS}], "error": "No such record.", "older_url": "/b"}),
    ("notices", {**STAFF, **CHOOSING}),
    ("inbox", INBOX),
    ("inbox", {**INBOX, "query": "router"}),
    ("inbox", {**INBOX, "waiting": "2", "unread_hooks": "2 webhooks could not be read"}),
    ("inbox", {**INBOX, "done": "Marked as read: 1.", "undo": "unread", "on": ["a" * 26]}),
    ("inbox", {**INBOX, "lines": [LINE, {**LINE, "rating": None}], "newer_url": "/a", "older_url": "/b"}),
    (
        "record",
        {
            "review": REVIEW,
            "rating": RATING,
            "comment": "It still drops.",
            "about": "the wait",
            "ask_url": "/ask",
            "asked": [{"who": "lea@acme.example", "at_text": "21 November 2026, 14:05", "reason": "They are new."}],
            "messages": [
                MESSAGE,
                {**MESSAGE, "by": "staff"},
                {**MESSAGE, "by": "note", "trimmed": "", "attachments": []},
            ],
            "held": [HELD],
            "being_read": 1,
            "astray": [ASTRAY, {**ASTRAY, "text": ""}],
            "deliveries": [DELIVERY],
            "automatic": [{"subject": "Away", "reason": "auto-submitted header", "at_text": "today"}],
            "evidence": [{"at_text": "today", "words": "c1 opened “Great”"}],
            "votes": [{"id": "abc", "value": "happy"}],
            "correct_url": "/s/token/rating",
            "paused": "Asking is paused.",
            "care": None,
            "notices_url": "/s/1/notices",
            **STAFF,
        },
    ),
    (
        "record",
        {
            "review": {**REVIEW, "subject": "", "contact_name": "", "company": "", "agent_name": "", "team": ""},
            "rating": None,
            "comment": "",
            "about": "",
            "ask_url": "",
            "asked": [],
            "messages": [],
            "held": [],
            "being_read": 0,
            "astray": [],
            "deliveries": [],
            "automatic": [],
            "evidence": [],
            "votes": [],
            "correct_url": "",
            "paused": "",
            "care": None,
            "notices_url": "/s/1/notices",
            **STAFF,
        },
    ),
]
IDS = [f"{name}-{context.get('state', number)}" for number, (name, context) in enumerate(PAGES)]


def every_text(context: object, words: str) -> Any:
    """The context with each text that no code of ours chose replaced by `words`."""
    keep = {"state", "chosen", "action", "nonce", "value", "status", "grade", "by", "url", "newer_url", "older_url"}
    if isinstance(context, Mapping):
        return {key: value if key in keep else every_text(value, words) for key, value in context.items()}
    if isinstance(context, list):
        return [every_text(value, words) for value in context]
    return words if isinstance(context, str) and context and not context.startswith("/") else context


@pytest.mark.parametrize(("name", "context"), PAGES, ids=IDS)
def test_a_page_needs_no_inline_style_or_script_and_loads_nothing_from_elsewhere(
    name: str, context: dict[str, Any]
) -> None:
    tree = LexborHTMLParser(pages.page(name, brand=ACME, **context))
    assert not tree.css("style, [style], script:not([src]), [onclick], [onload], iframe, object")
    loaded = [node.attributes.get("src") or node.attributes.get("href") for node in tree.css("script, link, img")]
    assert loaded
    assert all(path and path.startswith(("/static/", "/brand/")) for path in loaded)


@pytest.mark.parametrize(("name", "context"), PAGES, ids=IDS)
def test_a_page_has_one_heading_a_title_a_language_and_a_name_for_each_field(
    name: str, context: dict[str, Any]
) -> None:
    tree = LexborHTMLParser(pages.page(name, brand=ACME, **context))
    assert len(tree.css("h1")) == 1
    assert tree.css_matches("html[lang=en] title")
    for field_ in tree.css("textarea, input:not([type=hidden])"):
        assert tree.css_matches(f'label[for="{field_.attributes["id"]}"]')


@pytest.mark.parametrize(("name", "context"), PAGES, ids=IDS)
@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\" onclick='alert(1)' x=\"", "{{ 7 * 7 }}{% raw %}", "\u202ex"]
)
def test_hostile_words_stay_words(words: str, name: str, context: dict[str, Any]) -> None:
    html = pages.page(name, brand=ACME, **every_text(context, words))
    before, after = LexborHTMLParser(pages.page(name, brand=ACME, **context)), LexborHTMLParser(html)
    assert [node.tag for node in after.css("script, a, form, button")] == [
        node.tag for node in before.css("script, a, form, button")
    ]
    assert not after.css("[onclick]")
    assert "\u202e" not in html


def test_the_rating_pages_first_control_is_the_decoy_out_of_everybodys_reach() -> None:
    first = LexborHTMLParser(pages.page("rating", brand=ACME, **ASKING)).css("button, input, textarea, a")[0]
    assert {key: first.attributes[key] for key in ("value", "tabindex", "aria-hidden", "class")} == {
        "value": "decoy",
        "tabindex": "-1",
        "aria-hidden": "true",
        "class": "away",
    }


def test_without_a_nonce_there_is_no_form_and_no_script() -> None:
    tree = LexborHTMLParser(pages.page("rating", brand=ACME, **{**ASKING, "state": "no_nonce", "nonce": ""}))
    assert not tree.css("form, script, button")


def test_the_rating_page_and_its_script_stay_under_ten_kilobytes() -> None:
    page = pages.page("rating", brand=ACME, **ASKING)
    assert len(page.encode()) + len(pages.static_file("rating.js")) < 10_000


@pytest.mark.parametrize("name", ["message", "unsubscribe", "sign_in"])
def test_a_page_behind_a_link_nobody_signed_needs_no_brand(name: str) -> None:
    context = next(context for page, context in PAGES if page == name)
    assert "/brand/" not in pages.page(name, brand=None, **context)


def test_a_name_the_page_says_but_the_context_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="paragraphs"):
        pages.page("message", brand=ACME, title="x")


def test_a_brands_stylesheet_holds_its_colours_and_changes_its_path_with_them() -> None:
    css = pages.brand_css(ACME)
    for colour in (ACME.light.primary, ACME.dark.card, ACME.face("neutral").fill):
        assert colour in css
    assert css.count("{") == css.count("}")
    assert pages.brand_css_path(ACME).startswith("/brand/acme.css?v=")
