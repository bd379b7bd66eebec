"""Does a provider's word open a session? Decided and kept in one transaction, each sign-in once."""

from datetime import datetime

from reviews.admission import Admission, Turned, Vouched, admitted
from reviews.roles import Staff
from store.engines import Session
from store.people import anybody, has_left, open_session, secret_hash, set_staff
from store.rows import micros

USED = """insert into sign_in (id, email, client, expires_at, used_at) values (:id, :email, '', :expires_at, :now)
    on conflict (id) do nothing"""
PROVIDER = "single sign-on"


def admit(
    session: Session,
    vouched: Vouched,
    *,
    rules: Admission,
    sign_in_id: str,
    session_id: str,
    expires_at: datetime,
    now: datetime,
    client: str,
) -> Staff | Turned:
    """Sign in whom the provider vouches for, as what their groups make them; or why not. `sign_in_id` is of this
    sign-in alone: a second time it opens nothing."""
    email = vouched.email.lower()
    known = anybody(session, email)
    staff = admitted(vouched, rules, known=known, left=has_left(session, email))
    if isinstance(staff, Turned):
        return staff
    times = {"expires_at": micros(expires_at), "now": micros(now)}
    if not session.run(USED, id=secret_hash(sign_in_id), email=staff.email, **times):
        return Turned.AGAIN
    if known is None or _differ(known, staff):
        set_staff(session, staff, at=now, who=PROVIDER)
    open_session(session, staff.email, session_id=session_id, expires_at=expires_at, now=now, client=client)
    return staff


def _differ(known: Staff, staff: Staff) -> bool:
    was, is_ = ((one.name, one.role, one.brands, one.confirmed) for one in (known, staff))
    return was != is_
