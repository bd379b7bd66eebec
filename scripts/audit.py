"""Does the lock hold a package with a known vulnerability? `python scripts/audit.py LOCK`

pip-audit asks PyPI's JSON API. Where that cannot be had (no network, a mirror without it) pip-audit ends with a
traceback, or says "No known vulnerabilities found" of packages it never learnt about. Here that reads NOT AUDITED, and
is a failure only under AFTERWORD_AUDIT=required, so that a machine without PyPI can still check everything else.
"""

import json
import os
import subprocess
import sys
from typing import NamedTuple

NO_SERVICE = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "ServiceError", "Could not connect")


class Audit(NamedTuple):
    """What pip-audit could tell: packages it learnt about, packages it did not, and a line for each vulnerability."""

    audited: list[str]
    unknown: list[str]
    vulnerabilities: list[str]


def main() -> None:
    """Audits one lock; ends with status 1 for a known vulnerability, or for a required audit that could not be had."""
    lock = sys.argv[1]
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--disable-pip"]
    command += ["--format=json", "--progress-spinner=off"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.stdout:
        sys.exit(tell(lock, read(answer.stdout)))
    reason = (answer.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
    if not any(sign in reason for sign in NO_SERVICE):
        sys.exit(f"pip-audit failed: {reason}")
    sys.exit(not_audited(lock, reason))


def read(report: str) -> Audit:
    """What pip-audit's JSON report says."""
    packages = json.loads(report)["dependencies"]
    return Audit(
        audited=[package["name"] for package in packages if "vulns" in package],
        unknown=[package["name"] for package in packages if "vulns" not in package],
        vulnerabilities=[
            f"{package['name']} {package['version']}: {found['id']}, mended in {found['fix_versions'] or 'none yet'}"
            for package in packages
            for found in package.get("vulns", [])
        ],
    )


def tell(lock: str, audit: Audit) -> int:
    """Says what was found; the exit status for it."""
    for vulnerability in audit.vulnerabilities:
        print(vulnerability)
    if audit.vulnerabilities:
        print(f"{lock} has known vulnerabilities: raise those packages by `make lock ARGS='--upgrade-package NAME'`.")
        return 1
    if audit.unknown:
        return not_audited(lock, f"PyPI's JSON API did not answer for {len(audit.unknown)} packages")
    print(f"{lock}: no known vulnerability in {len(audit.audited)} packages.")
    return 0


def not_audited(lock: str, reason: str) -> int:
    """Says that nothing is known, and why; the exit status for it."""
    print(f"NOT AUDITED: whether {lock} has known vulnerabilities could not be asked ({reason}).")
    return int(os.environ.get("AFTERWORD_AUDIT") == "required")


if __name__ == "__main__":
    main()
