"""How are hostile mails written down in few words? CR LF line ends throughout, as they come over the wire."""

HEAD = b"From: Ada <ada@customer.example>\r\nTo: care@acme.example\r\nSubject: hello\r\n"


def mail(*fields: bytes, body: bytes = b"Thank you.\r\n", head: bytes = HEAD) -> bytes:
    """A mail with these header fields beside the usual ones; its last line ended, as every line on the wire is."""
    end = b"" if body.endswith(b"\r\n") or not body else b"\r\n"
    return head + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body + end


def typed(kind: bytes, body: bytes = b"Thank you.\r\n", *fields: bytes) -> bytes:
    """A mail of that Content-Type."""
    return mail(b"Content-Type: " + kind, *fields, body=body)


def text(body: bytes, *fields: bytes) -> bytes:
    """A plain text mail in UTF-8."""
    return typed(b"text/plain; charset=utf-8", body, *fields)


def page(body: bytes) -> bytes:
    """A mail that is one HTML page."""
    return typed(b"text/html; charset=utf-8", body)


def parts(*bodies: bytes, kind: bytes = b"mixed", end: bytes = b"--b--\r\n") -> bytes:
    """A multipart mail; each part with its own headers."""
    return typed(b"multipart/" + kind + b"; boundary=b", b"".join(b"--b\r\n" + one + b"\r\n" for one in bodies) + end)


def part(kind: bytes, body: bytes, *fields: bytes) -> bytes:
    """One part of a multipart mail."""
    return b"Content-Type: " + kind + b"\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


def attached(name: bytes, content: bytes = b"content", kind: bytes = b"application/octet-stream") -> bytes:
    """A mail with words and a file; `name` is the whole parameter of Content-Disposition."""
    words = part(b"text/plain", b"See the file.")
    return parts(words, part(kind, content, b"Content-Disposition: attachment; " + name))


def nested(depth: int, kind: bytes = b"mixed", inmost: bytes = b"\r\ndeep") -> bytes:
    """Multiparts in multiparts."""
    head = b"".join(b"Content-Type: multipart/%s; boundary=b%d\r\n\r\n--b%d\r\n" % (kind, n, n) for n in range(depth))
    return HEAD + head + inmost + b"\r\n"
