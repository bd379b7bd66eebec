"""What do mails look like filled in? Sample data for every kind, as `afterword brand check` and the tests use it."""

from dataclasses import replace

from reviews.trust import NOT_PROVEN
from reviews.wishes import Wish
from templates.brands import Brand
from templates.contexts import (
    Answer,
    Confirmation,
    Consent,
    Digest,
    FaceLink,
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
    ThreadEntry,
    Told,
    Waiting,
)
from templates.languages import languages
from templates.plain import PROMISES
from templates.regular_samples import SITE, regular_samples

SUBJECT, TICKET = "VPN drops every hour", "48213"


def samples(brand: Brand) -> dict[str, MailContext]:
    """A filled-in mail of each kind, and those that leave out what may be missing, by a name for each."""
    invitation, notice, confirmation = _invitation(brand), _notice(brand), _confirmation(brand)
    bare_notice = replace(
        notice, contact_name="", company="", subject="", face=None, provisional=False, comment="", thread=()
    )
    return {
        "invitation": invitation,
        "invitation-bare": replace(
            invitation,
            contact_name="",
            agent_name="",
            subject="",
            decoy_urls=(),
            faces=tuple(replace(face, mail_url="") for face in invitation.faces),
        ),
        "invitation-trial": replace(invitation, trial_for="ada@customer.example"),
        "reminder": Reminder(**vars(invitation)),
        "thanks": _thanks(brand),
        "confirmation": confirmation,
        "confirmation-trial": replace(confirmation, trial_for="ada@customer.example", contact_name="", subject=""),
        "answer": _answer(),
        "notice": notice,
        "notice-bare": bare_notice,
        "held": _held(brand),
        "told": _told(),
        "told-help": replace(_told(), what="help", staff_name="", subject="", text=""),
        "told-crossed": replace(_told(), what="crossed", reason="", name="Kim"),
        "told-closed": replace(_told(), what="closed", reason="", name="Kim", day="21 November 2026, 14:05"),
        "told-erased": replace(_told(), what="erased", reason="", text=""),
        "overdue": _overdue(),
        "overdue-escalated": replace(_overdue(), staff_name="", subject="", escalated=True, text=""),
        "consent": Consent("Ada", "Sam stayed on the phone until it worked.", f"{SITE}/f/consent"),
        "consent-trial": Consent("", "Fine.", f"{SITE}/f/consent", trial_for="ada@customer.example"),
        "sign_in": SignIn(staff_name="Sam", url=f"{SITE}/in/once", minutes=15),
        "digest": _digest(brand),
        "digest-bare": replace(_digest(brand), asked=None, waiting=(), staff_name=""),
        "round_trip": RoundTrip(staff_name="Sam"),
        "forwarded": Forwarded(
            sender="mallory@other.example",
            subject="Spam from your server",
            text="Hello,\nplease look into it.",
            files=("report.txt",),
        ),
        **regular_samples(brand),
    }


def _invitation(brand: Brand) -> Invitation:
    return Invitation(
        contact_name="Ada",
        agent_name="Sam",
        ticket=TICKET,
        subject=SUBJECT,
        faces=tuple(
            FaceLink(face.value, f"{SITE}/r/{face.value}", f"mailto:v+{face.value}@r.x") for face in brand.faces
        ),
        view_url=f"{SITE}/v/view",
        unsubscribe_url=f"{SITE}/u/stop",
        decoy_urls=(f"{SITE}/r/decoy-1", f"{SITE}/r/decoy-2"),
    )


def _thanks(brand: Brand) -> Thanks:
    return Thanks(
        contact_name="Ada",
        ticket=TICKET,
        subject=SUBJECT,
        face=brand.faces[0].value,
        comment="Sam stayed on the phone until it worked.",
        unsubscribe_url=f"{SITE}/u/stop",
    )


def _confirmation(brand: Brand) -> Confirmation:
    promise = PROMISES[Wish.LESS]
    return Confirmation(
        contact_name="Ada",
        promise=languages()[brand.language].say(promise),
        ticket=TICKET,
        subject=SUBJECT,
        unsubscribe_url=f"{SITE}/u/stop",
    )


def _answer() -> Answer:
    return Answer(
        contact_name="Ada",
        staff_name="Sam",
        text="Hello Ada,\n\nwe replaced the access point on your floor this morning. Is it better?\n\nSam",
        ticket=TICKET,
        subject=SUBJECT,
        quoted="It still drops every hour.\nI need it for the month-end close.",
    )


def _notice(brand: Brand) -> Notice:
    return Notice(
        staff_name="Sam",
        contact_name="Ada",
        contact_email="ada@customer.example",
        company="Customer Ltd",
        ticket=TICKET,
        subject=SUBJECT,
        happened=f"Ada rated her ticket: {brand.faces[-1].word}",
        face=brand.faces[-1].value,
        provisional=True,
        comment="It still drops every hour.",
        record_url=f"{SITE}/s/record",
        notices_url=f"{SITE}/s/record/notices",
        thread=(
            ThreadEntry("customer", "Ada", "21 November 2026, 14:05", "It still drops.\nEvery hour.", ("error.png",)),
            ThreadEntry("note", "Kim", "21 November 2026, 14:20", "The access point is out of warranty."),
        ),
    )


def _held(brand: Brand) -> Held:
    return Held(
        staff_name="Sam",
        ticket=TICKET,
        subject=SUBJECT,
        reason=languages()[brand.language].say(NOT_PROVEN),
        record_url=f"{SITE}/s/record",
        text="Hello Ada,\nI will call you at three.",
    )


def _told() -> Told:
    return Told(
        staff_name="Sam",
        ticket=TICKET,
        subject=SUBJECT,
        what="help",
        reason="#asign is no command",
        record_url=f"{SITE}/s/record",
        text="Hello Ada,\nI will call you at three.",
    )


def _overdue() -> Overdue:
    return Overdue(
        staff_name="Sam",
        contact_name="Ada",
        ticket=TICKET,
        subject=SUBJECT,
        since_text="20 November 2026, 09:12",
        due_text="21 November 2026, 09:12",
        owner_name="Sam",
        record_url=f"{SITE}/s/record",
        text="It still drops every hour.",
    )


def _digest(brand: Brand) -> Digest:
    return Digest(
        staff_name="Sam",
        period="16 to 22 November 2026",
        asked=120,
        answered=42,
        counts={face.value: 30 - 6 * place for place, face in enumerate(brand.faces)},
        waiting=(
            Waiting("Ada", "21 November 2026, 14:05", SUBJECT, "It still drops every hour.", f"{SITE}/reviews/1"),
            Waiting("Bo", "20 November 2026, 09:12", "", "", f"{SITE}/reviews/2"),
        ),
        reviews_url=f"{SITE}/reviews",
        said=(
            Waiting(
                "Grace",
                "22 November 2026, 07:50",
                "New laptop",
                "Sam set it up while I had lunch.",
                f"{SITE}/reviews/3",
                brand.faces[0].value,
            ),
        ),
    )
