"""What a brand is: its name, voice and colours, read from one TOML file and checked before anything is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from reviews.answering import USUAL_ANSWERING, Answering
from reviews.daily import USUAL_MINUTES
from reviews.hours import zone_of
from reviews.manners import Manners
from reviews.model import SCALES, USUAL_SCALE
from reviews.regular import Regular
from templates import colours
from templates.answering import read_answering
from templates.asking import is_clock, minutes_of, read_manners, said_as
from templates.brand_file import BrandError, Table, read_table
from templates.brand_words import Words, read_words
from templates.colours import Palette
from templates.faces import Face, face
from templates.languages import languages, spoken_in
from templates.scheduling import REGULAR_MAX, read_regular

SHIPPED = Path(__file__).with_name("brands")
VOICES_KNOWN = 1_024
"""Brands as they speak, each in a language and on a scale: sixteen brands in every language, and then some."""

ROUTES_MAX = 8

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
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
    """One brand, checked: every text one line, every colour readable. `sender_address` None: the installation's own.

    `language` is the one it speaks, and `question`, `reply`, `footer` and `faces` are its words in that; `said_in`
    gives the same brand in another."""

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
    answering: Answering = USUAL_ANSWERING
    scale: str = USUAL_SCALE
    daily_minutes: int = USUAL_MINUTES
    """When staff's daily mail goes out: minutes after midnight, on the brand's clock."""
    people: bool = False
    """Whether a mail says and shows who did the work."""
    photos: str | None = None
    """Where the photos of those who do the work are, `{agent}` standing for whose; None for no photos."""
    templates: Path | None = None
    """A folder with mails of its own, which come before those of the house; None where it has none."""
    routes: tuple[str, ...] = ()
    """By which mail servers its mails go, the first one first; none for the installation's own."""
    words: Mapping[str, Words] = field(default_factory=dict)
    """What the brand says in its own words, by language."""
    regular: tuple[Regular, ...] = ()
    """The regular mails to its staff."""
    testimonials: bool = False
    """Whether there is a page for everybody with what customers agreed to have shown."""

    def __hash__(self) -> int:
        # It is looked up for every page, and has a hundred values; in another language it asks another question.
        return hash((self.key, self.question))

    def face(self, value: str) -> Face:
        """The face with this value; one from a scale the brand had before says what the house says."""
        known = {each.value: each for each in (*self.on_scale("faces5").faces, *self.faces)}
        return known[value]

    def said_in(self, *wishes: str) -> "Brand":
        """The same brand in the first language of these that is spoken; itself when none is."""
        return _voice(self, wishes, self.scale)

    def on_scale(self, scale: str) -> "Brand":
        """The same brand asking on a scale, as it did when a mail went out."""
        return self if scale == self.scale else _voice(self, (self.language,), scale)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return languages()[self.language].direction

    @property
    def wording(self) -> str:
        """The question with its answers, as it is put to somebody: two are the same asking when these are."""
        return " / ".join((self.question, *(face.word for face in self.faces)))


def read_brands(folder: Path) -> dict[str, Brand]:
    """All brands of a folder (`KEY.toml` each) by key; `BrandError` when one is wrong or there is none."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise BrandError(f"{folder}: expected at least one brand file, KEY.toml; found none")
    return {file.stem: read_brand(file) for file in files}


def answering_of(brands: Mapping[str, Brand]) -> dict[str, Answering]:
    """How each brand answers, by its key, for who knows brands by their keys alone."""
    return {key: brand.answering for key, brand in brands.items()}


def read_brand(file: Path) -> Brand:
    """The brand in one TOML file, whose name is its key; `BrandError` says what is wrong and what was expected."""
    if not _KEY.fullmatch(file.stem):
        raise BrandError(f"{file.name}: the name is the brand's key; expected small letters, digits or '-', at most 40")
    table = read_table(file)
    name = table.words("name")
    language = table.text("language", _is_spoken, f"a language such as en; there are: {', '.join(languages())}", "en")
    spoken = spoken_in(language)
    assert spoken is not None
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
        language=spoken.code,
        timezone=timezone,
        question="",
        reply="",
        faces=(),
        manners=read_manners(table.table("asking"), timezone=timezone),
        answering=read_answering(table.table("answering"), timezone=timezone),
        scale=table.text("scale", SCALES.__contains__, f"one of {', '.join(SCALES)}", USUAL_SCALE),
        daily_minutes=minutes_of(table.text("daily_mail", is_clock, "a time such as 08:00", said_as(USUAL_MINUTES))),
        people=table.flag("people"),
        templates=file.with_suffix("") if file.with_suffix("").is_dir() else None,
        routes=_routes(table.table("sending")),
        regular=read_regular(table.tables("regular", most=REGULAR_MAX), timezone=timezone),
        testimonials=table.flag("testimonials"),
        photos=table.optional("photos", _is_photo, "an address that begins with https:// and holds {agent} once"),
    )
    words = read_words(table, scale=brand.scale, language=brand.language)
    table.nothing_else()
    return replace(brand, words=words).said_in(brand.language)


def _sender(table: Table, name: str) -> tuple[str, str | None]:
    address = table.optional("address", _ADDRESS.fullmatch, "an address such as care@acme.example")
    sender_name = table.words("name", name)
    table.nothing_else()
    return sender_name, address


def _routes(table: Table) -> tuple[str, ...]:
    routes = table.names("routes", most=ROUTES_MAX)
    table.nothing_else()
    return routes


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


@lru_cache(VOICES_KNOWN)
def _voice(brand: Brand, wishes: tuple[str, ...], scale: str) -> Brand:
    """The brand as it speaks: in its own words where it has them in that language, else in those of the house."""
    language = spoken_in(*wishes, brand.language)
    assert language is not None
    own = brand.words.get(language.code, Words())
    words = own.on_scale(scale, language)
    faces = tuple(
        face(scale, value, words.faces[value], question=words.questions[value], chips=words.chips[value])
        for value in SCALES[scale]
    )
    return replace(
        brand,
        language=language.code,
        question=own.question or language.say("How did we do?"),
        reply=own.reply or language.say("You can also just answer this mail. A person reads every reply."),
        footer=own.footer or brand.footer,
        faces=faces,
        scale=scale,
    )


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


def _is_spoken(value: str) -> bool:
    return bool(value) and spoken_in(value) is not None


def _is_photo(value: str) -> bool:
    return value.count("{agent}") == 1 and _is_safe_image(value.replace("{agent}", "sam"))


def _is_safe_image(value: str) -> bool:
    return value.startswith("https://") and _is_web(value)


def _is_zone(value: str) -> bool:
    return zone_of(value) is not None
