"""Is the letter wrapped in a part of its own: signed by S/MIME, encrypted, or in Outlook's winmail.dat?

What wraps it is kept as an attachment. Nobody checks a signature here, and nothing is decrypted: what people could read
is read, and the rest is named.
"""

from collections.abc import Iterator

from reviews.mail.cms import is_encrypted, signed_content
from reviews.mail.parts import Budget, Header, Part, leaves, read_headers, split_head
from reviews.mail.tnef import read_tnef

_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_LETTERS = frozenset({"text/plain", "text/html"})
_ARMOURED = b"-----BEGIN PGP MESSAGE-----"
_ARMOUR_BYTES = 1_000  # of a text, within which its armour begins


def unwrapped(parts: list[Part], budget: Budget) -> list[Part]:
    """The parts with what is wrapped in them before each; an encrypted mail is noted."""
    written = any(part.type in _LETTERS and part.body.strip() for part in parts)
    return [inner for part in parts for inner in (*_inside(part, budget, written=written), part)]


def _inside(part: Part, budget: Budget, *, written: bool) -> Iterator[Part]:
    if part.type in _SMIME:
        yield from _signed(part, budget)
    elif part.type in _TNEF or (part.type == "application/octet-stream" and _is_winmail(part)):
        yield from _tnef(part, written=written)
    elif part.type == "application/pgp-encrypted" or _ARMOURED in part.body[:_ARMOUR_BYTES]:
        budget.note("it is encrypted (PGP)")


def _signed(part: Part, budget: Budget) -> Iterator[Part]:
    content = part.content()
    if is_encrypted(content):
        budget.note("it is encrypted (S/MIME)")
        return
    mail = signed_content(content).replace(b"\r\n", b"\n")
    if mail:
        head_end, body = split_head(mail)
        yield from leaves(mail, body, read_headers(mail[:head_end], budget), budget)


def _tnef(part: Part, *, written: bool) -> Iterator[Part]:
    """Its files, and its text where the mail has no other."""
    wrapped = read_tnef(part.content())
    if not written and wrapped.text:
        yield _part("text/plain", wrapped.text.encode("utf-8", "replace"), group=-1)
    if not written and wrapped.html:
        yield _part("text/html", wrapped.html.encode("utf-8", "replace"), group=-1)
    for name, content in wrapped.files:
        yield _part("application/octet-stream", content, name=name.replace('"', "") or "winmail.dat")


def _part(type_: str, body: bytes, *, name: str = "", group: int = 0) -> Part:
    headers = [Header("Content-Type", f"{type_}; charset=utf-8")]
    if name:
        headers.append(Header("Content-Disposition", f'attachment; filename="{name}"'))
    return Part(tuple(headers), body, type_, 1, "application/ms-tnef", group)


def _is_winmail(part: Part) -> bool:
    named = f"{part.header('Content-Disposition')} {part.header('Content-Type')}"[:_ARMOUR_BYTES]
    return "winmail.dat" in named.lower()
