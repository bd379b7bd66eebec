"""Where did a page of a list end? A place as text for an address; the next page goes on below it."""

import base64
import binascii
from datetime import UTC, datetime

from store import Cursor


class WrongCursor(ValueError):
    """A text that is no place in a list."""


def write_cursor(cursor: Cursor) -> str:
    """The place as text."""
    return base64.urlsafe_b64encode(f"{cursor.at.isoformat()} {cursor.id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """The place that `write_cursor` wrote; WrongCursor for anything else."""
    try:
        written = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, _, id = written.partition(" ")
        return Cursor(datetime.fromisoformat(at).astimezone(UTC), id)
    except (ValueError, OverflowError, binascii.Error):
        raise WrongCursor("this is no cursor of ours") from None
