"""How does an operator copy the memory away, put it back, and move it? `afterword backup`, `restore`, `copy`."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from commands.operating import now
from settings import read_settings
from store import told as shown
from store.backup import Proof, back_up, restore
from store.opening import POSTGRES, driver, path_of

STEPS = 1_000


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Copy everything to a new FILE while all goes on, and prove the copy.

    Of SQLite it is a database, of PostgreSQL an archive of pg_dump. It is opened, and what is derived in it is held
    against what was recorded. Ends with status 1 when something differs.
    """
    settings = read_settings()
    rules = settings.rules()
    if settings.database_url.startswith(POSTGRES):
        driver()
        from store import backup_postgres

        proof = asyncio.run(backup_postgres.back_up(settings.database_url, file, rules=rules, clock=now))
    else:
        with _bar("copying") as told:
            proof = asyncio.run(back_up(path_of(settings.database_url), file, told=told, rules=rules, clock=now))
    _tell(proof, f"{file}, {file.stat().st_size} bytes")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restored(file: Path) -> None:
    """Put a backup from FILE where DATABASE_URL says, where nothing is yet."""
    settings = read_settings()
    rules = settings.rules()
    if settings.database_url.startswith(POSTGRES):
        driver()
        from store import backup_postgres

        proof = asyncio.run(backup_postgres.restore(settings.database_url, file, rules=rules, clock=now))
    else:
        with _bar("restoring") as told:
            proof = asyncio.run(restore(file, path_of(settings.database_url), told=told, rules=rules, clock=now))
    _tell(proof, shown(settings.database_url))


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Move everything from SQLite to PostgreSQL: FROM and TO are written as DATABASE_URL is.

    TO is an empty database, migrated first. While it runs nobody can write to FROM. A copy that was interrupted goes on
    where it stood when it is called again. In the end the rows of both are counted and their hashes compared.
    """
    driver()
    from store.copying import Plan, copied

    if not target.startswith(POSTGRES) or source.startswith(POSTGRES):
        raise click.ClickException("a copy goes from sqlite:///… to postgresql://…")
    plan = Plan(path_of(source), target)
    with _bar("rows copied and compared") as told:
        tables = copied(plan, told=told)
    for table in tables:
        click.echo(f"{table.name}\t{table.rows}\t{table.sha256[:16]}")
    click.echo(f"{sum(table.rows for table in tables)} rows are the same in both. Set DATABASE_URL, and start again.")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, told how much of how much is done."""
    with click.progressbar(length=STEPS, label=label, file=sys.stderr) as bar:

        def told(done: int, all_: int) -> None:
            bar.update(STEPS * done // max(all_, 1) - bar.pos)

        yield told


def _tell(proof: Proof, where: str) -> None:
    click.echo(f"{where}: {proof.reviews} reviews, opened and held against what was recorded.")
    if proof.differences:
        raise click.ClickException(
            f"{len(proof.differences)} of what is derived differ from what was recorded, as they do in the original"
            " (`afterword recompute` tells which); nothing that was recorded is missing"
        )
