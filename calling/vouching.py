"""Does what a helpdesk shows vouch for a ticket that only a link named?"""

from datetime import UTC, datetime, timedelta

LONG_AGO = timedelta(days=60)
"""A question closes after 30 days, and its mail went out when the ticket was closed: what has rested for longer was
counted up, or guessed."""
NO_SUCH = "there is no such ticket"


def long_ago(changed: str, *, now: datetime) -> str:
    """Why a ticket that was changed last at that time, as its helpdesk writes it, is too old; '' where it is not, or
    says nothing that can be read."""
    try:
        at = datetime.fromisoformat(changed)
    except ValueError:
        return ""
    since = now - (at if at.tzinfo else at.replace(tzinfo=UTC))
    return f"nobody has touched it for {since.days} days" if since > LONG_AGO else ""
