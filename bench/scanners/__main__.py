"""Tell click histories to the application: `python -m bench.scanners [CORPUS.json]`, or `make scanners CORPUS=FILE`."""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import structlog

from bench.scanners.corpus import MINE, SHIPPED, Case, Corpus, WrongCorpus, read_corpus
from bench.scanners.report import PAGE, Outcome, page
from bench.scanners.telling import Telling
from bench.scanners.world import opened_world, rules_for, table
from demo.peers import confirm_button, last_click_wins
from reviews.networks import Networks
from reviews.rules import Rules


def main() -> None:
    """Tell every case, print those that fail, and how many of the `must` cases hold."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    options = read_options(sys.argv[1:])
    try:
        corpus = read_corpus(options.corpus)
    except WrongCorpus as error:
        sys.exit(str(error))
    told = asyncio.run(_told(corpus))
    if options.write_docs:
        PAGE.write_text(page([outcome for _, outcome in told]), "utf-8")
    failing = {outcome.case.id: words for words, outcome in told if words}
    print("\n".join(_lines(corpus.cases, failing)))
    sys.exit(any(case.id in failing for case in corpus.cases if case.verdict != "residual"))


def read_options(words: Sequence[str]) -> argparse.Namespace:
    """What the command was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.scanners", description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=SHIPPED)
    parser.add_argument("--write-docs", action="store_true", help="write docs/scanners.md")
    return parser.parse_args(words)


def _lines(cases: Sequence[Case], failing: Mapping[str, list[str]]) -> Iterator[str]:
    for case in cases:
        if case.id in failing:
            yield f"{case.id} ({case.verdict}) {case.title}"
            yield from (f"    {words}" for words in failing[case.id])
    for verdict in ("tradeoff", "must"):
        judged = [case for case in cases if case.verdict == verdict]
        yield f"{verdict} {sum(case.id not in failing for case in judged)} of {len(judged)}"


async def _told(corpus: Corpus) -> list[tuple[list[str], Outcome]]:
    return [await told(case, corpus, table(corpus)) for case in corpus.cases]


async def told(case: Case, corpus: Corpus, networks: Networks) -> tuple[list[str], Outcome]:
    """What is not as the case expects, and what each way of counting made of it."""
    with tempfile.TemporaryDirectory(prefix="afterword-scanners-") as folder:
        async with opened_world(Path(folder), networks, rules=rules_for(case.invitation, Rules())) as world:
            telling = Telling(world, case, corpus)
            await telling.tell()
            check, found = [(check, found) for check, found in telling.found if not check.inv][-1]
            log = await world.log(MINE)
            outcome = Outcome(case, check.counted, found.counted, last_click_wins(log), confirm_button(log))
            return telling.failures, outcome


if __name__ == "__main__":
    main()
