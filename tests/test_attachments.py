"""What comes with a mail: names made harmless, types by what files are, and why one is not to be opened lightly."""

import io
import time
import zipfile

import pytest

from reviews.attachments import NAME_CHARS_MAX, clean_name, danger_of, examined, type_by_content
from reviews.mail import read_mail


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 1_000)
    return file.getvalue()


PNG, PDF, EXE, ELF = b"\x89PNG\r\n\x1a\n" + b"\0" * 20, b"%PDF-1.7\n", b"MZ\x90\x00" + b"\0" * 60, b"\x7fELF\x02\x01"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500
SVG = b'<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PAGE = b"\xef\xbb\xbf \n<!DOCTYPE html><title>Sign in</title>"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("error.png", "error.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\error.png", "error.png"),
        ("/", ""),
        ("..", ""),
        (".bashrc", "bashrc"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\r\nc\td.txt", "ab c d.txt"),
        ("zero\u200bwidth\ufeff.txt", "zerowidth.txt"),
        ("trailing. . ", "trailing"),
        ("a:b*c?.txt", "a_b_c_.txt"),
        ("Übersicht (März) – 報告.pdf", "Übersicht (März) – 報告.pdf"),
        ("\ud800.txt", "txt"),
        ("", ""),
    ],
)
def test_a_name_says_what_it_is_and_hides_nothing(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["x" * 500 + ".pdf", "x" * 500, "." + "y" * 500, "a." + "z" * 500])
def test_a_long_name_is_cut_and_its_ending_kept(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean) <= NAME_CHARS_MAX
    assert clean.endswith(".pdf") is name.endswith(".pdf")


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBP", "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"),
        (PDF, "application/pdf"),
        (EXE, "application/vnd.microsoft.portable-executable"),
        (ELF, "application/x-elf"),
        (b"#!/bin/sh\n", "text/x-shellscript"),
        (OLE, "application/x-ole-storage"),
        (zipped("a.txt"), "application/zip"),
        (b"Rar!\x1a\x07\x00", "application/vnd.rar"),
        (b"\0" * 257 + b"ustar", "application/x-tar"),
        (SVG, "image/svg+xml"),
        (PAGE, "text/html"),
        (PAGE.decode("utf-8-sig").encode("utf-16"), "text/html"),
        (b"Just words, 1 < 2 and <3.", ""),
        (b"", ""),
    ],
)
def test_a_type_is_what_the_bytes_say(content: bytes, type: str) -> None:
    assert type_by_content(content) == type


@pytest.mark.parametrize(
    ("name", "claimed", "content", "danger"),
    [
        ("error.png", "image/png", PNG, ""),
        ("bill.pdf", "application/pdf", PDF, ""),
        ("log.txt", "text/plain", b"12:00 started", ""),
        ("letter.docx", "application/zip", zipped("[Content_Types].xml", "word/document.xml"), ""),
        ("photo.jpg", "image/jpeg", EXE, "program"),
        ("photo.jpg.exe", "image/jpeg", PNG, "program"),
        ("photo.ｅｘｅ", "image/jpeg", PNG, "program"),
        ("setup.JS", "text/plain", b"var x", "program"),
        ("link.lnk", "", b"x", "program"),
        ("run", "application/octet-stream", b"#!/bin/sh\n", "program"),
        ("old.doc", "application/msword", OLE, "macros"),
        ("new.xlsm", "application/zip", zipped("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        ("new.xlsx", "application/zip", zipped("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        ("drawing.svg", "image/svg+xml", SVG, "drawing"),
        ("drawing.png", "image/png", SVG, "drawing"),
        ("page.html", "text/html", PAGE, "page"),
        ("photo.jpg", "image/jpeg", PAGE, "page"),
        ("notes.txt", "text/plain", b"<script>alert(1)</script>", "page"),
        ("all.zip", "application/zip", zipped("a.exe"), "archive"),
        ("all.dat", "application/octet-stream", b"7z\xbc\xaf\x27\x1c", "archive"),
        ("all.zip", "application/zip", b"broken", "archive"),
    ],
)
def test_a_file_is_as_dangerous_as_the_worst_of_name_claim_and_content(
    name: str, claimed: str, content: bytes, danger: str
) -> None:
    assert danger_of(content, name=name, claimed=claimed, found=type_by_content(content)) == danger


def test_a_bomb_is_not_unpacked_and_much_is_looked_at_in_little_time() -> None:
    bombs = (
        zipped(*(f"{number}.txt" for number in range(5_000))),
        b"<" * 20_000_000,
        b"PK\x03\x04" + b"\0" * 20_000_000,
    )
    begun = time.thread_time()
    for content in bombs:
        danger_of(content, name="x", claimed="", found=type_by_content(content))
    assert time.thread_time() - begun < 3


def test_what_a_mail_brings_is_told_with_name_type_and_danger() -> None:
    raw = (
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n'
        b'Content-Type: image/png; name="=?utf-8?q?..=2Fme=2Epng=E2=80=AE?="\r\n\r\n'
        b"MZ program\r\n--b--\r\n"
    )
    [file] = map(examined, read_mail(raw).attachments)
    assert (file.name, file.type, file.found, file.danger) == (
        "me.png",
        "image/png",
        "application/vnd.microsoft.portable-executable",
        "program",
    )
