"""Which regular mails go out to a brand's staff, and when? The tables `[[regular]]` of its file, checked."""

from dataclasses import replace

from reviews.addresses import parse_address
from reviews.hours import zone_of
from reviews.model import REGULAR, DeliveryKind
from reviews.regular import USUAL_CRON, Regular, is_cron
from templates.brand_file import Table
from templates.languages import languages, spoken_in

REGULAR_MAX = 200
"""Of one brand: each kind for each of some fifty teams."""
READERS_MAX = 50


def read_regular(tables: tuple[Table, ...], *, timezone: str) -> tuple[Regular, ...]:
    """The brand's regular mails; `BrandError` says what is wrong and what was expected. `timezone` is the brand's."""
    found: dict[tuple[DeliveryKind, str], Regular] = {}
    for table in tables:
        one = _regular(table, timezone)
        if (one.kind, one.team) in found:
            raise table.wrong("team", one.team, f"each team once for {one.kind}")
        found[one.kind, one.team] = one
    return tuple(found.values())


def usual(regular: tuple[Regular, ...], kind: DeliveryKind, team: str, *, timezone: str) -> Regular:
    """The regular mail of that kind to that team, as a brand has it; else as it would be were it in its file."""
    for one in regular:
        if (one.kind, one.team) == (kind, team):
            return one
    whole = next((one for one in regular if (one.kind, one.team) == (kind, "")), None)
    return replace(whole, team=team) if whole else Regular(kind, USUAL_CRON[kind], timezone, team)


def _regular(table: Table, timezone: str) -> Regular:
    kind = DeliveryKind(table.text("kind", lambda value: value in REGULAR, f"one of {', '.join(REGULAR)}"))
    expected = "five fields of cron, as `0 8 * * mon`, whose time comes"
    regular = Regular(
        kind=kind,
        cron=table.text("cron", is_cron, expected, USUAL_CRON[kind]),
        timezone=table.text("timezone", lambda zone: zone_of(zone) is not None, "a zone as Europe/London", timezone),
        team=table.text("team", str.isprintable, "the name of a team", ""),
        to=_addresses(table),
        language=_language(table),
    )
    table.nothing_else()
    return regular


def _addresses(table: Table) -> tuple[str, ...]:
    names = table.names("to", most=READERS_MAX)
    wrong = [name for name in names if parse_address(name) is None]
    if wrong:
        raise table.wrong("to", wrong[0], "mail addresses")
    return tuple(name.lower() for name in names)


def _language(table: Table) -> str:
    known = ", ".join(languages())
    spoken = table.optional("language", lambda value: spoken_in(value) is not None, f"a language there is: {known}")
    found = spoken_in(spoken or "")
    return found.code if found else ""
