"""The world's mail servers for tests: Debian's Postfix, an instance for each domain, with its people's maildirs. An
instance has all of its files in one folder, listens on 127.0.0.1 alone and sends nowhere but where it is told."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

from tests.post_office import Posted

MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
myhostname = mx.{domain}
inet_interfaces = loopback-only
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{{boxes}}}
virtual_uid_maps = static:{owner}
virtual_gid_maps = static:{owner}
virtual_minimum_uid = {owner}
default_transport = error:nobody is to be written to there
transport_maps = inline:{{{routes}}}
smtp_dns_support_level = disabled
smtp_host_lookup = native
maillog_file = {folder}/data/log
maillog_file_prefixes = {folder}
smtpd_peername_lookup = no
"""


class NoMailServer(Exception):
    """There can be none here; the words say why."""


@dataclass
class MailServer:
    """One domain's Postfix, and what reached its people."""

    domain: str
    port: int
    people: tuple[str, ...]
    routes: dict[str, int] = field(default_factory=dict)
    """To which port of this machine goes what is for other domains."""
    folder: Path = field(default_factory=lambda: Path(mkdtemp(prefix="afterword-postfix-", dir="/var/tmp")))

    def to(self, address: str) -> list[Posted]:
        """What reached one mailbox, in the order it came."""
        box = self.folder / "mail" / address.partition("@")[0] / "new"
        files = sorted(box.iterdir(), key=lambda file: file.stat().st_mtime_ns) if box.is_dir() else []
        return [_posted(file.read_bytes(), address) for file in files]

    async def wait_for(self, address: str, number: int = 1, seconds: float = 60) -> Posted:
        """The mail with that number (from 1) in a mailbox, once it is there."""
        async with asyncio.timeout(seconds):
            while len(self.to(address)) < number:  # noqa: ASYNC110 - what is waited for is in another process
                await asyncio.sleep(0.1)
        return self.to(address)[number - 1]

    def log(self) -> str:
        """What it says of itself, for who looks why a mail did not come."""
        file = self.folder / "data" / "log"
        return file.read_text("utf-8", "replace") if file.exists() else ""


@contextmanager
def running(server: MailServer) -> Iterator[MailServer]:
    """That Postfix, until the block is left. NoMailServer where it does not start."""
    try:
        _configure(server)
        _told("start", server.folder)
        try:
            yield server
        finally:
            _told("stop", server.folder)
    finally:
        shutil.rmtree(server.folder, ignore_errors=True)


def _configure(server: MailServer) -> None:
    folder = server.folder
    folder.chmod(0o755)
    for name in ("queue", "data", "mail"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "nobody", "nogroup")
    owner = (folder / "mail").stat().st_uid
    boxes = _pairs({f"{name}@{server.domain}": f"{name}/" for name in server.people})
    routes = _pairs({domain: f"smtp:[127.0.0.1]:{port}" for domain, port in server.routes.items()})
    main = MAIN.format(folder=folder, domain=server.domain, owner=owner, boxes=boxes, routes=routes)
    (folder / "main.cf").write_text(main, "utf-8")
    template = Path("/usr/share/postfix/master.cf.dist")
    master = (template if template.exists() else Path("/etc/postfix/master.cf")).read_text("utf-8")
    lines = [line.split() for line in master.splitlines() if line and not line.startswith(("#", " ", "\t"))]
    kept = [fields for fields in lines if not fields[7].startswith("pipe")]
    for fields in kept:
        fields[4] = "n"  # no chroot: it has no files of its own
        if fields[0] == "smtp" and fields[7] == "smtpd":
            fields[0] = f"127.0.0.1:{server.port}"
    (folder / "master.cf").write_text("".join(" ".join(fields) + "\n" for fields in kept), "utf-8")


def _pairs(known: Mapping[str, str]) -> str:
    return ", ".join(f"{{{key} = {value}}}" for key, value in known.items())


def _told(what: str, folder: Path) -> None:
    done = subprocess.run(["/usr/sbin/postfix", "-c", str(folder), what], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoMailServer(f"postfix {what}: {done.stderr[-500:].strip()}")


def _posted(raw: bytes, address: str) -> Posted:
    """A mail of a maildir. Postfix writes the envelope's sender at its head (RFC 5321 section 4.4), and line feeds."""
    head = next((line for line in raw.splitlines() if line.lower().startswith(b"return-path:")), b"")
    return Posted(head.partition(b"<")[2].rstrip(b">").decode(), [address], raw)
