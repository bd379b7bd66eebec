"""New keys: each kind by one command, and what the old ones signed is still good."""

from pathlib import Path

import pytest

from commands.operating import read
from reviews.tokens import REPLY, VIEW, Keys
from settings import read_settings
from store import api_keys, sources
from tests.test_cli import MAPPED, folder, installed, refused, said

__all__ = ["folder", "installed"]
pytestmark = pytest.mark.usefixtures("installed")


def test_a_new_signing_key_signs_and_the_old_ones_links_still_work(installed: Path) -> None:
    old = Keys(read_settings().secret_keys)
    part, link = old.local_part(REPLY, "a" * 26), old.link(VIEW, "b")
    said("rotate", "signing")
    new = Keys(read_settings().secret_keys)
    assert new.read_local_part(part) == old.read_local_part(part) is not None
    assert new.read_link(VIEW, link) == ["b"]
    assert new.local_part(REPLY, "a" * 26) != part
    assert (installed / ".env").stat().st_mode & 0o777 == 0o600


def test_only_so_many_signing_keys_are_kept() -> None:
    for _ in range(3):
        said("rotate", "signing", "--keep", "2")
    assert len(set(read_settings().secret_keys)) == 2


def test_a_signing_key_in_a_file_is_changed_there(installed: Path) -> None:
    env, before = installed / ".env", read_settings().secret_keys
    (installed / "keys").write_text(before[0])
    env.write_text(env.read_text().replace(f"AFTERWORD_SECRET_KEYS={before[0]}", "AFTERWORD_SECRET_KEYS_FILE=keys"))
    said("rotate", "signing")
    assert read_settings().secret_keys[1:] == before
    assert (installed / "keys").read_text().strip() == ",".join(read_settings().secret_keys)


def test_a_key_of_the_environment_is_left_to_its_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERWORD_SECRET_KEYS", read_settings().secret_keys[0])
    assert "change it there" in refused("rotate", "signing")


def test_a_key_of_the_api_has_another_secret_at_once() -> None:
    old = said("keys", "add", "helpdesk").strip()
    new = said("rotate", "key", "helpdesk").strip()
    assert [read(api_keys.key_name, secret=secret) for secret in (old, new)] == [None, "helpdesk"]
    assert "no valid key named nobody" in refused("rotate", "key", "nobody")


def test_a_webhook_has_another_secret_and_its_old_mapping() -> None:
    said("source", "add", "zammad", "--brand", "acme-it", *MAPPED)
    before = read(sources.source, id="zammad")
    secret = said("rotate", "source", "zammad").strip()
    after = read(sources.source, id="zammad")
    assert before
    assert after
    assert (after.secret, after.mapping, after.brand) == (secret, before.mapping, before.brand)
    assert before.secret != secret
    assert "no source nobody" in refused("rotate", "source", "nobody")
