"""Is this an address we may mail, and how is it written?"""

import re
import unicodedata
from dataclasses import dataclass

ADDRESS_CHARS_MAX = 254  # RFC 5321 section 4.5.3.1.3: a path is 256 octets with its brackets; of UTF-8 beyond ASCII
LOCAL_BYTES_MAX = 64  # RFC 5321 section 4.5.3.1.1; of UTF-8 beyond ASCII (RFC 6531 section 3.3)
DOMAIN_CHARS_MAX = 253  # RFC 1035 section 2.3.4: 255 octets on the wire
NAME_CHARS_MAX = 200  # longer display names are filler, and headers have to be folded
FIELD_CHARS_MAX = 16_384  # of a From or To field that is read at all
ADDRESSES_MAX = 100  # of one field; a survey's reply has one or two

DOMAIN_ALIASES = {"googlemail.com": "gmail.com", "me.com": "icloud.com", "mac.com": "icloud.com"}
"""Domains whose mailboxes are another's."""
IGNORING_DOTS = frozenset({"gmail.com"})
IGNORING_PLUS = frozenset(
    "fastmail.com fastmail.fm gmail.com hey.com hotmail.com icloud.com live.com msn.com outlook.com pm.me proton.me"
    " protonmail.com".split()
)
"""Domains that deliver `ada+list@` to `ada@`, each by its provider's own word (RFC 5233 calls it subaddressing)."""

