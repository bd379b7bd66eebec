"""What a page says: Jinja under a content security policy that allows no inline style and no inline script.

Each template names its context at its head. `static/` holds the one stylesheet and the one script; a brand's colours
come as a stylesheet of their own (`brand_css`), served at `brand_css_path`.
"""

import re
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import escape

from templates.brands import Brand
from templates.colours import Palette
from templates.faces import Face
from templates.languages import SOURCE, languages
from templates.words import cells, clip, lines, masked, one_line, spoken

HEAD_COMMENT = re.compile(r"/\*[^*]*\*/")
STATIC = Path(__file__).with_name("static")  # served at /static/

RATING_PAGES_MAX = 1_024
"""Rating pages kept as rendered, 6 KB each: four states and four faces of eight brands in eight languages."""
ACTION_SLOT, NONCE_SLOT = b"afterword-slot-action", b"afterword-slot-nonce"
SLOTS = re.compile(b"(" + ACTION_SLOT + b"|" + NONCE_SLOT + b")")

CUSTOMERS = ("message", "rating", "unsubscribe", "consent", "testimonials")
"""Pages that customers read, in their language; staff's are in English."""

_FOLDER = Path(__file__).with_name("pages")
_PALETTE_NAMES = ("primary", "on_primary", "ink", "muted", "background", "card", "line")


def page(name: str, /, *, brand: Brand | None, **context: object) -> str:
    """The page `pages/NAME.html` as HTML; `brand` None where none is known, as behind a link nobody signed.

    `jinja2.UndefinedError` when the context lacks a name the template says.
    """
    spoken_in = brand.language if brand and name in CUSTOMERS else SOURCE
    say = languages()[spoken_in].say
    return _PAGES.get_template(f"{name}.html").render(brand=brand, language=languages()[spoken_in], _=say, **context)


def rating_page(brand: Brand, *, state: str, chosen: str, dwell_ms: int, action: str, nonce: str) -> bytes:
    """The page `rating.html` in UTF-8: rendered once for a brand, a state and a face, the rest put in its place."""
    pieces = list(_rating_page(brand, state, chosen, dwell_ms))
    put = {ACTION_SLOT: escape(action).encode(), NONCE_SLOT: escape(nonce).encode()}
    pieces[1::2] = [put[slot] for slot in pieces[1::2]]
    return b"".join(pieces)


@cache
def brand_css(brand: Brand) -> str:
    """The brand's colours as a stylesheet of custom properties, for light and dark."""
    faces = "".join(_face_css(face) for face in _every_face(brand))
    return f":root{{{_palette_css(brand.light)}}}\n{faces}{_DARK}{{:root{{{_palette_css(brand.dark)}}}}}\n"


def brand_css_path(brand: Brand) -> str:
    """Where a page asks for `brand_css`: the path changes with the content, so it may be cached for good."""
    return f"/brand/{brand.key}.css?v={_version(brand_css(brand).encode())}"


def _every_face(brand: Brand) -> list[Face]:
    """Those of any scale: a page may be about a mail of before the brand changed its own."""
    return list({face.value: face for face in (*brand.on_scale("faces5").faces, *brand.faces)}.values())


@cache
def static_path(name: str) -> str:
    """Where a page asks for a file of `static/`; the path changes with the content."""
    return f"/static/{name}?v={_version(static_file(name))}"


@cache
def static_file(name: str) -> bytes:
    """A file of `static/` as it is served. A script goes without its comments and indentation: the page behind a face
    is opened on phones. `FileNotFoundError` when there is none of that name."""
    content = (STATIC / name).read_bytes()
    if not name.endswith(".js"):
        return content
    lines = (line.strip() for line in HEAD_COMMENT.sub("", content.decode(), count=1).splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith("//")).encode()


@lru_cache(RATING_PAGES_MAX)
def _rating_page(brand: Brand, state: str, chosen: str, dwell_ms: int) -> tuple[bytes, ...]:
    """The page in pieces; every second is a slot."""
    slots = {"action": ACTION_SLOT.decode(), "nonce": NONCE_SLOT.decode()}
    html = page("rating", brand=brand, state=state, chosen=chosen, dwell_ms=dwell_ms, **slots)
    return tuple(SLOTS.split(html.encode()))


_DARK = "@media (prefers-color-scheme: dark)"


def _palette_css(palette: Palette) -> str:
    return "".join(f"--{name.replace('_', '-')}:{getattr(palette, name)};" for name in _PALETTE_NAMES)


def _face_css(face: Face) -> str:
    return f".face-{face.value}{{--fill:{face.fill};--on-fill:{face.ink};--edge:{face.edge}}}\n"


def _version(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


_PAGES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=spoken,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_PAGES.filters.update(cells=cells, clip=clip, lines=lines, masked=masked, one_line=one_line)
_PAGES.globals.update(static_path=static_path, brand_css_path=brand_css_path)
