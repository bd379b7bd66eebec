"""The commands that copy the memory away, put it back, and move it."""

from pathlib import Path

import pytest

from settings import read_settings
from store import migrate_store
from tests import postgres_server
from tests.test_cli import folder, installed, refused, said

__all__ = ["folder", "installed"]
pytestmark = pytest.mark.usefixtures("installed")


def test_a_backup_is_told_of_and_restored(installed: Path) -> None:
    assert "0 reviews, opened and held" in said("backup", "monday.db")
    assert "already" in refused("backup", "monday.db")
    assert "afterword.db is there already: move it away first" in refused("restore", "monday.db")
    for file in installed.glob("afterword.db*"):
        file.unlink()
    assert "0 reviews, opened and held" in said("restore", "monday.db")
    assert (installed / "afterword.db").exists()


@pytest.mark.postgres
def test_a_copy_says_what_is_the_same_in_both(postgres: str) -> None:
    said("staff", "add", "sam@acme.example", "--name", "Sam Reed")
    source = read_settings().database_url
    with postgres_server.empty_schema(postgres) as url:
        assert "not up to date" in refused("copy", source, url)
        migrate_store(url)
        told = said("copy", source, url)
    assert "staff\t1\t" in told
    assert "rows are the same in both" in told


def test_a_copy_goes_one_way_alone() -> None:
    assert "from sqlite:///… to postgresql://…" in refused("copy", "sqlite:///a.db", "sqlite:///b.db")
