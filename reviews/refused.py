"""In which phrases is staff told why nothing was done, or why what they wrote was not sent?

Each is kept with the message as it is said here, in English; whoever tells it knows it again by its words and says it
in their language. A phrase has one place at most.
"""

MAY_NOT = "you may read this record, and not answer"
NO_WORDS = "no words were found in it, and files are not sent on"
FILES = "files are not sent on, and it has some ({files}); its words can be sent"
GONE = "the customer was erased; nothing can be sent to them any more, and the words were not kept"
HELP_ASKED = "help was asked for in it"

NO_COMMAND = "#{command} is no command"
DONE_KNOWS = "#done knows {outcomes}"
CAUSE_KNOWS = "#cause knows {causes}"
TAG_MISSING = "#{command} needs a tag"
REASON_MISSING = "#exclude needs a reason"
TIME_MISSING = "#snooze needs a time as 12h, 3d, 2w or 2026-12-01, at most a year ahead"
NAME_MISSING = "#assign needs a name"
NOBODY_CALLED = "nobody here is called {name}"
SEVERAL_CALLED = "several people here are called {name}"
MAY_NOT_TEND = "{name} may not look after this"
ASKED_ALREADY = "an exclusion is asked for already"
GRANTED_ALREADY = "an exclusion is granted already"
NONE_WAITS = "no exclusion waits to be decided"
LEADS_DECIDE = "only a lead may decide about an exclusion"
SECOND_PERSON = "whoever asked for an exclusion cannot grant it: it takes a second person"
OWN_RATING = "nobody decides about their own rating"

NOT_PUT_RIGHT = "it was not put right"
NEVER_ASKED = "they were never asked"
ASKED_TWICE = "they were asked again already"
NOT_WISHED = "they do not want to be asked about this ticket"

# What is said of an erased customer, and of help, are sentences of their own in the mail.
PHRASES: tuple[str, ...] = (
    MAY_NOT,
    NO_WORDS,
    FILES,
    NO_COMMAND,
    DONE_KNOWS,
    CAUSE_KNOWS,
    TAG_MISSING,
    REASON_MISSING,
    TIME_MISSING,
    NAME_MISSING,
    NOBODY_CALLED,
    SEVERAL_CALLED,
    MAY_NOT_TEND,
    ASKED_ALREADY,
    GRANTED_ALREADY,
    NONE_WAITS,
    LEADS_DECIDE,
    SECOND_PERSON,
    OWN_RATING,
    NOT_PUT_RIGHT,
    NEVER_ASKED,
    ASKED_TWICE,
    NOT_WISHED,
)
