"""How is the HTML of other people's mail shown? Capped, sanitised, and in a frame where no script runs and nothing is
loaded: pictures from elsewhere become links that the reader may follow, knowing where they lead."""

import base64
import re
from collections.abc import Mapping
from html import escape

import nh3
from selectolax.lexbor import LexborHTMLParser

from reviews.attachments import type_by_content
from reviews.mail import Mail
from reviews.redacted import Ours, leads_to_us, without_ours
from web.door import Door

HTML_CHARS_MAX = 300_000
"""Of a page that is sanitised: few letters that people write have more, and the sanitiser takes 50 ms for them."""
DEPTH_MAX = 200
"""Of elements in one another: the sanitiser's time grows with its square. Newsletters reach some 60."""
PICTURE_BYTES_MAX = 500_000
PICTURES_MAX = 20
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""What is shown in its place: by its first bytes, whatever it claims to be."""
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""No script, no origin, nothing loaded; a link opens in a window of its own."""
HEADERS = {"Content-Security-Policy": POLICY, "X-Frame-Options": "SAMEORIGIN"}

TAGS = frozenset(
    "a abbr address b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em h1 h2"
    " h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strike strong sub sup table tbody td tfoot th"
    " thead tr tt u ul var".split()
)
DROPPED = frozenset("script style title head object embed applet iframe svg math template noscript textarea".split())
"""Elements that go with all that is in them."""
ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign", "width"},
    "th": {"colspan", "rowspan", "align", "valign", "width"},
    "table": {"width", "align", "border", "cellpadding", "cellspacing"},
    "ol": {"start"},
}
STYLES = frozenset(
    "color background-color font-weight font-style font-size text-align text-decoration vertical-align".split()
)
SCHEMES = frozenset({"http", "https", "mailto", "data"})
FOLLOWED = ("http://", "https://", "mailto:")
PAGE = """<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light">
<title>{title}</title><style>body{{margin:.75rem;font:1rem/1.5 sans-serif;color:#1f2328;background:#fff;
overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}table{{max-width:100%}}</style></head><body>{body}</body></html>"""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr p li td th tr".split())
"""Elements that end by themselves, or by the next of their kind."""


def ours_of(door: Door) -> Ours:
    """Where our own links and addresses lead."""
    return door.links.ours


def letter(mail: Mail, ours: Ours) -> str:
    """The page to be shown in a frame; where it cannot be sanitised in time, its plain text."""
    cleaned = cleaned_html(mail.html, ours, pictures=_pictures(mail)) if mail.html else ""
    body = cleaned or f"<pre>{escape(without_ours(mail.text, ours))}</pre>"
    return PAGE.format(title=escape(without_ours(mail.subject, ours)[:200]), body=body)


def cleaned_html(html: str, ours: Ours, *, pictures: Mapping[str, str]) -> str:
    """What is left of the HTML, '' where it is too deep. `pictures` are data addresses by Content-ID."""
    cut = html[:HTML_CHARS_MAX]
    if _depth(cut) > DEPTH_MAX:
        return ""
    own = set(pictures.values())

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("img", "src"):
            return value if value in own else None
        if (tag, attribute) == ("a", "href"):
            follows = value.strip().lower().startswith(FOLLOWED) and not leads_to_us(value, ours)
            return value if follows else None
        return without_ours(value, ours)

    cleaned = nh3.clean(
        _without_pictures(cut, pictures),
        tags=set(TAGS),
        clean_content_tags=set(DROPPED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=kept,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        link_rel="noopener noreferrer nofollow",
        url_schemes=set(SCHEMES),
        url_relative="deny",
        filter_style_properties=set(STYLES),
    )
    return _without_signed_words(cleaned, ours)


def _without_signed_words(cleaned: str, ours: Ours) -> str:
    """Its text as well: what is taken out are runs without any sign of HTML, so what is left is as well made."""
    pieces = re.split(r"(<[^>]*>)", cleaned)
    pieces[::2] = [without_ours(piece, ours) for piece in pieces[::2]]
    return "".join(pieces)


def _depth(html: str) -> int:
    """How deep it goes at most, counted without reading it as a browser does: never too little."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _VOID:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _without_pictures(html: str, pictures: Mapping[str, str]) -> str:
    """Pictures that came along in their place, all others as links to where they are."""
    if "<img" not in html.lower():
        return html
    tree = LexborHTMLParser(html)
    for image in tree.css("img"):
        source = (image.attributes.get("src") or "").strip()
        words = (image.attributes.get("alt") or "").strip()[:200]
        data = pictures.get(source.removeprefix("cid:")) if source.lower().startswith("cid:") else None
        if data:
            image.attrs["src"] = data
            continue
        link = LexborHTMLParser("<a></a>").css_first("a")
        assert link
        if source.lower().startswith(("http://", "https://")):
            link.attrs["href"] = source
        label = f"[picture{': ' + words if words else ''}{', open original' if link.attributes.get('href') else ''}]"
        link.inner_html = escape(label)
        image.replace_with(link)
    return tree.body.html or "" if tree.body else ""


def _pictures(mail: Mail) -> dict[str, str]:
    """The pictures that came with a mail, by their Content-ID: those that are what they claim to be."""
    found: dict[str, str] = {}
    for file in mail.attachments:
        type = type_by_content(file.content)
        if file.content_id and type in PICTURES and file.size_bytes <= PICTURE_BYTES_MAX and len(found) < PICTURES_MAX:
            found[file.content_id] = f"data:{type};base64,{base64.b64encode(file.content).decode()}"
    return found
