"""Writes docs/settings.md, every setting with its default, limits and meaning: `python scripts/settings_page.py`

Names, defaults and limits are those of `settings.py`; the words are the comments of `.env.example`, which a test holds
against it.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that this file runs by its path, too

from settings import SECRETS, Settings, env_name  # noqa: E402  the line above finds it

PAGE = ROOT / "docs" / "settings.md"
HEAD = """\
# Every setting

Made from the code by `python scripts/settings_page.py`; not to be changed by hand. `.env.example` in the project's
folder is the same as a file to fill in.

Each can also be given as `KEY_FILE`, the path of a file that holds the value. The environment goes before files, files
before `.env`; an empty value is none. A wrong or misspelt setting stops the start, and says what was expected.
Processes read them when they start. With 🔑: a secret, never told in any output.
"""
SECTION = re.compile(r"# ---- (.+) ----")
KEY = re.compile(r"#?([A-Z][A-Z0-9_]+)=(.*)")


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), "utf-8")


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_lines((ROOT / ".env.example").read_text("utf-8")))


def _lines(example: str) -> Iterator[str]:
    """The sections in their order, each with a table."""
    fields = {env_name(Settings, name): name for name in Settings.model_fields}
    words: list[str] = []
    for line in example.splitlines():
        section, key = SECTION.fullmatch(line), KEY.fullmatch(line)
        if section:
            yield f"\n## {section[1].capitalize()}\n\n| setting | default | what it is |\n|---|---|---|\n"
        elif key:
            yield _row(key[1], fields[key[1]], " ".join(words))
        words = [*words, line.removeprefix("#").strip()] if line.startswith("# ") and not section else []


def _row(name: str, field: str, words: str) -> str:
    known = Settings.model_fields[field]
    default = known.default if not known.is_required() else None
    shown = str(default).lower() if isinstance(default, bool) else "" if default in (None, ()) else str(default)
    usual = "must be set" if known.is_required() else f"`{shown}`" if shown else ""
    secret = " 🔑" if name in SECRETS else ""
    return f"| `{name}`{secret} | {usual} | {_safe(words)}{_limits(field)} |\n"


def _limits(field: str) -> str:
    """From where to where a number may go, as the code has it."""
    told = {name: getattr(one, name) for one in Settings.model_fields[field].metadata for name in vars_of(one)}
    least = told.get("ge", told.get("gt"))
    most = told.get("le", told.get("lt"))
    if least is None or most is None:
        return "" if least is None else f" At least {least}."
    return f" {'From' if 'ge' in told else 'Above'} {least} to {'' if 'le' in told else 'below '}{most}."


def vars_of(limit: object) -> list[str]:
    """Which bounds a limit names."""
    return [name for name in ("ge", "gt", "le", "lt") if getattr(limit, name, None) is not None]


def _safe(words: str) -> str:
    return re.sub(r"([|<*])", r"\\\1", words)


if __name__ == "__main__":
    main()
