"""The files to start from: what they describe runs. Each is given to the program it is for, where that is installed;
the steps of the container's file are done by hand, as there is seldom a Docker where tests run."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from settings import read_settings
from tests.test_cli import folder, installed

__all__ = ["folder", "installed"]
ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
PROCFILE = dict(re.findall(r"^(\w+): (.+)$", (ROOT / "Procfile").read_text(), re.MULTILINE))
EXPOSURE_MAX = 3.0
"""`systemd-analyze security` goes from 0 to 10; what it calls OK ends at 4."""
START_SECONDS = 60
NOBODY = 10_001
"""The user of the container."""


def program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if not found:
        pytest.skip(f"no {name} here")
    return found


def finished(*command: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **more)


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda unit: unit.name)
def test_systemd_takes_the_units_and_finds_them_well_fenced(unit: Path, tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    for one in (DEPLOY / "systemd").iterdir():
        ours = one.read_text().replace("/opt/afterword/.venv/bin/python", sys.executable)
        (tmp_path / one.name.replace("@.", "@web.")).write_text(ours)
    named = str(tmp_path / unit.name.replace("@.", "@web."))
    checked = finished(analyze, "verify", "--man=no", named)
    assert (checked.returncode, checked.stderr) == (0, "")
    if unit.suffix == ".service":
        exposed = finished(analyze, "security", "--offline=yes", f"--threshold={EXPOSURE_MAX * 10:.0f}", named)
        assert exposed.returncode == 0, exposed.stdout[-300:]


def test_nginx_takes_its_example(tmp_path: Path) -> None:
    nginx = program("nginx")
    live = tmp_path / "letsencrypt"
    live.mkdir()
    _certificate(live)
    site = (
        (DEPLOY / "proxy" / "nginx.conf").read_text().replace("/etc/letsencrypt/live/feedback.acme.example", str(live))
    )
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}}\nhttp {{ access_log off;\n{site}\n}}\n"
    )
    checked = finished(nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"))
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr


def test_caddy_takes_its_example(tmp_path: Path) -> None:
    file = str(DEPLOY / "proxy" / "Caddyfile")
    told = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    checked = finished(program("caddy"), "validate", "--adapter", "caddyfile", "--config", file, env=told)
    assert checked.returncode == 0, checked.stderr


def test_postfix_knows_every_setting_of_its_example(tmp_path: Path) -> None:
    postconf = program("postconf")
    (tmp_path / "main.cf").write_text((DEPLOY / "postfix" / "main.cf").read_text())
    (tmp_path / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    checked = finished(postconf, "-c", str(tmp_path), "-n")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "address_verify_relay_transport = smtp:[127.0.0.1]:2525" in checked.stdout
    (tmp_path / "transport").write_text((DEPLOY / "postfix" / "transport").read_text())
    looked = finished(
        program("postmap"), "-c", str(tmp_path), "-q", "reply.acme.example", f"texthash:{tmp_path}/transport"
    )
    assert looked.stdout.strip() == "smtp:[127.0.0.1]:2525"


def test_the_compose_file_runs_every_process_as_the_procfile_does_and_leaks_no_secret() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    services = told["services"]
    ours = {name: one for name, one in services.items() if name != "database"}
    assert {name: shlex.join(one["command"]) for name, one in ours.items()} == PROCFILE
    for one in services.values():
        assert set(one["secrets"]) <= set(told["secrets"])
        assert not [value for value in one.get("environment", {}).values() if "://" in str(value)]
    for one in ours.values():
        assert one["read_only"] is True
        assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
        assert one["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}
    [network] = told["networks"]["default"]["ipam"]["config"]
    assert {one["environment"]["AFTERWORD_TRUSTED_PROXIES"] for one in ours.values()} == {network["gateway"]}
    assert ip_address(network["gateway"]) in ip_network(network["subnet"])
    named = {volume.split(":")[0] for one in services.values() for volume in one["volumes"]}
    assert {volume for volume in named if not volume.startswith(".")} == set(told["volumes"])


def test_what_init_wrote_for_a_machine_holds_in_containers_but_for_what_is_different_there(
    installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each container's environment: the file that init wrote, and over it what compose.yml says."""
    told = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]["web"]["environment"]
    url = "postgresql://afterword:secret@database/afterword"
    (installed / "database_url").write_text(url)
    places = {"DATABASE_URL_FILE": "database_url", "AFTERWORD_DKIM_KEY_FILE": "dkim.pem", "AFTERWORD_BRANDS": "brands"}
    (installed / ".env").rename(installed / "env_file")
    for key, value in {**dotenv_values(installed / "env_file"), **told, **places}.items():
        monkeypatch.setenv(key, str(value))
    read = read_settings()
    assert (read.database_url, read.bind, read.port, read.inbound_port) == (url, "0.0.0.0", 8000, 2525)  # noqa: S104
    assert read.base_url == "https://feedback.acme.example"


def test_no_secret_that_lies_beside_the_code_gets_into_an_image_or_a_commit() -> None:
    """Whatever the compose file mounts from the project's folder, and what `afterword init` and the commands write."""
    told = yaml.safe_load((DEPLOY / "compose.yml").read_text())
    mounted = [one["file"] for one in told["secrets"].values()]
    for one in told["services"].values():
        mounted += [f"{volume.split(':')[0]}/acme.toml" for volume in one["volumes"] if volume[0] == "."]
    written = (".env", ".env.old", "dkim.pem", "dkim/acme.example/a.pem", "afterword.db", "afterword.db-wal")
    for name in (*written, *(one.removeprefix("../") for one in mounted)):
        assert finished("git", "check-ignore", "--quiet", "--no-index", name, cwd=ROOT).returncode == 0, name
        assert kept_out(name), name


