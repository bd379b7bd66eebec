"""A file that came with a mail, to be saved: never shown here, whatever it is."""

import asyncio
from collections.abc import Iterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from reviews.attachments import Danger, clean_name, files_of
from reviews.facts import Message
from reviews.log import Log
from reviews.mail import Attachment, read_mail
from reviews.model import Attachment as Named
from templates import plain
from web.answers.refusals import Refused
from web.door import Door, door_of
from web.staff.saving import saved_file

TYPE = "application/octet-stream"
"""Of every file: what it claims to be is the sender's word."""
SANDBOX = "sandbox; default-src 'none'"
"""For a browser that shows it all the same: no script, no origin, nothing loaded."""
UNNAMED = "file"


async def saved(request: Request, known: Log) -> Response:
    """The file that the address names, of a mail in this record; Refused 404 when there is none, 403 for one that is
    given to nobody."""
    if any(file.sha256 == sha256_of(request) and file.danger == Danger.INFECTED for file in _files(known)):
        raise Refused(403, detail=plain.DANGERS[Danger.INFECTED])
    file = await _found(door_of(request), known, sha256_of(request))
    name = quote(clean_name(file.name) or UNNAMED, safe="")
    disposition = f"attachment; filename=\"{UNNAMED}\"; filename*=UTF-8''{name}"  # RFC 6266 section 4.3
    content = await asyncio.to_thread(saved_file, file, door_of(request).links.ours)
    headers = {"Content-Disposition": disposition, "Content-Security-Policy": SANDBOX}
    return Response(content, media_type=TYPE, headers=headers)


def sha256_of(request: Request) -> str:
    """Which file the address names."""
    return str(request.path_params["sha256"])


def _files(known: Log) -> Iterator[Named]:
    return (file for message in known.of(Message) for file in files_of(known, message))


async def _found(door: Door, known: Log, sha256: str) -> Attachment:
    mails = {
        message.mail for message in known.of(Message) if any(file.sha256 == sha256 for file in message.attachments)
    }
    for mail in mails:
        raw = await door.store.raw_mail(mail)
        files = (await asyncio.to_thread(read_mail, raw)).attachments if raw else ()
        if file := next((file for file in files if file.sha256 == sha256), None):
            return file
    raise Refused(404)
