"""Where does pip come from when this Python has none? (Debian without python3-venv has neither pip nor ensurepip.)

One wheel of pip, pinned by version and sha256 in the lock, is fetched through the index that pip itself would ask.
Standard library only. The index speaks the simple API, as JSON (PEP 691) or HTML (PEP 503).
"""

from __future__ import annotations

import base64
import configparser
import hashlib
import http.client
import json
import os
import re
import ssl
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

DEFAULT_INDEX = "https://pypi.org/simple"
TIMEOUT_SECONDS = 60  # of silence; an index that says nothing for a minute is not there
SIZE_MAX_BYTES = 20_000_000  # pip's wheel and its page are some 2 MB each: more is not what was asked for


class NotFetched(Exception):
    """pip's wheel could not be had; the text says why, for a person."""


@dataclass(frozen=True)
class Pin:
    """One package as the lock pins it: exact version, and the sha256 (hex) of every file that may be taken."""

    name: str
    version: str
    hashes: frozenset[str]

    @property
    def wheel(self) -> str:
        """The file name of its pure Python wheel (PEP 427)."""
        return f"{self.name}-{self.version}-py3-none-any.whl"

    @property
    def requirement(self) -> str:
        """The line of a requirements file that asks for it."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash=sha256:{value}" for value in sorted(self.hashes))])


@dataclass(frozen=True)
class Index:
    """A package index: its address, and a file of certificates to trust (None: the machine's own)."""

    url: str
    certificates: str | None = None


def pinned(lock: str, name: str) -> Pin:
    """How the text of a hash-pinned lock pins `name`; LookupError when it does not."""
    entry = re.search(rf"^{re.escape(name)}==([^\s;]+)[^\n]*\n((?:    --hash=[^\n]*\n)+)", lock, re.MULTILINE)
    if entry is None:
        raise LookupError(f"the lock does not pin {name}")
    return Pin(name, entry[1], frozenset(re.findall(r"sha256:([0-9a-f]{64})", entry[2])))


def configured_index(environ: Mapping[str, str], files: Iterable[Path]) -> Index:
    """The index pip would ask: by its environment variables, else by its configuration files, the last one first."""
    options: dict[str, str] = {}
    for file in files:
        options |= _options(file)
    url = environ.get("PIP_INDEX_URL") or options.get("index-url") or DEFAULT_INDEX
    certificates = environ.get("PIP_CERT") or options.get("cert") or environ.get("REQUESTS_CA_BUNDLE")
    return Index(url.strip().rstrip("/"), certificates or environ.get("CURL_CA_BUNDLE") or None)


def configuration_files(environ: Mapping[str, str]) -> list[Path]:
    """pip's configuration files, the weakest first: of the machine, the user, this Python, the environment."""
    if environ.get("PIP_CONFIG_FILE") == os.devnull:
        return []  # pip's own way to say: none of them
    home = Path.home()
    shared = [
        Path(folder, "pip/pip.conf") for folder in environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":") if folder
    ]
    files = [*shared, Path("/etc/pip.conf"), home / ".pip/pip.conf"]
    if sys.platform == "darwin":
        files = [
            Path("/Library/Application Support/pip/pip.conf"),
            home / "Library/Application Support/pip/pip.conf",
            *files,
        ]
    files += [Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "pip/pip.conf"), Path(sys.prefix, "pip.conf")]
    return files + ([Path(environ["PIP_CONFIG_FILE"])] if environ.get("PIP_CONFIG_FILE") else [])


def fetched(pin: Pin, index: Index, into: Path) -> Path:
    """The wheel of `pin`, fetched from `index` into a folder; NotFetched when that fails or the sha256 differs."""
    page = f"{index.url}/{pin.name}/"
    try:
        files = _files(*_got(page, index), base=page)
        if pin.wheel not in files:
            raise NotFetched(f"{_shown(page)} has no {pin.wheel}.")
        wheel, _ = _got(files[pin.wheel], index)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched(f"{_shown(page)} could not be read: {error}.") from error
    if hashlib.sha256(wheel).hexdigest() not in pin.hashes:
        raise NotFetched(f"{pin.wheel} from {_shown(page)} is not the file that the lock pins (its sha256 differs).")
    path = into / pin.wheel
    path.write_bytes(wheel)
    return path


def _options(file: Path) -> dict[str, str]:
    """What one of pip's configuration files sets for `pip install`; nothing when it is missing or cannot be read."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        return {}
    return {
        key: value for section in ("global", "install") if section in parser for key, value in parser[section].items()
    }


def _got(url: str, index: Index) -> tuple[bytes, str]:
    """Body and media type of `url`. The index's name and password go to its own host and nowhere else."""
    home, target = urllib.parse.urlsplit(index.url), urllib.parse.urlsplit(url)
    if target.scheme not in ("https", "http"):
        raise ValueError(f"{target.scheme or 'no scheme'} where https was expected")
    request = urllib.request.Request(urllib.parse.urlunsplit(target._replace(netloc=_host(target), fragment="")))
    request.add_header("Accept", "application/vnd.pypi.simple.v1+json, text/html;q=0.5, */*;q=0.1")
    if home.username and (home.scheme, _host(home)) == (target.scheme, _host(target)):
        user = f"{urllib.parse.unquote(home.username)}:{urllib.parse.unquote(home.password or '')}"
        # Unredirected, so that a redirect to another host does not carry it along.
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(user.encode()).decode())
    trust = ssl.create_default_context(cafile=index.certificates)
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=trust) as answer:
        body: bytes = answer.read(SIZE_MAX_BYTES + 1)
        if len(body) > SIZE_MAX_BYTES:
            raise ValueError(f"more than {SIZE_MAX_BYTES} bytes")
        return body, answer.headers.get_content_type()


def _files(page: bytes, media_type: str, *, base: str) -> dict[str, str]:
    """File name to address, as a page of the simple API lists them."""
    if media_type.endswith("json"):
        return {file["filename"]: urllib.parse.urljoin(base, file["url"]) for file in json.loads(page)["files"]}
    links = _Links()
    links.feed(page.decode())
    addresses = [urllib.parse.urljoin(base, link) for link in links.found]
    return {
        urllib.parse.unquote(urllib.parse.urlsplit(address).path.rpartition("/")[2]): address for address in addresses
    }


class _Links(HTMLParser):
    """Collects where the anchors of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _host(address: urllib.parse.SplitResult) -> str:
    """Host and port without name and password."""
    return address.netloc.rpartition("@")[2]


def _shown(url: str) -> str:
    """An address as it may be shown: without name and password."""
    address = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(address._replace(netloc=_host(address)))
