"""What is promised, and which trials hold us to it?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise: what it says, the figure to reach, the trials that try it, and what of them is counted."""

    text: str
    goal: str
    trials: tuple[str, ...]
    tried: str


PROMISES = (
    Promise(
        "a mail that was answered 250 is kept, once, whenever inbound is killed: anywhere, inside DATA, between commit"
        " and 250",
        "0 lost in 1,000 kills, 0 stored twice",
        ("kill-inbound", "kill-inbound-data", "kill-inbound-250"),
        "kills",
    ),
    Promise(
        "a click, a comment, a closed ticket that were answered are kept, once, whenever web is killed: anywhere,"
        " between commit and answer",
        "0 lost, 0 stored twice",
        ("kill-web", "kill-web-200"),
        "kills",
    ),
    Promise(
        "a mail goes out twice only when a kill fell between its dot and the commit, under the same Message-ID",
        "0 without excuse",
        ("kill-mailer",),
        "kills",
    ),
    Promise(
        "a process that is asked to go finishes and answers what it began",
        "0 lost, 0 doubled",
        ("stop-web", "stop-inbound", "stop-mailer"),
        "stops",
    ),
    Promise("a power cut loses nothing that was answered", "0 lost, 0 corrupt in 1,200", ("power",), "cuts"),
    Promise(
        "a full disk is told at once (452, 503), erasing still works, and all is well soon after there is room",
        "452 within 1 s, well within 5 s",
        ("disk-full",),
        "full disks",
    ),
    Promise("a locked database is told (451, 503)", "60 s: 0 lost", ("locked",), "locks"),
    Promise("PostgreSQL may crash and be away", "10 min: 451, 0 lost", ("away",), "crashes"),
    Promise("one closing of a ticket asks once, wherever it is told", "0 in 10,000", ("races",), "races"),
    Promise(
        "a relay that is away for a day gets each due mail once, no faster than the cap, none over its age",
        "all sent once",
        ("relay-away",),
        "days",
    ),
    Promise(
        "a clock that is a day off, or a minute apart from another machine's, loses and doubles nothing and refuses no"
        " valid link",
        "0 lost, 0 doubled, 0 refused",
        ("clock",),
        "turns of a clock",
    ),
)