def kept_out(name: str) -> bool:
    """Whether .dockerignore names it: a folder of it, or a file by its ending wherever it lies."""
    patterns = (ROOT / ".dockerignore").read_text().split("\n")
    return any(fnmatch(name, one.removeprefix("**/")) or name.startswith(f"{one}/") for one in patterns if one)


STAGES = (DEPLOY / "Dockerfile").read_text().replace("\\\n", "").split("\nFROM ")[1:]


def instructions(stage: str) -> Iterator[tuple[str, str]]:
    """Each line of a stage: what is to be done, and with what."""
    for line in stage.splitlines()[1:]:
        if line and not line.startswith("#"):
            what, _, rest = line.partition(" ")
            yield what, rest.strip()


def test_the_image_runs_as_nobody_in_particular_and_looks_after_itself() -> None:
    last = dict(instructions(STAGES[-1]))
    assert (last["USER"], last["STOPSIGNAL"]) == (str(NOBODY), "SIGTERM")
    assert shlex.join(json.loads(last["CMD"])) == PROCFILE["web"]
    assert f"--uid {NOBODY}" in last["RUN"]
    assert "HEALTHCHECK" in last


@pytest.mark.network
def test_the_steps_of_the_image_give_what_serves_pages_as_nobody_in_particular() -> None:
    """Each step is done in a folder that stands for /opt/afterword, on this machine's Python; what a container adds
    (the base image, its own root) is not tried."""
    with tempfile.TemporaryDirectory(prefix="afterword-image-") as place:
        Path(place).chmod(0o755)
        app, home = Path(place, "opt"), Path(place, "home")
        app.mkdir()
        home.mkdir()
        built(app)
        assert not (app / "tests").exists()
        assert not list((app / ".venv" / "bin").glob("pip*"))
        served_and_healthy(app, home, somebody(app / ".venv" / "bin" / "python", home))


def built(app: Path) -> None:
    """The first stage."""
    environment = {**os.environ}
    for what, rest in instructions(STAGES[0]):
        if what == "ENV":
            environment |= dict(pair.split("=", 1) for pair in rest.split())
        elif what == "RUN":
            command = re.sub(r"(?<![\w/])python -m", f"{sys.executable} -m", rest)
            done = finished("sh", "-c", command, cwd=app, env=environment)
            if "Could not find a version" in done.stderr or "Temporary failure" in done.stderr:
                pytest.skip("the package index cannot be reached, or has not all of them")
            assert done.returncode == 0, done.stderr[-2000:]
        elif what == "COPY":
            *sources, target = rest.split()
            copied(sources, app / target)


def copied(sources: list[str], target: Path) -> None:
    """What is of the project goes there; `.` is all of it that git knows."""
    target.mkdir(parents=True, exist_ok=True)
    if sources == ["."]:
        known = finished("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout
        sources = [name for name in known.split("\0") if (ROOT / name).is_file() and not (ROOT / name).is_symlink()]
        for name in sources:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
        assert sources, "git knows the files of the project"
        return
    for name in sources:
        shutil.copy(ROOT / name, target)


def somebody(python: Path, home: Path) -> dict[str, Any]:
    """Who runs it: the container's user, where we may become it and it may run this Python; else whoever we are."""
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        finished(str(python), "--version", **other)
    except PermissionError:
        return {}
    os.chown(home, NOBODY, NOBODY)
    return other


def served_and_healthy(app: Path, home: Path, who: Mapping[str, Any]) -> None:
    """The second stage's command, as its user, until its own health check is content; SIGTERM ends it."""
    last = dict(instructions(STAGES[-1]))
    check = json.loads(last["HEALTHCHECK"].partition("CMD ")[2])
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {
        "PATH": f"{app}/.venv/bin:/usr/bin:/bin",
        "PORT": str(port),
        "AFTERWORD_BIND": "127.0.0.1",
        "AFTERWORD_BASE_URL": "https://feedback.acme.example",
        "AFTERWORD_REPLY_DOMAIN": "reply.acme.example",
        "AFTERWORD_FROM": "support@acme.example",
        "AFTERWORD_SECRET_KEYS": "k" * 40,
    }
    run: dict[str, Any] = {"cwd": home, "env": told, **who}
    inside: dict[str, Any] = {"executable": str(app / ".venv" / "bin" / "python")}
    migrated = finished(*shlex.split(PROCFILE["release"]), **run, **inside)
    assert migrated.returncode == 0, migrated.stderr
    assert finished(*check, **run, **inside).returncode != 0
    web = subprocess.Popen(json.loads(last["CMD"]), **run, **inside)
    try:
        until = time.monotonic() + START_SECONDS
        while finished(*check, **run, **inside).returncode and time.monotonic() < until:
            time.sleep(0.2)
        assert finished(*check, **run, **inside).returncode == 0
        web.terminate()
        assert web.wait(30) == 0
    finally:
        web.kill()
        web.wait()


def _certificate(folder: Path) -> None:
    command = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=feedback.acme.example")
    files = ("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"))
    assert finished(program("openssl"), *command, *files).returncode == 0
