"""What is Afterword made of? A bill of materials in CycloneDX, from a lock: `python scripts/sbom.py LOCK FILE`

Everything that the lock pins, with the hashes of its files: what is installed may be any of these, and nothing else.
It asks nobody.
"""

import re
import sys
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

PROJECT = re.compile(r'^version = "([^"]+)"$', re.MULTILINE)
PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(?:\s*;[^\\]*)?((?:\s*\\\n\s+--hash=sha256:[0-9a-f]{64})+)",
    re.MULTILINE,
)
HASH = re.compile(r"sha256:([0-9a-f]{64})")


def main() -> None:
    """Writes the bill."""
    lock, target = Path(sys.argv[1]), Path(sys.argv[2])
    target.parent.mkdir(parents=True, exist_ok=True)
    written = written_bill(lock.read_text("utf-8"), version=_version())
    target.write_text(written + "\n", "utf-8")
    print(f"{target}: the {len(PINNED.findall(lock.read_text('utf-8')))} packages of {lock}.")


def written_bill(lock: str, *, version: str) -> str:
    """The bill as JSON, of CycloneDX 1.6."""
    bill = Bom(components=[_component(*found) for found in PINNED.findall(lock)])
    bill.metadata.component = Component(name="afterword", version=version, type=ComponentType.APPLICATION)
    bill.register_dependency(bill.metadata.component, bill.components)
    bill.serial_number = uuid5(NAMESPACE_URL, lock)
    return make_outputter(bill, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)


def _component(name: str, version: str, hashes: str) -> Component:
    known = [HashType(alg=HashAlgorithm.SHA_256, content=one) for one in HASH.findall(hashes)]
    purl = PackageURL("pypi", None, name.lower(), version)
    return Component(name=name, version=version, type=ComponentType.LIBRARY, purl=purl, bom_ref=str(purl), hashes=known)


def _version() -> str:
    found = PROJECT.search((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text("utf-8"))
    return found[1] if found else ""


if __name__ == "__main__":
    main()
