"""Which kinds of mail are there? One context for each, whose templates have its name."""

from templates.contexts import (
    Answer,
    Confirmation,
    Consent,
    Digest,
    Forwarded,
    Held,
    Invitation,
    MailContext,
    Notice,
    Overdue,
    Reminder,
    RoundTrip,
    SignIn,
    Thanks,
    Told,
)
from templates.regular_contexts import AgentsWeek, CameOfIt, LeadsWeek, Meeting, Smiles

KINDS: tuple[type[MailContext], ...] = (
    Invitation,
    Reminder,
    Thanks,
    Confirmation,
    Answer,
    Notice,
    Held,
    Told,
    Overdue,
    Consent,
    SignIn,
    Digest,
    RoundTrip,
    Forwarded,
    AgentsWeek,
    LeadsWeek,
    Smiles,
    Meeting,
    CameOfIt,
)
