"""Which DKIM keys are there, of which domains, and which of them sign? A folder for each domain, a file for each key.

A key that nobody can look up yet would make every signature of it fail. So a new pair waits until its records are in
the DNS, and the one before signs on; the pair that signs is named by a file beside them.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mailer.domain.key import new_ed25519_key, new_key

SIGNS = "signs"
"""The file in a domain's folder that names the pair that signs."""
ED25519 = "-ed25519"
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?")
"""Of a pair, and the selector of its RSA key: a label of the DNS (RFC 1035 section 2.3.1) with room for the other's."""

Named = tuple[str, str]
"""The selector and the private key in PEM of one key."""


@dataclass(frozen=True, slots=True)
class Ring:
    """The keys in a folder, which need not be there."""

    folder: Path

    def domains(self) -> list[str]:
        """The domains that have keys."""
        return sorted(place.name for place in self.folder.glob("*") if place.is_dir())

    def names(self, domain: str) -> list[str]:
        """The pairs of a domain, by name."""
        found = (file.stem for file in (self.folder / domain).glob("*.pem"))
        return sorted(name for name in found if not name.endswith(ED25519))

    def signing(self, domain: str) -> str:
        """The name of the pair that signs for a domain, '' where none does."""
        file = self.folder / domain / SIGNS
        return file.read_text("ascii").strip() if file.is_file() else ""

    def signing_keys(self) -> dict[str, tuple[Named, ...]]:
        """The pair that signs for each domain."""
        return {domain: self.keys(domain, name) for domain in self.domains() if (name := self.signing(domain))}

    def keys(self, domain: str, name: str) -> tuple[Named, ...]:
        """Both keys of a pair, RSA first. ValueError where there is none of that name."""
        return tuple(
            (selector, self._file(domain, selector).read_text("ascii")) for selector in self._known(domain, name)
        )

    def make(self, domain: str, name: str) -> tuple[Named, ...]:
        """A new pair, which does not sign yet. ValueError where that name is no selector, or is taken."""
        if not NAME.fullmatch(name) or name.endswith(ED25519):
            raise ValueError(f"{name!r} cannot be a selector: expected small letters, digits or '-', at most 42")
        if self._file(domain, name).exists():
            raise ValueError(f"{domain} has a key named {name}; choose another name")
        self._file(domain, name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for selector, pem in ((name + ED25519, new_ed25519_key()), (name, new_key())):
            _write(self._file(domain, selector), pem + "\n")
        return self.keys(domain, name)

    def use(self, domain: str, name: str) -> str:
        """From now on this pair signs; the name of the one that did, or ''."""
        self._known(domain, name)
        before, place = self.signing(domain), self.folder / domain / SIGNS
        new = place.with_name(f"{SIGNS}.new")
        new.unlink(missing_ok=True)
        _write(new, name + "\n")
        new.replace(place)
        return before

    def drop(self, domain: str, name: str) -> None:
        """Throw a pair away. ValueError for the one that signs, and where there is none of that name."""
        known = self._known(domain, name)
        if name == self.signing(domain):
            raise ValueError(f"{name} signs for {domain}: let another one sign first")
        for selector in known:
            self._file(domain, selector).unlink(missing_ok=True)

    def _known(self, domain: str, name: str) -> tuple[str, str]:
        if name not in self.names(domain):
            raise ValueError(f"{domain} has no key named {name}; it has: {', '.join(self.names(domain)) or 'none'}")
        return (name, name + ED25519)

    def _file(self, domain: str, selector: str) -> Path:
        return self.folder / domain / f"{selector}.pem"


def _write(file: Path, text: str) -> None:
    """For its owner alone, and on disk when this returns."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
