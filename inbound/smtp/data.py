"""Where does a mail end, and is it well formed? What follows 354, read chunk by chunk without any networking."""

import io
from dataclasses import replace

from inbound.smtp.limits import HEADERS_BYTES_MAX
from inbound.smtp.refusals import BARE_NEWLINE, NUL, TOO_BIG, Refusal
from reviews.trace import OWN_HOPS_MAX, own_hops

DOT = b"\r\n.\r\n"
PREFIXES = tuple(DOT[:length] for length in range(len(DOT) - 1, 0, -1))  # longest first: each but the last holds others


class DataReader:
    """Reads the content of one mail (RFC 5321 section 4.5.2), counting as it comes.

    Only CR LF . CR LF ends it. A CR or LF that stands alone is how a second mail is smuggled past servers that read
    line ends differently (CVE-2023-51764), so it makes the mail `BARE_NEWLINE`: its end can no longer be trusted, and
    nothing after it may be read as commands. The content of a refused mail is dropped at once.
    """

    def __init__(self, *, size_bytes_max: int, read_bytes_max: int) -> None:
        self.refusal: Refusal | None = None
        self.ended = False
        self.rest = b""
        """What came after the final dot: commands sent ahead (RFC 2920)."""
        self._size_bytes_max = size_bytes_max
        self.read_bytes = 0
        """How much the client has sent of it."""
        self._read_bytes_max = read_bytes_max  # of a refused mail too: then we listen no longer
        self._kept = io.BytesIO()  # its getvalue() hands the bytes over without a second copy
        self._held_back = DOT[:2]  # the start of a mail is the start of a line
        self._skip = 2  # that first line end is not in the mail

    @property
    def held_bytes(self) -> int:
        """How many bytes of content are in memory."""
        return self._kept.tell()

    def content(self) -> bytes:
        """The mail as it was written: dots unstuffed, every line ended by CR LF, without the final dot."""
        return self._kept.getvalue()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. `ended` is true after the final dot, or when there was more than anybody should read."""
        self.read_bytes += len(chunk)
        text = self._held_back + chunk
        end = text.find(DOT)
        if end >= 0:
            self.ended, self.rest, text = True, text[end + len(DOT) :], text[: end + 2]
        else:
            self._held_back = next((prefix for prefix in PREFIXES if text.endswith(prefix)), b"")
            text = text[: len(text) - len(self._held_back)]
        self._check(text)
        if self.refusal is None:
            self._keep(text)
        if self.read_bytes > self._read_bytes_max and not self.ended:
            self.ended, self.refusal = True, replace(self.refusal or TOO_BIG, closes=True)

    def refuse(self, refusal: Refusal) -> None:
        """Drop what was kept and keep no more; a bare newline outweighs every other reason, the rest come first."""
        if self.refusal is None or refusal is BARE_NEWLINE:
            self.refusal = refusal
        self._kept = io.BytesIO()

    def _check(self, text: bytes) -> None:
        # A line end is never split here: the CR at the end of a chunk is held back until its LF can be seen.
        line_ends = text.count(b"\r\n")
        if text.count(b"\r") != line_ends or text.count(b"\n") != line_ends:
            self.refuse(BARE_NEWLINE)
        elif b"\0" in text:
            self.refuse(NUL)

    def _keep(self, text: bytes) -> None:
        # What could be the start of a stuffed dot or of the end was held back, so no dot is split from its line end.
        self._kept.write(text.replace(b"\r\n.", b"\r\n")[self._skip :])
        self._skip = max(0, self._skip - len(text))
        if self.held_bytes > self._size_bytes_max:
            self.refuse(TOO_BIG)


def hops(content: bytes) -> int:
    """How many servers the mail has passed, by its lines of trace (RFC 5321 section 6.3)."""
    return _hops(_head(content))


def in_circles(content: bytes, *, by: str, hops_max: int) -> bool:
    """Whether a mail has passed too many servers, or us too often, who are called that."""
    head = _head(content)
    return _hops(head) > hops_max or own_hops(head, by=by) > OWN_HOPS_MAX


def _hops(head: bytes) -> int:
    return head.count(b"\r\nreceived:") + head.startswith(b"received:")


def _head(content: bytes) -> bytes:
    """The header block in small letters."""
    end = content.find(b"\r\n\r\n", 0, HEADERS_BYTES_MAX)
    return content[: end if end >= 0 else HEADERS_BYTES_MAX].lower()
