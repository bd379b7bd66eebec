"""Makes the virtual environment of this project: `python3 scripts/set_up.py run` (or another of LOCKS).

Runs on a bare Python 3.11 to 3.13 with the standard library alone. Installs the hash-pinned lock requirements/NAME.txt
and the project itself into .venv (or $VENV), and does nothing when a stamp in there says that this was done already.
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit(
        f"Afterword needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12"
    )

import argparse
import hashlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # so that this file runs by its path, too

from scripts import bare_pip  # noqa: E402  the line above finds it

LOCKS = {
    "run": "what Afterword runs on",
    "postgres": "what Afterword runs on, and the driver of PostgreSQL",
    "oidc": "what Afterword runs on, and single sign-on for staff",
    "telemetry": "what Afterword runs on, OpenTelemetry and Sentry",
    "test": "what Afterword runs on with either database and single sign-on, and its test tools",
}
HOLDS = {
    "run": (),
    "postgres": ("run",),
    "oidc": ("run",),
    "telemetry": ("run",),
    "test": ("run", "postgres", "oidc", "telemetry"),
}
"""The locks that a lock has all of."""
HINT = "Where there is no way to pypi.org, name a package index of your own: PIP_INDEX_URL=https://… make …"
STAMP = "afterword-set-up.json"
FROM_SOURCE = "dkimpy,pyspf"  # pure Python, published without a wheel; `make lock` names them too


class NotSetUp(Exception):
    """The environment could not be made; the text says why, for a person."""


def main() -> None:
    """Sets up what the command line names; ends with status 1 and a sentence when that fails."""
    parser = argparse.ArgumentParser(description="Makes Afterword's virtual environment in .venv, or in $VENV.")
    parser.add_argument("lock", choices=LOCKS, help="; ".join(f"{name}: {what}" for name, what in LOCKS.items()))
    lock = parser.parse_args().lock
    try:
        set_up(lock, (ROOT / (os.environ.get("VENV") or ".venv")).resolve())  # a link is the environment it leads to
    except (NotSetUp, bare_pip.NotFetched) as problem:
        sys.exit(f"\nAfterword could not be set up. {problem}\n{HINT}")


def set_up(lock: str, venv: Path) -> None:
    """Brings `venv` to what `lock` asks for, telling each step that takes time."""
    started = time.monotonic()
    if not fits(venv):
        make_environment(venv)
    stamp, wanted = read_stamp(venv), digests()
    missing = steps(lock, stamp, wanted)
    if not missing:
        return
    (venv / STAMP).unlink(missing_ok=True)  # whatever breaks from here on, the next run starts over
    if lock in missing:
        install_lock(lock, venv)
    if "project" in missing:
        tell("Installing Afterword itself.")
        pip(venv, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    (venv / STAMP).write_text(json.dumps({"place": str(venv), **stamped(lock, stamp, wanted)}, indent=1) + "\n")
    tell(f"Set up in {time.monotonic() - started:.0f} seconds.")


def fits(venv: Path) -> bool:
    """Whether `venv` is an environment of this Python's version that has pip, still runs, and was not moved."""
    python = venv / "bin" / "python"
    if not python.exists() or read_stamp(venv).get("place", str(venv)) != str(venv):
        return False
    question = [str(python), "-c", "import sys, pip; print(*sys.version_info[:2])"]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_environment(venv: Path) -> None:
    """A fresh virtual environment with pip, in place of an older one; NotSetUp when something else stands there."""
    if venv.exists() and any(venv.iterdir()) and not (venv / "pyvenv.cfg").exists():
        raise NotSetUp(f"{venv} holds something that is no virtual environment: move it away, or set VENV.")
    tell(f"Making a virtual environment in {venv} with Python {sys.version.split()[0]}.")
    options = ["--clear"] if brings_pip() else ["--clear", "--without-pip"]
    run([sys.executable, "-m", "venv", *options, str(venv)])
    if "--without-pip" in options:
        tell("This Python brings no pip along: fetching the one that the lock pins.")
        install_pinned_pip(venv)


def brings_pip() -> bool:
    """Whether this Python can put pip into an environment itself; Debian's cannot without its package python3-venv."""
    try:
        import ensurepip  # noqa: F401  only whether it can be imported is asked
    except ImportError:
        return False
    return True


def install_pinned_pip(venv: Path) -> None:
    """Puts the pip that the lock pins into `venv`, by running it out of its own wheel."""
    index = bare_pip.configured_index(os.environ, bare_pip.configuration_files(os.environ))
    with tempfile.TemporaryDirectory() as folder:
        wheel = bare_pip.fetched(bare_pip.pinned(lock_text("run"), "pip"), index, Path(folder))
        run([str(venv / "bin" / "python"), f"{wheel}/pip", "install", "-qq", "--no-index", "--no-deps", str(wheel)])


def install_lock(lock: str, venv: Path) -> None:
    """Installs requirements/LOCK.txt, every file checked against its hash."""
    tell(f"Installing {LOCKS[lock]}; the first time this takes up to a minute.")
    wheels = ["--require-hashes", "--only-binary=:all:"]
    with tempfile.TemporaryDirectory() as folder:
        # Built without isolation, a source takes the setuptools that the lock pins, which therefore comes first.
        builder = Path(folder, "setuptools.txt")
        builder.write_text(bare_pip.pinned(lock_text(lock), "setuptools").requirement)
        pip(venv, *wheels, "--requirement", str(builder))
    sources = [f"--no-binary={FROM_SOURCE}", "--no-build-isolation"]
    pip(venv, *wheels, *sources, "--requirement", str(lock_file(lock)))


def steps(lock: str, stamp: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """What is still to be installed, by what the stamp says of it."""
    return [name for name in (lock, "project") if stamp.get(name) != wanted[name]]


def stamped(lock: str, stamp: dict[str, str], wanted: dict[str, str]) -> dict[str, str]:
    """What the stamp says afterwards: a lock stays whole for as long as those that it holds are the same."""
    held = {lock, "project", *HOLDS[lock]}
    kept = {
        name: digest
        for name, digest in stamp.items()
        if name in LOCKS and all(stamp.get(part) == wanted[part] for part in HOLDS[name])
    }
    return kept | {name: digest for name, digest in wanted.items() if name in held}


def digests() -> dict[str, str]:
    """The sha256 of what each step installs from."""
    files = {"project": ROOT / "pyproject.toml"} | {lock: lock_file(lock) for lock in LOCKS}
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items()}


def read_stamp(venv: Path) -> dict[str, str]:
    """The stamp in `venv`; empty when there is none or it cannot be read, which means: install again."""
    try:
        stamp: dict[str, str] = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def lock_file(lock: str) -> Path:
    """Where a lock lies."""
    return ROOT / "requirements" / f"{lock}.txt"


def lock_text(lock: str) -> str:
    """What a lock says."""
    return lock_file(lock).read_text(encoding="utf-8")


def pip(venv: Path, *arguments: str) -> None:
    """`pip install` in `venv`; NotSetUp when it fails, after pip has said why."""
    quietly = ["--disable-pip-version-check", "--no-input", "install", "-qq", "--progress-bar=off"]
    run([str(venv / "bin" / "python"), "-m", "pip", *quietly, *arguments])


def run(command: list[str]) -> None:
    """Runs a program to its end; NotSetUp when it fails."""
    if subprocess.run(command, check=False).returncode != 0:
        raise NotSetUp(f"The reason stands above.\nThe command that failed: {' '.join(command)}")


def tell(sentence: str) -> None:
    """One line for the person who waits."""
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