# RFC 5321 section 4.1.2, Dot-string: quoted local parts exist on paper and break half of the programs on the way.
# Beyond ASCII anything may stand in one (RFC 6531 section 3.3).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_SPECIAL = frozenset('@<>()[]\\,;:" ')
"""Signs that end a local part, or would have to be quoted in one (RFC 5322 section 3.2.3)."""
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
# Control characters, and the invisible ones that make two addresses look alike.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]")
_BRACKETED = re.compile(r"<([^<>\s@]{1,64}@[^<>\s@]{1,253})>")
_BLANKS_AT = re.compile(r"[ \t]{0,100}@[ \t]{0,100}")  # they may stand there (RFC 5322 section 3.4.1)
_NOT_IN_ADDRESS = re.compile("[\\s<>\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A person's name ("" where there is none) and address, the domain in lower case."""

    name: str
    address: str


def parse_address(text: str) -> Address | None:
    """`ada@customer.example` or `Ada Example <ada@customer.example>` as we may write to it, else None.

    Strict (RFC 5321 section 4.1.2): one address, no control character anywhere, a domain of two labels or more, written
    in ASCII (`straße.example` becomes `xn--strae-oqa.example`). What stands before the @ may go beyond ASCII (RFC 6531)
    and is written in NFC, so that two ways to type an ö are one person.
    """
    if len(text) > NAME_CHARS_MAX + ADDRESS_CHARS_MAX or _CONTROL.search(text):
        return None
    name, bracket, rest = text.strip().partition("<")
    if bracket and not rest.endswith(">"):
        return None
    local, _, domain = (rest[:-1] if bracket else name).strip().rpartition("@")
    local, ascii_domain = _local_part(local), domain_in_ascii(domain)
    address = f"{local}@{ascii_domain}"
    if not local or not ascii_domain or len(address.encode()) > ADDRESS_CHARS_MAX:
        return None
    return Address(plain_name(name) if bracket else "", address)


def normal(address: str) -> str:
    """The form in which two addresses are compared: lower case all through, as every large provider treats it, beyond
    ASCII in NFC, the domain in ASCII."""
    lower = address.strip().lower()
    return lower if lower.isascii() else _composed(lower)


def folded(address: str) -> str:
    """The form in which two addresses are one mailbox, as the domain that receives them has it: case never matters,
    what follows a plus and dots where that domain ignores them. Of other domains nobody outside can know."""
    local, _, domain = normal(address).rpartition("@")
    domain = DOMAIN_ALIASES.get(domain, domain)
    if domain in IGNORING_PLUS:
        local = local.partition("+")[0] or local
    if domain in IGNORING_DOTS:
        local = local.replace(".", "") or local
    return f"{local}@{domain}"


def same(one: str, other: str) -> bool:
    """Whether these are one mailbox, also where one of them is written beyond ASCII."""
    return normal(one) == normal(other)


def domain_of(address: str) -> str:
    """What stands behind the last @, in lower case; "" where there is none."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def read_addresses(field: str) -> tuple[Address, ...]:
    """The addresses of a From, To or Cc field as somebody wrote them (RFC 5322 section 3.4): lenient, never raises.

    Encoded words in names stay as they are: whoever decodes does so after the commas have been found, and makes the
    name plain again.
    """
    found: list[Address] = []
    for entry in _entries(field[:FIELD_CHARS_MAX]):
        address = _read_entry(*entry)
        if address is not None:
            found.append(address)
            if len(found) == ADDRESSES_MAX:
                break
    if not found and (bracketed := _BRACKETED.search(field[:FIELD_CHARS_MAX])):  # an open quote swallowed it
        found.append(Address("", _fold_domain(bracketed[1])))
    return tuple(found)


def _local_part(written: str) -> str:
    """What stands before the @ as it goes out, "" where it cannot."""
    if written.isascii():
        return written if len(written) <= LOCAL_BYTES_MAX and _LOCAL.fullmatch(written) else ""
    local = unicodedata.normalize("NFC", written)
    # A mark at the beginning melts into the sign before it: `<` becomes `≮`. A sign that looks like an @ is one to
    # programs that fold it (NFKC). What cannot be seen makes two addresses look alike.
    begins = all(not unicodedata.category(atom[0]).startswith("M") for atom in local.split(".") if atom)
    unlike = _SPECIAL.isdisjoint(unicodedata.normalize("NFKC", local))
    fits = len(local.encode()) <= LOCAL_BYTES_MAX and local.isprintable() and _LOCAL.fullmatch(local)
    return local if fits and begins and unlike else ""


def domain_in_ascii(domain: str) -> str:
    """The domain for the wire, "" if it cannot be one."""
    if not domain or len(domain) > DOMAIN_CHARS_MAX:
        return ""
    labels = [_label_in_ascii(label) for label in domain.rstrip(".").lower().split(".")]
    written = ".".join(labels)
    fits = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    return written if fits and len(written) <= DOMAIN_CHARS_MAX else ""


def _label_in_ascii(label: str) -> str:
    if label.isascii():
        return label
    if (
        "ß" in label or "ς" in label
    ):  # kept by IDNA 2008; Python's codec is IDNA 2003 and would mail "ss", somebody else
        return "xn--" + label.encode("punycode").decode("ascii")
    try:
        return label.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _entries(field: str) -> list[tuple[str, str, str]]:  # noqa: C901 - one state machine reads better than three
    """(words before the brackets, inside the brackets or "", comments) of each address, in one pass."""
    entries: list[tuple[str, str, str]] = []
    outside: list[str] = []
    inside: list[str] = []
    comment: list[str] = []
    depth, quoted, angled, escaped = 0, False, False, False
    for char in field:
        if escaped:
            escaped = False
            (comment if depth else inside if angled else outside).append(char)
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            (inside if angled else outside).append(char)
        elif char == "(" or char == ")":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif depth:
            comment.append(char)
        elif char in "<>":
            angled, inside = char == "<", [] if char == "<" else inside
        elif char in ",;" and not angled:
            entries.append(("".join(outside), "".join(inside), "".join(comment)))
            outside, inside, comment = [], [], []
        elif char == ":" and not angled:  # the name of a group (RFC 5322 section 3.4): what counts comes after it
            outside = []
        else:
            (inside if angled else outside).append(char)
    entries.append(("".join(outside), "".join(inside), "".join(comment)))
    return entries


def _read_entry(outside: str, inside: str, comment: str) -> Address | None:
    if "@" in inside.strip("@ \t"):
        routed = inside.lstrip().startswith("@")  # `<@one,@two:ada@customer.example>` (RFC 5322 section 4.4)
        return Address(plain_name(outside), _fold_domain(inside.rpartition(":")[2] if routed else inside))
    words = _BLANKS_AT.sub("@", outside).split()
    bare = next((word for word in reversed(words) if "@" in word.strip("@")), "")
    return Address(plain_name(comment), _fold_domain(bare)) if bare else None


def _fold_domain(address: str) -> str:
    local, _, domain = _NOT_IN_ADDRESS.sub("", address)[-ADDRESS_CHARS_MAX:].rpartition("@")
    written = f"{local}@{domain.lower()}"
    return written if written.isascii() else _composed(written)


def _composed(address: str) -> str:
    """An address beyond ASCII in the one form that is kept, however it is typed."""
    local, at, domain = unicodedata.normalize("NFC", address).rpartition("@")
    return f"{local}{at}{domain_in_ascii(domain) or domain}"


def plain_name(name: str) -> str:
    """A name on one line, without what turns the words round it about or makes two names look alike."""
    return " ".join(_CONTROL.sub(" ", name).replace('"', " ").split())[:NAME_CHARS_MAX]
