"""What does a new installation's operator read: the settings file, the first brand's file, and what to do next?"""

import json
import re
from dataclasses import dataclass

_PLAIN = re.compile(r"[A-Za-z0-9_./:@?=,+%&-]+")

ENV = """\
# Written by `afterword init`. It holds secrets: nobody but Afterword may read it, and it belongs into your backup.
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

# Trial mode: every mail goes to this address, and says whom it was for. Take the line out to begin in earnest.
AFTERWORD_ONLY_TO={only_to}

# Signs every link and address. To change it, put a new key in front of the old one, with a comma between them.
AFTERWORD_SECRET_KEYS={secret_key}

# Signs every mail (DKIM). Its other half stands in the DNS.
AFTERWORD_DKIM_DOMAIN={dkim_domain}
AFTERWORD_DKIM_SELECTOR={dkim_selector}
AFTERWORD_DKIM_KEY={dkim_key}
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
  3. Let yourself in:        afterword staff add YOU@YOUR-DOMAIN --name "Your Name" --role manager
  4. Let the helpdesk in:    afterword keys add helpdesk
  5. Start three processes:  python -m web, python -m mailer, python -m inbound
  6. See whether it stands:  afterword doctor

Trial mode is on: every mail goes to {only_to}, whoever it was for.
To begin in earnest, take AFTERWORD_ONLY_TO out of .env and start the mailer anew.
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """What a settings file says. ValueError from `env_file` when a value cannot stand in one."""

    domain: str
    brand: str
    brand_name: str
    sender: str
    smtp_url: str
    base_url: str
    reply_domain: str
    only_to: str
    secret_key: str
    dkim_domain: str
    dkim_selector: str
    dkim_key: str
    database_url: str = "sqlite:///afterword.db"
    port: str = "8000"
    bind: str = "127.0.0.1"
    brands: str = "brands"


def env_file(installation: Installation) -> str:
    """The text of `.env`."""
    names = Installation.__dataclass_fields__
    return ENV.format(**{name: _setting(getattr(installation, name)) for name in names})


def brand_file(name: str, *, website: str) -> str:
    """The text of the first brand's file: the look of the house, to be changed at leisure."""
    reply = f"You can also just answer this mail. A person at {name} reads every reply."
    return BRAND.format(name=_toml(name), website=_toml(website), reply=_toml(reply))


def next_steps(*, only_to: str) -> str:
    """What an operator does once the settings are written."""
    return NEXT.format(only_to=only_to)


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
