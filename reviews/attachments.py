"""Is this file dangerous to who opens it? By what it is, by its name, and by what it claims to be, whichever is worst.

Nothing is unpacked and nothing is opened: signatures at the start of a file, names that stand unpacked in an archive's
own table, and text that a browser would take for a page are looked for, each in a bounded window.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from reviews.facts import Fact, FilesScanned, Message
from reviews.log import Log
from reviews.mail import Attachment as Part
from reviews.model import Attachment

HEAD_BYTES = 4_096
"""Where a file says what it is; browsers look at 1,445 bytes (WHATWG, MIME Sniffing)."""
NAME_CHARS_MAX = 120
"""Of a name as it is shown and saved; file systems end at 255 bytes."""
ENDING_CHARS_MAX = 12


class Danger(StrEnum):
    """Why a file is not to be opened lightly."""

    PROGRAM = "program"
    MACROS = "macros"
    PAGE = "page"
    """HTML, and what a browser runs alike: it can ask for a password in our name."""
    DRAWING = "drawing"
    """SVG: a picture that may hold a script."""
    ARCHIVE = "archive"
    """Nobody looked inside."""
    INFECTED = "infected"
    """A virus was found in it, or in its mail and in none of the files: it is given to nobody."""
    UNSCANNED = "unscanned"
    """It was to be looked at for viruses, and that could not be done."""


class Scan(StrEnum):
    """What a virus scanner said of a mail, or of a file."""

    CLEAN = "clean"
    VIRUS = "virus"
    UNKNOWN = "unknown"
    """It cannot tell, and will not: the mail is too large for it."""
    AWAY = "away"
    """It did not answer: it may when it is asked again."""


FOUND_VIRUS = "a virus was found in it"
"""Stands with why a mail waits, of one that nobody may save."""


# Beginnings of files: what they are, most telling first.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypqt  ", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"#!", "text/x-shellscript"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (257, b"ustar", "application/x-tar"),
    (2, b"-lh", "application/x-lzh-compressed"),
)
_PROGRAM_TYPES = (
    "application/vnd.microsoft.portable-executable",
    "application/x-elf",
    "application/x-mach-binary",
    "application/java-vm",
    "text/x-shellscript",
    "application/x-ms-shortcut",
)
_ARCHIVE_TYPES = (
    "application/zip",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/zstd",
    "application/vnd.ms-cab-compressed",
    "application/x-tar",
    "application/x-lzh-compressed",
)
# Names by which systems start something, whatever the file holds (the list Outlook and Gmail refuse, and their kin).
_PROGRAM_ENDINGS = frozenset(
    """ade adp apk app appinstaller appref-ms appx asp aspx bas bat bin cab-ms chm cmd com command cpl csh deb desktop
    diagcab dll dmg exe fxp gadget grp hlp hpj hta img inf ins inx ipa iqy isp iso its jar jnlp js jse ksh lib
    library-ms lnk mad maf mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msi msix msp mst msu
    ops oqy osd pcd
    php pif pkg pl prf prg ps1 ps1xml ps2 psc1 psd1 psm1 pst py pyc pyw pyz rb reg rpm run scf scr sct search-ms
    settingcontent-ms sh shb shs slk sys theme tmp url vb vbe vbp vbs vhd vhdx vsmacros vsw webpnp wcx website ws wsc
    wsf wsh xbap xll xnk""".split()
)
_MACRO_ENDINGS = frozenset(
    "doc dot docm dotm xls xlt xla xlsm xltm xlam xlsb ppt pot pps pptm potm ppam ppsm sldm".split()
)
_PAGE_ENDINGS = frozenset("htm html xhtml xht xml xsl xslt mht mhtml shtml svgz".split())
_ARCHIVE_ENDINGS = frozenset("zip rar 7z gz tgz bz2 xz zst tar cab lzh arj ace z".split())
_OFFICE = (b"word/", b"xl/", b"ppt/")
_PAGE = re.compile(
    rb"<(?:!doctype\s{1,20}html|html|head|body|script|iframe|meta|form|style|xsl:|\?xml-stylesheet)", re.I
)
_DRAWING = re.compile(rb"<(?:[a-z]{1,10}:)?svg[\s>]", re.I)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def scanned(file: Attachment, scan: Scan) -> Attachment:
    """A file of a mail of which the scanner said that. What is dangerous anyway stays so; a virus outweighs all."""
    if scan is Scan.VIRUS:
        return replace(file, danger=Danger.INFECTED)
    return replace(file, danger=Danger.UNSCANNED) if scan is not Scan.CLEAN and not file.danger else file


def looked_at_again(log: Log, *, mail: str, infected: Sequence[str], at: datetime) -> tuple[Fact, ...]:
    """The scanner that was away when a mail came has looked at its files: in which it found a virus, by SHA-256."""
    known = any(message.mail == mail for message in log.of(Message))
    return (FilesScanned(log.review.id, at, mail, tuple(infected)),) if known else ()


def files_of(log: Log, message: Message) -> tuple[Attachment, ...]:
    """The files of a message, with what is known of them by now."""
    again = next((one for one in log.of(FilesScanned) if one.mail == message.mail), None)
    return tuple(_known_by(again, file) for file in message.attachments) if again else message.attachments


def _known_by(again: FilesScanned, file: Attachment) -> Attachment:
    if file.sha256 in again.infected:
        return replace(file, danger=Danger.INFECTED)
    return replace(file, danger="") if file.danger == Danger.UNSCANNED else file


def examined(part: Part) -> Attachment:
    """A part of a mail as a file that is known by its hash: its name cleaned, its type by its content, its danger."""
    name = clean_name(part.name)
    found = type_by_content(part.content)
    danger = danger_of(part.content, name=name, claimed=part.type, found=found)
    return Attachment(name, part.type, part.size_bytes, part.sha256, found=found, danger=danger)


def clean_name(name: str) -> str:
    """The name without path, without signs nobody sees or that turn the direction (`gpj.exe` shown as `exe.jpg`), never
    hidden, its ending kept where it is cut."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    spaced = "".join(" " if char.isspace() else char for char in bare)
    seen = "".join(char for char in spaced if unicodedata.category(char) not in _UNSEEN)
    plain = " ".join(re.sub(r'[<>:"|?*]', "_", seen).split()).strip(". ")  # what other systems take for something else
    if len(plain) <= NAME_CHARS_MAX:
        return plain
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > ENDING_CHARS_MAX:
        return plain[:NAME_CHARS_MAX]
    return f"{stem[: NAME_CHARS_MAX - len(ending) - 2]}….{ending}"


