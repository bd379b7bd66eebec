"""What can an operator do by hand? The `afterword` command reads settings, clock and chance; the rooms do the rest."""

import asyncio
import json
import sys
from functools import partial
from pathlib import Path
from typing import BinaryIO, TextIO

import click

from commands.astray import quarantined
from commands.connecting import source
from commands.digesting import digest
from commands.examining import doctor
from commands.exporting import export
from commands.finding import findings_told
from commands.importing import import_ratings
from commands.installing import init
from commands.operating import brand, keys, now, table, with_store
from commands.persons import export_person, forget, retention
from commands.proving import bundle
from commands.rotating import rotate
from commands.safekeeping import backup, copy, restored
from commands.scoring import score, themes_told
from commands.signing import dkim
from commands.staffing import ask_again, audit_shown, follow_ups, staff
from commands.suppressing import suppression
from commands.telling import endpoint
from commands.verifying import verify
from commands.watching import canary, evidence_shown, networks
from inbound.explain import explain as explained
from inbound.resolver import real_dns
from inbound.smtp.limits import MAIL_BYTES_MAX
from reviews.model import Envelope
from settings import DEFAULT_ENV_FILE, WrongSettings, read_settings
from store import EngineError, SchemaError, Store, StoreUnavailableError, lists
from store.recompute import Difference
from store.recompute import recompute as derived

ENV = Path(DEFAULT_ENV_FILE)

PLAIN = (EngineError, SchemaError, StoreUnavailableError, OSError, ValueError)
"""Errors whose message is a sentence for the operator; those of brands, keys and mappings are ValueErrors."""


class Told(click.Group):
    """A group whose commands fail with a sentence and status 1, never with a stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # who reads our output has read enough: click ends quietly
        except WrongSettings as error:
            where = "" if ENV.exists() else f"; there is no {ENV} in this folder"
            raise click.ClickException(f"the settings cannot be used{where}\n{error}") from error
        except PLAIN as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="afterword")
def main() -> None:
    """Afterword asks customers by mail how a closed ticket went, and keeps every answer in one record."""


@main.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where it may write.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Of its page; left out, any free one.")
def demo(folder: Path | None, port: int) -> None:
    """Try it all on this machine: no account, no settings, no internet."""
    from demo.run import main as run  # nothing but this command may import the demo

    run(folder, port)


@main.command()
@click.option("--mend", is_flag=True, help="Set right what differs.")
def recompute(*, mend: bool) -> None:
    """Prove that ratings, counts and search agree with what was recorded.

    Each difference is a line. Ends with status 1 when there was one and it was not mended.
    """
    found = asyncio.run(with_store(partial(_recomputed, mend=mend)))
    table((one.what, one.of, one.lacks) for one in found)
    if found and not mend:
        raise click.ClickException(f"{len(found)} differ; `afterword recompute --mend` sets them right")


@main.command()
@click.argument("file", type=click.File("rb"))
@click.option("--original", type=click.File("r", encoding="utf-8"), help="The text of ours that it answers.")
@click.option("--dns", is_flag=True, help="Ask the DNS whether the sender can be proven.")
@click.option("--peer", help="The address of the machine it came from, with --dns: may that one send for them?")
@click.option("--mail-from", default="", help="The sender in its envelope, with --peer; left out, nobody.")
def explain(file: BinaryIO, original: TextIO | None, *, dns: bool, peer: str | None, mail_from: str) -> None:
    """Say what would be made of the mail in FILE, as JSON.

    FILE may be `-` for standard input. With settings it also says whose review the mail would join; without, the rest.
    """
    raw = file.read(MAIL_BYTES_MAX + 1)
    if len(raw) > MAIL_BYTES_MAX:
        raise click.ClickException(f"the mail is larger than the {MAIL_BYTES_MAX} bytes that are taken")
    try:
        secret_keys = read_settings().secret_keys
    except WrongSettings:
        secret_keys = ()
    sent = original.read() if original else ""
    envelope = Envelope(now(), peer, "", mail_from, (), tls=False) if peer else None
    resolver = real_dns if dns else None
    found = explained(raw, original=sent, keys=secret_keys, resolver=resolver, envelope=envelope)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace"))


for command in (
    *(
        init,
        doctor,
        staff,
        audit_shown,
        ask_again,
        follow_ups,
        keys,
        source,
        brand,
        quarantined,
        suppression,
        export,
        networks,
        evidence_shown,
        canary,
    ),
    *(endpoint, backup, restored, copy, forget, retention, rotate, dkim, score, themes_told, import_ratings, digest),
    *(bundle, verify, findings_told),
):
    main.add_command(command)
export.add_command(export_person)


async def _recomputed(store: Store, *, mend: bool) -> list[Difference]:
    reviews = await store.read(lists.count)
    with click.progressbar(length=2 * reviews, label=f"{reviews} reviews", file=sys.stderr) as bar:
        return [found async for found in derived(store, mend=mend, clock=now, told=bar.update)]


if __name__ == "__main__":
    main()
