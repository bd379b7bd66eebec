"""Who is signed in? A random session id in a cookie that no script and no other site can use."""

from datetime import datetime, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from store import Staff, people, sessions
from templates.letters import SIGN_IN_MINUTES
from web.door import Door, door_of

SESSION_COOKIE, ASKING_COOKIE = "afterword", "afterword-asking"
SESSION = timedelta(hours=12)
"""A working day: signing in again each morning costs one mail."""
USED_AGAIN = timedelta(minutes=5)
"""How exactly it is known when a session was last used."""


async def signed_in(request: Request) -> Staff | None:
    """The member of staff behind this request, or None."""
    door = door_of(request)
    session_id, now = _cookie(request, SESSION_COOKIE), door.clock()
    staff = await door.store.session_staff(session_id, now=now) if session_id else None
    if staff:
        await _keep_used(door, people.secret_hash(session_id), now=now)
    return staff


async def _keep_used(door: Door, id: str, *, now: datetime) -> None:
    """Keep that a session is used, for who looks over their sessions; not at every page, which would be a write."""
    before = now - USED_AGAIN
    if await door.store.read(partial(sessions.idle, id=id, before=before)):
        await door.store.write(partial(sessions.used, id=id, now=now, before=before))


def session_of(request: Request) -> str:
    """The id of the session of this request, or ''."""
    return _cookie(request, SESSION_COOKIE)


def give_session(response: Response, door: Door, session_id: str) -> None:
    """Set the cookie of a new session."""
    _give(response, door, SESSION_COOKIE, session_id, lasting=SESSION)


async def end_session(request: Request) -> None:
    """Forget the session of this request, if it has one."""
    door = door_of(request)
    session_id = _cookie(request, SESSION_COOKIE)
    if session_id:
        await door.store.write(partial(people.drop_session, session_id=session_id))


def take_session(response: Response, door: Door) -> None:
    """Take the cookie away."""
    name = _name(door, SESSION_COOKIE)
    response.delete_cookie(name, path="/", secure=door.https, httponly=True, samesite="lax")


def asking_browser(request: Request) -> str:
    """What tells the browser that asked for a sign-in link from all others, or ''."""
    return _cookie(request, ASKING_COOKIE)


def remember_browser(response: Response, door: Door, browser: str) -> None:
    """Let the browser that asks for a link be known again when the link is opened."""
    _give(response, door, ASKING_COOKIE, browser, lasting=timedelta(minutes=SIGN_IN_MINUTES))


def _cookie(request: Request, name: str) -> str:
    return request.cookies.get(_name(door_of(request), name), "")


def _give(response: Response, door: Door, name: str, value: str, *, lasting: timedelta) -> None:
    response.set_cookie(
        _name(door, name),
        value,
        max_age=int(lasting.total_seconds()),
        path="/",
        secure=door.https,
        httponly=True,
        samesite="lax",  # not strict: the first page is opened from a mail
    )


def _name(door: Door, name: str) -> str:
    """The name; `__Host-` binds a cookie to this host and to TLS (RFC 6265bis section 4.1.3.2)."""
    return f"__Host-{name}" if door.https else name
