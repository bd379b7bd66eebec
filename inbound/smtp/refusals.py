"""How does the SMTP door say no? One value per reason (RFC 5321 section 4.2, RFC 3463)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A negative reply: code 4xx (try again) or 5xx (never), enhanced status, and words.

    The words go into the log too: they never hold an address or a token. `closes` hangs up after saying them.
    """

    code: int
    enhanced: str
    text: str
    closes: bool = False

    def __post_init__(self) -> None:
        if not (400 <= self.code <= 599 and self.enhanced.startswith(f"{self.code // 100}.")):
            raise ValueError(f"{self.code} {self.enhanced} is no negative reply")

    @property
    def permanent(self) -> bool:
        """Whether the sender should give up (RFC 5321 section 4.2.1)."""
        return self.code >= 500

    def __str__(self) -> str:
        """The reply without its line end: printable ASCII, whatever the words hold (RFC 5321 section 4.2)."""
        words = "".join(char if " " <= char <= "~" else "?" for char in self.text)
        return f"{self.code} {self.enhanced} {words}"


# Commands.
UNKNOWN_COMMAND = Refusal(500, "5.5.1", "This is not a command we know")
NOT_SMTP = Refusal(554, "5.5.1", "This is a mail server", closes=True)
NOT_OFFERED = Refusal(502, "5.5.1", "This command is not offered here")
SYNTAX = Refusal(501, "5.5.4", "This command is not written correctly")
HELO_FIRST = Refusal(503, "5.5.1", "Please say EHLO or HELO first")
MAIL_FIRST = Refusal(503, "5.5.1", "Please say MAIL first")
MAIL_TWICE = Refusal(503, "5.5.1", "A mail is already begun")
NO_RECIPIENT = Refusal(503, "5.5.1", "No recipient was accepted")
TLS_FIRST = Refusal(530, "5.7.0", "Please say STARTTLS first")
TLS_TWICE = Refusal(503, "5.5.1", "TLS is already on")
LINE_TOO_LONG = Refusal(500, "5.5.6", "This command line is too long")
LINE_ENDLESS = Refusal(500, "5.5.6", "This command line is too long", closes=True)
LINE_BARE = Refusal(500, "5.5.2", "A command must end in CR LF and hold no other CR or LF", closes=True)

# Addresses.
BAD_PATH = Refusal(501, "5.5.4", "Please write the address as <local@domain>")
BAD_SENDER = Refusal(553, "5.1.7", "The sender's address is malformed")
BAD_RECIPIENT = Refusal(553, "5.1.3", "The recipient's address is malformed")
NOT_OURS = Refusal(550, "5.1.1", "There is no such address here")
UTF8_UNASKED = Refusal(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8")
BAD_SIZE = Refusal(501, "5.5.4", "SIZE takes a number of bytes")
BAD_BODY = Refusal(501, "5.5.4", "BODY is 7BIT or 8BITMIME")
PARAMETER_TWICE = Refusal(501, "5.5.4", "A parameter is given twice")
UNKNOWN_PARAMETER = Refusal(555, "5.5.4", "This parameter is not offered here")
TOO_MANY_RECIPIENTS = Refusal(452, "4.5.3", "Too many recipients in one mail")

# Content.
TOO_BIG = Refusal(552, "5.3.4", "The mail is larger than we take")
BARE_NEWLINE = Refusal(554, "5.6.0", "The mail holds a bare CR or LF; lines must end in CR LF", closes=True)
NUL = Refusal(554, "5.6.0", "The mail holds a NUL character")
LOOP = Refusal(554, "5.4.6", "The mail has travelled in a loop")

# Passing trouble, ours or theirs.
TRY_AGAIN = Refusal(451, "4.3.0", "We could not keep the mail just now; please try again")
NO_ROOM = Refusal(452, "4.3.1", "We have no room for the mail just now; please try again")
TOO_MANY_ERRORS = Refusal(421, "4.7.0", "Too many errors", closes=True)
TOO_MANY_COMMANDS = Refusal(421, "4.7.0", "Too many commands", closes=True)
TOO_MANY_CONNECTIONS = Refusal(421, "4.7.0", "Too many connections; please try again later", closes=True)
NOT_FOR_YOU = Refusal(554, "5.7.1", "This is for our own mail servers alone", closes=True)
TOO_SLOW = Refusal(421, "4.4.2", "This took too long", closes=True)
STOPPING = Refusal(421, "4.3.2", "We are stopping; please try again", closes=True)
OUR_FAULT = Refusal(421, "4.3.0", "Something went wrong here; please try again", closes=True)