def type_by_content(content: bytes) -> str:
    """What the bytes are by their own account, '' where they do not say; `text/html` and `image/svg+xml` where a
    browser would see these."""
    for offset, magic, type in _MAGIC:
        if content.startswith(magic, offset):
            return type
    head = content[:HEAD_BYTES].replace(b"\x00", b"")  # so that UTF-16 reads as well
    if _DRAWING.search(head):
        return "image/svg+xml"
    return "text/html" if _PAGE.search(head) else ""


def danger_of(content: bytes, *, name: str, claimed: str, found: str) -> str:
    """Why the file is dangerous, '' where nothing says so."""
    plain = unicodedata.normalize("NFKC", name)  # some systems read broad letters as narrow ones
    ending = plain.rpartition(".")[2].lower() if "." in plain else ""
    if found in _PROGRAM_TYPES or ending in _PROGRAM_ENDINGS:
        return Danger.PROGRAM
    if _has_macros(content, ending, found):
        return Danger.MACROS
    if found == "image/svg+xml" or "svg" in claimed or ending == "svg":
        return Danger.DRAWING
    if found == "text/html" or claimed in ("text/html", "application/xhtml+xml") or ending in _PAGE_ENDINGS:
        return Danger.PAGE
    packed = found in _ARCHIVE_TYPES and not any(folder in content for folder in _OFFICE)
    return Danger.ARCHIVE if packed or ending in _ARCHIVE_ENDINGS else ""


def _has_macros(content: bytes, ending: str, found: str) -> bool:
    """Old office files can always hold macros; new ones name them in their archive's own table, which is not packed."""
    if ending in _MACRO_ENDINGS or found == "application/x-ole-storage":
        return True
    return found == "application/zip" and (b"vbaProject" in content or b"vbaData" in content)
