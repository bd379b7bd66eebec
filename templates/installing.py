"""What does a new installation's operator read: the settings file, the first brand's file, and what to do next?"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

KEY_CHARS_MAX = 40  # what templates/brands.py takes

_PLAIN = re.compile(r"[A-Za-z0-9_./:@?=,+%&-]+")

ENV = """\
# Written by `afterword init`. It holds secrets, as dkim.pem does: nobody but Afterword may read them.
# Both belong into your backup, beside the database: without these keys no link in any mail works any more.
# Every setting there is stands in .env.example, with what it means.

DATABASE_URL={database_url}
PORT={port}
AFTERWORD_BIND={bind}
AFTERWORD_BASE_URL={base_url}
AFTERWORD_REPLY_DOMAIN={reply_domain}
AFTERWORD_FROM={sender}
AFTERWORD_SMTP_URL={smtp_url}
AFTERWORD_BRANDS={brands}
AFTERWORD_BRAND={brand}

# Who looks after this installation.
AFTERWORD_OPERATOR={operator}

# Trial mode: every mail goes to this address, and says whom it was for. Take the line out to begin in earnest.
AFTERWORD_ONLY_TO={operator}

# Signs every link and address. To change it, put a new key in front of the old one, with a comma between them.
AFTERWORD_SECRET_KEYS={secret_key}

# Signs bundles that prove a review to others (docs/provenance.md); `afterword rotate bundle` makes a new one.
AFTERWORD_BUNDLE_KEYS={bundle_key}

# The key that signs every mail (DKIM); its other half stands in the DNS.
AFTERWORD_DKIM_DOMAIN={dkim_domain}
AFTERWORD_DKIM_SELECTOR={dkim_selector}
AFTERWORD_DKIM_KEY_FILE={dkim_key_file}
"""

BRAND = """\
# How your mails and pages look and speak. `afterword doctor` says when something in here cannot be used.

name = {name}
website = {website}
language = "en"
timezone = "UTC"
question = "How did we do?"
reply = {reply}
footer = []  # up to six lines: your postal address, a register number

[sender]
name = {name}

# [logo]
# url = "https://…/logo.png"
# alt = "…"
# width_px = 120

[faces]
happy = "Great"
neutral = "Okay"
unhappy = "Not good"

[colours.light]
primary = "#1d5c7a"  # of your links and buttons; every other colour follows, or can be named too
"""

NEXT = """\
What to do next:
  1. Set the DNS records above.
  2. Make the database:      python -m store migrate
  3. Let yourself in:        afterword staff add YOU@YOUR-DOMAIN --name "Your Name" --role admin
  4. Let the helpdesk in:    afterword keys add helpdesk
  5. Start three processes:  python -m web, python -m mailer, python -m inbound
  6. See whether it stands:  afterword doctor

Trial mode is on: every mail goes to {operator}, whoever it was for.
To begin in earnest, take AFTERWORD_ONLY_TO out of .env and start the mailer anew.
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """What a settings file says. ValueError from `env_file` when a value cannot stand in one."""

    brand: str
    brand_name: str
    website: str
    sender: str
    smtp_url: str
    base_url: str
    reply_domain: str
    operator: str
    secret_key: str
    bundle_key: str
    dkim_domain: str
    dkim_key_file: str = "dkim.pem"
    dkim_selector: str = "afterword"
    database_url: str = "sqlite:///afterword.db"
    port: str = "8000"
    bind: str = "127.0.0.1"
    """For the HTTPS proxy on the same machine alone."""
    brands: str = "brands"


@dataclass(frozen=True, slots=True)
class Question:
    """What an operator is asked: the setting, the words, and how an answer is proposed from those before."""

    name: str
    words: str
    proposed: str


ASKING = (
    Question("domain", "Your domain, as in your mail addresses", ""),
    Question("brand_name", "Your name, as customers know it", "{title}"),
    Question("sender", "The address your mails come from", "support@{domain}"),
    Question("reply_domain", "A domain for answers, with no mail of its own yet", "reply.{domain}"),
    Question("base_url", "Where customers' browsers will reach Afterword", "https://feedback.{domain}"),
    Question("smtp_url", "Where mails are handed over (smtp://user:password@host:587)", "smtp://localhost:25"),
    Question("operator", "Your own address: until you end the trial, every mail goes there", "{sender}"),
)


def answered(given: Mapping[str, str | None], ask: Callable[[Question, str], str]) -> dict[str, str]:
    """The answer to every question: as given, else what `ask` makes of the question and the answer it proposes."""
    answers: dict[str, str] = {}
    for question in ASKING:
        proposed = question.proposed.format(**answers, title=answers.get("domain", "").partition(".")[0].capitalize())
        answers[question.name] = (given.get(question.name) or ask(question, proposed)).strip()
    return answers


def brand_key(name: str) -> str:
    """A brand's key, made of its name: small letters, digits and '-', at most 40."""
    return "-".join(re.findall(r"[a-z0-9]+", _plain_letters(name).lower()))[:KEY_CHARS_MAX].strip("-") or "brand"


def env_file(installation: Installation) -> str:
    """The text of `.env`."""
    values = asdict(installation)
    return ENV.format(**{name: _setting(value) for name, value in values.items() if f"{{{name}}}" in ENV})


def brand_file(installation: Installation) -> str:
    """The text of the first brand's file: the look of the house, to be changed at leisure."""
    name = installation.brand_name
    reply = f"You can also just answer this mail. A person at {name} reads every reply."
    return BRAND.format(name=_toml(name), website=_toml(installation.website), reply=_toml(reply))


def next_steps(*, operator: str) -> str:
    """What an operator does once the settings are written."""
    return NEXT.format(operator=operator)


def _setting(value: str) -> str:
    """A value as every reader of such files takes it: bare where it can be, else in single quotes."""
    if _PLAIN.fullmatch(value):
        return value
    if set(value) & {"'", "\\"} or "${" in value:
        raise ValueError(f"{value!r} cannot stand in a settings file; write its special characters as %XX")
    return f"'{value}'"


def _toml(text: str) -> str:
    """A text as a basic string of TOML, which JSON's is too."""
    return json.dumps(text, ensure_ascii=False)


def _plain_letters(text: str) -> str:
    """The text with its accents taken off: `Café` is kept as `Cafe`, not as `Caf`."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
