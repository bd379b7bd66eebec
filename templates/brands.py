"""What a brand is: its name, voice and colours, read from one TOML file and checked before anything is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reviews.hours import zone_of
from reviews.manners import Manners
from templates import colours
from templates.asking import read_manners
from templates.brand_file import BrandError, Table, read_table
from templates.colours import Palette
from templates.faces import VALUES, Face, face

SHIPPED = Path(__file__).with_name("brands")

FACE_WORD_MAX = 24  # characters under a face: three of them stand side by side on a phone

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")  # RFC 5646, the common part
_ADDRESS = re.compile(r"[^@\s<>\"]{1,64}@[A-Za-z0-9.-]{1,253}")

# What a brand need not say: paper and ink of the house.
_LIGHT = {"ink": "#1f2328", "background": "#f2f3f5", "card": "#ffffff"}
_DARK = {"ink": "#eceff2", "background": "#14171a", "card": "#1f2428"}


@dataclass(frozen=True)
class Logo:
    """An image at the top of mails; `alt` stands there when images are off."""

    url: str
    alt: str
    width_px: int


@dataclass(frozen=True)
class Brand:
    """One brand, checked: every text one line, every colour readable. `sender_address` None: the installation's own."""

    key: str
    name: str
    sender_name: str
    sender_address: str | None
    website: str
    logo: Logo | None
    light: Palette
    dark: Palette
    footer: tuple[str, ...]
    language: str
    timezone: str
    question: str
    reply: str
    faces: tuple[Face, ...]
    manners: Manners

    def __hash__(self) -> int:
        return hash(self.key)  # it is looked up for every page, and has a hundred values

    def face(self, value: str) -> Face:
        """The face with this value; `KeyError` when the brand's scale has none."""
        return {each.value: each for each in self.faces}[value]


def read_brands(folder: Path) -> dict[str, Brand]:
    """All brands of a folder (`KEY.toml` each) by key; `BrandError` when one is wrong or there is none."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise BrandError(f"{folder}: expected at least one brand file, KEY.toml; found none")
    return {file.stem: read_brand(file) for file in files}


def read_brand(file: Path) -> Brand:
    """The brand in one TOML file, whose name is its key; `BrandError` says what is wrong and what was expected."""
    if not _KEY.fullmatch(file.stem):
        raise BrandError(f"{file.name}: the name is the brand's key; expected small letters, digits or '-', at most 40")
    table = read_table(file)
    name = table.words("name")
    sender_name, sender_address = _sender(table.table("sender"), name)
    light, dark = _palettes(table.table("colours"))
    timezone = table.text("timezone", _is_zone, "a time zone such as Europe/London", "UTC")
    brand = Brand(
        key=file.stem,
        name=name,
        sender_name=sender_name,
        sender_address=sender_address,
        website=table.text("website", _is_web, "an address that begins with https:// or http://"),
        logo=_logo(table.table("logo"), name),
        light=light,
        dark=dark,
        footer=table.lines("footer"),
        language=table.text("language", _LANGUAGE.fullmatch, "a language such as en, de or pt-BR", "en"),
        timezone=timezone,
        question=table.words("question", "How did we do?"),
        reply=table.words("reply", "You can also just answer this mail. A person reads every reply."),
        faces=_faces(table.table("faces")),
        manners=read_manners(table.table("asking"), timezone=timezone),
    )
    table.nothing_else()
    return brand


def _sender(table: Table, name: str) -> tuple[str, str | None]:
    address = table.optional("address", _ADDRESS.fullmatch, "an address such as care@acme.example")
    sender_name = table.words("name", name)
    table.nothing_else()
    return sender_name, address


def _logo(table: Table, name: str) -> Logo | None:
    if not table.entries:
        return None
    logo = Logo(
        url=table.text("url", _is_safe_image, "an address that begins with https://"),
        alt=table.words("alt", name),
        width_px=table.number("width_px", low=16, high=520, default=120),
    )
    table.nothing_else()
    return logo


def _faces(table: Table) -> tuple[Face, ...]:
    faces = tuple(face(value, table.words(value, limit=FACE_WORD_MAX)) for value in VALUES)
    table.nothing_else()
    return faces


def _palettes(table: Table) -> tuple[Palette, Palette]:
    light = _palette(table.table("light"), _LIGHT)
    dark_card = table.table("dark").entries.get("card", _DARK["card"])
    readable = colours.readable(light.primary, on=dark_card) if colours.is_colour(dark_card) else light.primary
    dark = _palette(table.table("dark"), _DARK | {"primary": readable})
    table.nothing_else()
    return light, dark


def _palette(table: Table, house: Mapping[str, str]) -> Palette:
    """The colours given, the rest from the house or worked out; what was given is never changed."""
    card, ink = table.colour("card", house["card"]), table.colour("ink", house["ink"])
    primary = table.colour("primary", house.get("primary"))
    palette = Palette(
        primary=primary,
        on_primary=table.colour("on_primary", colours.most_readable(on=primary)),
        ink=ink,
        muted=table.colour("muted", colours.mixed(card, ink, share=0.75)),
        background=table.colour("background", house["background"]),
        card=card,
    )
    table.nothing_else()
    return table.readable(palette)


def _is_web(value: str) -> bool:
    return value.startswith(("https://", "http://")) and value.isprintable() and not set(value) & set(" \"'<>{}")


def _is_safe_image(value: str) -> bool:
    return value.startswith("https://") and _is_web(value)


def _is_zone(value: str) -> bool:
    return zone_of(value) is not None
