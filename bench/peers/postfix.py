"""Debian's Postfix, taking mail into its queue: an instance of its own in a folder of its own, on 127.0.0.1 alone."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from bench.ports import HOST, free_port
from bench.rows import Bench, Measured, NotMeasured, needed

MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
inet_interfaces = loopback-only
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = *
smtpd_relay_restrictions = permit_mynetworks, reject
defer_transports = smtp relay
alias_maps =
alias_database =
maillog_file = {folder}/data/log
maillog_file_prefixes = {folder}
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
"""
START_SECONDS = 5.0


def postfix(bench: Bench, load: Callable[[int], Measured]) -> Measured:
    """What that load measures of a Postfix of its own. NotMeasured where there is none, or we may not start it."""
    program = needed("postfix", package="postfix")
    if os.geteuid() != 0:
        raise NotMeasured("not measured: Postfix is started by root alone")
    folder, port = Path(mkdtemp(prefix="afterword-postfix-", dir="/var/tmp")), free_port()
    try:
        _configure(folder, port)
        _told([program, "-c", str(folder), "start"])
        try:
            time.sleep(START_SECONDS / 5)
            return load(port)
        finally:
            _told([program, "-c", str(folder), "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(folder: Path, port: int) -> None:
    folder.chmod(0o755)
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "main.cf").write_text(MAIN.format(folder=folder), "utf-8")
    template = Path("/usr/share/postfix/master.cf.dist")
    master = (template if template.exists() else Path("/etc/postfix/master.cf")).read_text("utf-8")
    lines = [line for line in master.splitlines() if line and not line.startswith(("#", " ", "\t"))]
    kept = [line.split() for line in lines if not line.split()[7].startswith("pipe")]
    for fields in kept:
        fields[4] = "n"  # no chroot: it has no files of its own
        if fields[7] == "smtpd" and fields[0] == "smtp":
            fields[0] = f"{HOST}:{port}"
    (folder / "master.cf").write_text("".join(" ".join(fields) + "\n" for fields in kept), "utf-8")


def _told(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotMeasured(f"not measured: {' '.join(command[3:])} failed: {done.stderr[-200:].strip()}")
