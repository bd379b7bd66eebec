"""A fresh machine: the environment is made once, from pinned files, also where Python brings no pip along."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scripts import bare_pip, set_up

WHEEL = b"what a wheel holds"
PIN = bare_pip.Pin("pip", "1.2", frozenset({hashlib.sha256(WHEEL).hexdigest()}))
WANTED = {"run": "r1", "postgres": "d1", "oidc": "o1", "telemetry": "e1", "test": "t1", "project": "p1"}


class AnIndex(ThreadingHTTPServer):
    """A package index on 127.0.0.1: serves `answers` by path and keeps the Authorization header of each request."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.answers: dict[str, tuple[str, bytes]] = {}
        self.authorizations: list[str | None] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Request(BaseHTTPRequestHandler):
    server: AnIndex

    def do_GET(self) -> None:
        self.server.authorizations.append(self.headers["Authorization"])
        media_type, body = self.server.answers.get(self.path, ("text/plain", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", media_type)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: pytest shows what matters."""


@contextmanager
def an_index() -> Generator[AnIndex]:
    with AnIndex() as index:
        thread = threading.Thread(target=index.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield index
        finally:
            index.shutdown()
            thread.join()


def page_of(kind: str, link: str) -> tuple[str, bytes]:
    if kind == "json":
        files = [{"filename": PIN.wheel, "url": link}, {"filename": "pip-1.2.tar.gz", "url": "../pip-1.2.tar.gz"}]
        return "application/vnd.pypi.simple.v1+json", json.dumps({"files": files}).encode()
    return (
        "text/html",
        f'<!DOCTYPE html><a href="../pip-1.2.tar.gz">source</a><a href="{link}#sha256=0">wheel</a>'.encode(),
    )


@pytest.mark.network
def test_a_python_without_ensurepip_gets_the_pip_that_the_lock_pins(tmp_path: Path) -> None:
    venv, python = tmp_path / "venv", tmp_path / "python"
    python.mkdir()
    (python / "ensurepip.py").write_text("raise ImportError('taken out, as Debian does')\n")
    make = f"from pathlib import Path; from scripts import set_up; set_up.make_environment(Path({str(venv)!r}))"
    environ = os.environ | {"PYTHONPATH": str(python)}
    made = subprocess.run(
        [sys.executable, "-c", make], cwd=set_up.ROOT, env=environ, capture_output=True, text=True, check=False
    )
    if "NotFetched" in made.stderr and "could not be read" in made.stderr:
        pytest.skip(f"needs a package index: {made.stderr.splitlines()[-1]}")
    assert made.returncode == 0, made.stderr
    assert "fetching the one that the lock pins" in made.stdout
    has = subprocess.run([venv / "bin/python", "-m", "pip", "--version"], capture_output=True, text=True, check=True)
    assert has.stdout.split()[1] == bare_pip.pinned(set_up.lock_text("run"), "pip").version


@pytest.mark.parametrize("kind", ["json", "html"])
def test_the_wheel_is_found_on_either_kind_of_index_page(kind: str, tmp_path: Path) -> None:
    with an_index() as index:
        index.answers["/simple/pip/"] = page_of(kind, f"../../files/{PIN.wheel}")
        index.answers[f"/files/{PIN.wheel}"] = ("application/octet-stream", WHEEL)
        wheel = bare_pip.fetched(PIN, bare_pip.Index(f"{index.url}/simple"), tmp_path)
    assert wheel.name == PIN.wheel
    assert wheel.read_bytes() == WHEEL


@pytest.mark.parametrize(
    ("links_to", "content", "reason"),
    [
        (PIN.wheel, b"something else", "not the file that the lock pins"),
        ("pip-9.9-py3-none-any.whl", WHEEL, f"has no {PIN.wheel}"),
        ("file:///etc/hostname/" + PIN.wheel, WHEEL, "file where https was expected"),
        (PIN.wheel, b"", "could not be read"),
    ],
)
def test_a_wheel_that_is_not_the_pinned_one_is_refused(
    links_to: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    with an_index() as index:
        index.answers["/pip/"] = page_of("html", links_to)
        index.answers[f"/pip/{links_to}"] = ("application/octet-stream", content)
        with pytest.raises(bare_pip.NotFetched, match=reason):
            bare_pip.fetched(PIN, bare_pip.Index(index.url), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_password_of_an_index_goes_nowhere_else_and_is_never_shown(tmp_path: Path) -> None:
    with an_index() as index, an_index() as elsewhere:
        index.answers["/pip/"] = page_of("json", f"{elsewhere.url}/{PIN.wheel}")
        elsewhere.answers[f"/{PIN.wheel}"] = ("application/octet-stream", b"something else")
        with pytest.raises(bare_pip.NotFetched) as refused:
            bare_pip.fetched(PIN, bare_pip.Index(index.url.replace("//", "//ada:s%40cret@")), tmp_path)
    assert index.authorizations == ["Basic " + base64.b64encode(b"ada:s@cret").decode()]
    assert elsewhere.authorizations == [None]
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("environ", "files", "expected"),
    [
        ({}, [], ("https://pypi.org/simple", None)),
        ({}, ["not an ini file"], ("https://pypi.org/simple", None)),
        (
            {},
            ["[global]\nindex-url = https://one.example/simple/\ncert = /ca.pem"],
            ("https://one.example/simple", "/ca.pem"),
        ),
        (
            {},
            ["[global]\nindex-url = https://one.example", "[install]\nindex-url = https://two.example"],
            ("https://two.example", None),
        ),
        (
            {"PIP_INDEX_URL": "https://env.example"},
            ["[global]\nindex-url = https://one.example"],
            ("https://env.example", None),
        ),
        ({"PIP_CERT": "/env.pem"}, ["[global]\ncert = /ca.pem"], ("https://pypi.org/simple", "/env.pem")),
        ({"REQUESTS_CA_BUNDLE": "/bundle.pem"}, ["[global]\ncert = /ca.pem"], ("https://pypi.org/simple", "/ca.pem")),
    ],
)
def test_the_index_is_the_one_pip_would_ask(
    environ: dict[str, str], files: list[str], expected: tuple[str, str | None], tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.conf" for number in range(len(files))]
    for path, text in zip(paths, files, strict=True):
        path.write_text(text)
    index = bare_pip.configured_index(environ, [tmp_path / "missing.conf", *paths])
    assert index == bare_pip.Index(*expected)


@pytest.mark.parametrize(
    ("lock", "stamp", "missing"),
    [
        ("run", {}, ["run", "project"]),
        ("run", {"run": "r1", "test": "t1", "project": "p1"}, []),
        ("test", {"run": "r1", "test": "t1", "project": "p1"}, []),
        ("test", {"run": "r1", "project": "p1"}, ["test"]),
        ("run", {"run": "r0", "project": "p1"}, ["run"]),
        ("test", {"run": "r1", "test": "t0", "project": "p0"}, ["test", "project"]),
    ],
)
def test_only_what_the_stamp_does_not_name_is_installed(lock: str, stamp: dict[str, str], missing: list[str]) -> None:
    assert set_up.steps(lock, stamp, WANTED) == missing


@pytest.mark.parametrize(
    ("lock", "stamp", "afterwards"),
    [
        ("run", {}, {"run", "project"}),
        ("postgres", {}, {"run", "postgres", "project"}),
        ("oidc", {}, {"run", "oidc", "project"}),
        ("telemetry", {}, {"run", "telemetry", "project"}),
        ("test", {}, set(WANTED)),
        ("run", {"run": "r1", "postgres": "d1", "project": "p0"}, {"run", "postgres", "project"}),
        ("run", {**WANTED, "project": "p0"}, set(WANTED)),
        ("run", {"run": "r0", "postgres": "d1", "test": "t1", "project": "p1"}, {"run", "project"}),
        ("postgres", {"run": "r1", "postgres": "d0", "test": "t1"}, {"run", "postgres", "project"}),
    ],
)
def test_a_demo_after_a_test_installs_nothing_and_never_hides_a_stale_test_lock(
    lock: str, stamp: dict[str, str], afterwards: set[str]
) -> None:
    assert set_up.stamped(lock, stamp, WANTED) == {name: WANTED[name] for name in afterwards}


def test_a_folder_that_is_no_environment_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(set_up.NotSetUp, match="no virtual environment"):
        set_up.make_environment(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize("stamp", ["", "{}", '{"place": "/somewhere/else"}'])
def test_an_environment_that_is_missing_or_was_moved_does_not_fit(stamp: str, tmp_path: Path) -> None:
    (tmp_path / set_up.STAMP).write_text(stamp)
    if "place" in stamp:
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin/python").symlink_to(sys.executable)
    assert not set_up.fits(tmp_path)
