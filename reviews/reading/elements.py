"""What does an element of a page say about all that it holds: a quotation, a signature, our own mail?

Mail programs rename what they quote (`x_`, `m_123`, `gmail-`, `yiv123`), so ids and classes are compared by their END.
"""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from reviews.reading.lines import SegmentKind
from reviews.reading.marker import OUR_ELEMENT

MARKER_CHARS_MAX = 120  # of the marker line, in any language
STYLE_CHARS_MAX = 2_000  # of a style that is searched
NAMES_CHARS_MAX = 1_000  # of the id and classes of one element
CONTAINERS_MAX = 8  # of Gmail's that are searched for a blockquote; the search walks the subtree
PLAIN_BLOCKQUOTE = "html plain blockquote"  # the rule of lines in one without attributes

# End of an id or class -> what its element holds.
# fmt: off
_QUOTES = (
    "gmail_attr", "gmail_extra", "yahoo_quoted", "protonmail_quote", "tutanota_quote",
    "zmail_extra", "ik_mail_quote", "moz-cite-prefix", "front-blockquote", "freshdesk_quote", "notion-mail-quote",
    "iosymail", "skiff_quote", "alimail-quote", "isreplycontent", "isforwardcontent", "origbody", "reply139content",
    "olk_src_body_section", "geary-quote", "reply-intro", "hey_quote", "ms-outlook-mobile-reference-message",
    "freshdesk-quote", "wmquote", "mailquote", "quoted_message", "replaced-quote",
    "gmail_quote_attribution", "yahoo-quoted-begin", "canaryblockquote", "edo-original", "cm_quote", "__pbconvhr",
    "__pbconvbody", "airmail_on", "hs_reply", "intercom-quoted-reply", "gorgias_quote", "missive_quote",
    "front-blockquote-container", "quoted-content", "quoted_body",
    "lark-mail-quote", "history-quote-wrapper", "sh-quoted-content", "nylas-quote", "_originalcontent",
)
_QUOTES_TO_THE_END = (
    "divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container", "replysplit", "stopspelling",
    "_mailoriginal", "orimsghtmlseperator", "zwchr", "mailcontent-quote",
)
_SIGNATURES = (
    "gmail_signature", "gmail_signature_prefix", "ms-outlook-mobile-signature", "moz-signature",
    "protonmail_signature_block", "applemailsignature", "ymail_android_signature", "signature",
    "signature_old", "signature_editor", "bm_signature_wrapper", "canarysig", "cm_footer", "bloop_sign", "_foxfromname",
    "fmsigseperator", "spneditorsign", "tutanota_signature", "zmail_signature", "geary-signature",
    "_signatureplaceholder",
)
# fmt: on
_OUTLOOK_COLOUR = (
    r"(?:#(?:e1e1e1|b5c4df)|rgb\((?:225,\s?225,\s?225|181,\s?196,\s?223)\))"  # as it writes it, and as others do
)
_OUTLOOK_LINE = re.compile(
    rf"border-top:\s?(?:[\d.]{{1,5}}p[tx]\s)?solid\s{_OUTLOOK_COLOUR}|border-(?:top-)?color:\s?{_OUTLOOK_COLOUR}",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"border:\s?none|border-left:\s?none|border-width:\s?0", re.IGNORECASE)


# Attributes of programs' own, and what they hold (Zimbra, FairEmail, HCL Verse, Mail.ru, Outlook).
_TELLING = (
    "data-signatureblock",
    "data-marker",
    "fairemail",
    "data-history-content-modified",
    "data-signature-widget",
)
_TOLD_QUOTES = frozenset({"__headers__", "__quoted_text__", "__divider__", "reference", "1"})
_TOLD_SIGNATURES = frozenset({"true", "__sig_pre__", "__sig_post__", "signature", "container"})


@dataclass(frozen=True, slots=True)
class Mark:
    """What an element holds, and the rule that says so; `to_the_end` of the page, not only of the element."""

    kind: SegmentKind
    rule: str
    to_the_end: bool = False


@dataclass(slots=True)
class Containers:
    """How many of Gmail's containers may still be searched; none where the page has no blockquote at all."""

    left: int = CONTAINERS_MAX


def mark_of(node: LexborNode, tag: str, attributes: dict[str, str | None], containers: Containers) -> Mark | None:
    """What this element says about all that it holds, if anything."""
    if not attributes and tag != "blockquote":
        return None
    style = (attributes.get("style") or "")[:STYLE_CHARS_MAX]
    if tag == "blockquote" and not (_INDENTED.search(style) and not attributes.get("type")):
        return Mark(SegmentKind.QUOTED, "html blockquote" if attributes else PLAIN_BLOCKQUOTE)
    tokens = f"{attributes.get('id') or ''} {attributes.get('class') or ''}".lower()[:NAMES_CHARS_MAX].split()
    named = next(filter(None, (_mark_by_name(token, node, containers) for token in tokens)), None)
    return named or _mark_by_attribute(attributes, style)


def _mark_by_attribute(attributes: dict[str, str | None], style: str) -> Mark | None:
    if (attributes.get("name") or "").lower() in {"quote", "messagereplysection"}:
        return Mark(SegmentKind.QUOTED, "html quote by name")
    if (attributes.get("title") or "").startswith("beforequote:"):
        return Mark(SegmentKind.QUOTED, "html quote by title", to_the_end=True)
    if _OUTLOOK_LINE.search(style):
        return Mark(SegmentKind.QUOTED, "html outlook line", to_the_end=True)
    told = next((attributes[name] or name for name in _TELLING if name in attributes), "").lower()
    if told in _TOLD_QUOTES:
        return Mark(SegmentKind.QUOTED, "html quote by attribute")
    return Mark(SegmentKind.SIGNATURE, "html signature") if told in _TOLD_SIGNATURES else None


def _mark_by_name(token: str, node: LexborNode, containers: Containers) -> Mark | None:
    if token.endswith(OUR_ELEMENT):  # round the marker line alone, or round all of our mail where a program put it so
        alone = len((node.text_content or "").strip()) <= MARKER_CHARS_MAX
        return Mark(SegmentKind.QUOTED, "html our own mail", to_the_end=alone)
    if token.endswith(_QUOTES) or "aolmsgpart" in token:  # AOL puts a number behind it
        return Mark(SegmentKind.QUOTED, f"html {token}")
    if token.endswith(_QUOTES_TO_THE_END):
        return Mark(SegmentKind.QUOTED, f"html {token}", to_the_end=True)
    if token.endswith(_SIGNATURES):
        return Mark(SegmentKind.SIGNATURE, f"html {token}")
    if token.endswith(("gmail_quote", "gmail_quote_container")) and not _holds_blockquote(node, containers):
        return Mark(SegmentKind.QUOTED, f"html {token}")
    return None


def _holds_blockquote(node: LexborNode, containers: Containers) -> bool:
    # Between the blockquotes of Gmail's container stand the customer's own inline answers.
    containers.left -= 1
    return containers.left >= 0 and node.css_first("blockquote") is not None
