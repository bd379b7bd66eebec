"""How much may one client, and how much may all of them, ask of the SMTP door?"""

from dataclasses import dataclass

KB = 1024
MB = 1024 * KB

MAIL_BYTES_MAX = 25 * MB  # what large mailboxes let people send; announced as SIZE (RFC 1870)
DISCARDED_TIMES_MAX = 3  # a mail too big is read to three times the limit so that its sender sees 552, then we hang up
BYTES_HELD_MAX = 512 * MB  # content of all mails being taken at once: twenty of the largest, then 452
COMMAND_BYTES_MAX = 2048  # RFC 5321 asks for 512; SMTPUTF8, SIZE and long VERP senders need more
ADDRESS_BYTES_MAX = 512  # RFC 5321 section 4.5.3.1.3 asks for 256; some mailing lists send from longer ones
DOMAIN_CHARS_MAX, LABEL_CHARS_MAX = 255, 63  # RFC 5321 section 4.5.3.1.2, RFC 1035 section 2.3.4
HELO_BYTES_MAX = 255  # the longest name the DNS can hold
RECIPIENTS_MAX = 100  # RFC 5321 section 4.5.3.1.8 asks for 100; more are sent in a second mail
ERRORS_MAX = 10  # wrong commands and wrong addresses between two mails: a guesser, not a mail server
GUESSES_MAX = 10  # wrong addresses of one network in an hour, after which each is answered later than the last
COMMANDS_MAX = 2000  # between two mails: who names a thousand recipients is told 452 and sends to the first hundred
HOPS_MAX = 50  # what Postfix takes; real mail has passed some ten servers (RFC 5321 section 6.3 speaks of 100)
HEADERS_BYTES_MAX = 256 * KB  # where we look for lines of trace; what comes later is not a header anybody reads

CONNECTIONS_PER_ADDRESS_MAX = 50  # a large sender's machine opens some twenty
CONNECTIONS_MAX = 4000  # 2,000 idle ones leave room for customers; the limit of open files must be above
BACKLOG = 1024  # callers the kernel keeps waiting while we are busy

READ_SECONDS = 60.0  # RFC 5321 section 4.5.3.2 asks for 5 minutes; a live mail server never waits one
BUSY_READ_SECONDS = 10.0  # the same once half of all connections are taken, as Postfix does under stress
DATA_BYTES_PER_SECOND_MIN = 128  # of a mail, once READ_SECONDS are over: the slowest modem was twice as fast
GUESS_SECONDS = 5.0  # the longest that an answer to a wrong address is held back
CONNECTION_SECONDS = 600.0  # 25 MB at 350 kbit/s; a mail server that has more to say calls again
ACCEPT_SECONDS = 120.0  # for the store to commit, then 451; clients wait 10 minutes (RFC 5321 section 4.5.3.2.6)
QUIET_SECONDS = 2.0  # after malformed content its end cannot be trusted: answered when nothing has come for so long
LINGER_SECONDS = 2.0  # read on after the last reply, for a close on unread input is a reset that would swallow it
CLOSE_SECONDS = 5.0  # for a mail under way when the server stops, and for the last bytes to a slow client


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the door allows. Sizes in bytes, times in seconds; tests and operators bring their own."""

    mail_bytes: int = MAIL_BYTES_MAX
    bytes_held: int = BYTES_HELD_MAX
    recipients: int = RECIPIENTS_MAX
    errors: int = ERRORS_MAX
    guesses: int = GUESSES_MAX
    commands: int = COMMANDS_MAX
    hops: int = HOPS_MAX
    connections_per_address: int = CONNECTIONS_PER_ADDRESS_MAX
    connections: int = CONNECTIONS_MAX
    read_seconds: float = READ_SECONDS
    busy_read_seconds: float = BUSY_READ_SECONDS
    data_bytes_per_second: float = DATA_BYTES_PER_SECOND_MIN
    guess_seconds: float = GUESS_SECONDS
    connection_seconds: float = CONNECTION_SECONDS
    accept_seconds: float = ACCEPT_SECONDS
    quiet_seconds: float = QUIET_SECONDS
    linger_seconds: float = LINGER_SECONDS
    close_seconds: float = CLOSE_SECONDS

    @property
    def discarded_bytes(self) -> int:
        """How many bytes of one mail are read before we hang up."""
        return DISCARDED_TIMES_MAX * self.mail_bytes
