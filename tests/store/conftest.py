"""The stores that every test of the contract runs on. An engine joins by one more name in ENGINES."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from store import (
    Store,
    migrate_store,
    open_store,
)
from tests import postgres_server
from tests.store.keeping import DOMAIN, Opening, url_of
from tests.story import RULES

ENGINES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each engine."""
    if request.param == "sqlite":
        yield url_of(tmp_path)
    else:
        with postgres_server.empty_schema(request.getfixturevalue("postgres")) as url:
            yield url


@pytest.fixture
def opening(url: str) -> Opening:
    """Opens one more store on the same data, as another process would."""
    migrate_store(url)
    return partial(open_store, url, rules=RULES, mail_domain=DOMAIN)


@pytest.fixture
async def store(opening: Opening) -> AsyncIterator[Store]:
    opened = opening()
    yield opened
    await opened.close()


@pytest.fixture
async def neighbour(opening: Opening) -> AsyncIterator[Store]:
    """A second process on the same data."""
    opened = opening()
    yield opened
    await opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated database of SQLite, for what only SQLite has."""
    migrate_store(url_of(tmp_path))
    return tmp_path / "afterword.db"


@pytest.fixture
async def sqlite_store(file: Path) -> AsyncIterator[Store]:
    """The store on that file."""
    opened = open_store(url_of(file.parent), rules=RULES, mail_domain=DOMAIN)
    yield opened
    await opened.close()
