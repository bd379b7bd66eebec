"""What is installed: locks that pin what pyproject.toml asks for, tell nothing of a machine, and are audited."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from scripts import audit, bare_pip, set_up

PROJECT = tomllib.loads((set_up.ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
ASKED = {
    "run": PROJECT["project"]["dependencies"] + GROUPS["build"],
    "postgres": PROJECT["project"]["dependencies"] + GROUPS["build"] + EXTRAS["postgres"],
    "oidc": PROJECT["project"]["dependencies"] + GROUPS["build"] + EXTRAS["oidc"],
    "telemetry": PROJECT["project"]["dependencies"] + GROUPS["build"] + EXTRAS["opentelemetry"] + EXTRAS["sentry"],
    "test": PROJECT["project"]["dependencies"]
    + GROUPS["build"]
    + [one for extra in EXTRAS.values() for one in extra]
    + GROUPS["test"],
}


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", set_up.lock_text(lock), re.MULTILINE))


@pytest.mark.parametrize(("lock", "asked"), [(lock, asked) for lock, all_asked in ASKED.items() for asked in all_asked])
def test_the_lock_pins_what_the_project_asks_for(lock: str, asked: str) -> None:
    requirement = Requirement(asked)
    pin = bare_pip.pinned(set_up.lock_text(lock), requirement.name)
    assert pin.version in requirement.specifier, "run `make lock`"
    assert pin.hashes


@pytest.mark.parametrize(("lock", "part"), [(lock, part) for lock, parts in set_up.HOLDS.items() for part in parts])
def test_a_lock_holds_all_of_its_parts(lock: str, part: str) -> None:
    assert pins(part).items() <= pins(lock).items()


@pytest.mark.parametrize("lock", set_up.LOCKS)
def test_a_lock_names_no_index_and_no_folder_of_the_machine_that_made_it(lock: str) -> None:
    told = [
        line for line in set_up.lock_text(lock).splitlines() if not re.match(r"[a-z0-9-]+==| {4}(--hash|#)|#", line)
    ]
    assert told == []
    assert "://" not in set_up.lock_text(lock)


CLEAN = {"name": "jinja2", "version": "3.1.6", "vulns": []}
WEAK = {"name": "jinja2", "version": "3.1.5", "vulns": [{"id": "GHSA-cpwx-vrp4-4pq7", "fix_versions": ["3.1.6"]}]}
UNKNOWN = {"name": "nobody", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "required", "status", "says"),
    [
        ([CLEAN], "", 0, "no known vulnerability in 1 packages"),
        ([CLEAN, WEAK], "", 1, "GHSA-cpwx-vrp4-4pq7"),
        ([WEAK, UNKNOWN], "", 1, "has known vulnerabilities"),
        ([CLEAN, UNKNOWN], "", 0, "NOT AUDITED"),
        ([CLEAN, UNKNOWN], "required", 1, "NOT AUDITED"),
    ],
)
def test_an_audit_that_could_not_be_had_is_never_called_clean(
    packages: list[dict[str, object]],
    required: str,
    status: int,
    says: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AFTERWORD_AUDIT", required)
    assert audit.tell("a lock", audit.read(json.dumps({"dependencies": packages}))) == status
    assert says in capsys.readouterr().out


def test_every_kind_of_file_in_the_packages_is_shipped() -> None:
    setuptools = PROJECT["tool"]["setuptools"]
    packages = [set_up.ROOT / name for name in setuptools["packages"]["find"]["include"] if "*" not in name]
    files = [file for package in packages for file in package.rglob("*") if file.is_file()]
    shipped = [*setuptools["package-data"]["*"], "*.py", "*.pyc"]
    assert [file for file in files if not any(file.match(pattern) for pattern in shipped)] == []
