"""The command: `python -m bench.scanners [CORPUS.json]`, or `make scanners CORPUS=FILE`."""

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from bench.scanners.corpus import SHIPPED, Case, Corpus, WrongCorpus, read_corpus
from bench.scanners.telling import Telling
from bench.scanners.world import opened_world, rules_for, table
from reviews.networks import Networks
from reviews.rules import Rules


def main() -> None:
    """Tell every case, print those that fail, and how many of the `must` cases hold."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        corpus = read_corpus(Path(sys.argv[1]) if len(sys.argv) > 1 else SHIPPED)
    except WrongCorpus as error:
        sys.exit(str(error))
    failing = asyncio.run(told(corpus))
    held = 0
    for case in corpus.cases:
        if case.id not in failing:
            held += case.verdict == "must"
            continue
        print(f"{case.id} ({case.verdict}) {case.title}")
        for words in failing[case.id]:
            print(f"    {words}")
    tradeoffs = [case for case in corpus.cases if case.verdict == "tradeoff"]
    print(f"tradeoff {sum(case.id not in failing for case in tradeoffs)} of {len(tradeoffs)}")
    must = sum(case.verdict == "must" for case in corpus.cases)
    print(f"must {held} of {must}")
    sys.exit(any(case.id in failing for case in corpus.cases if case.verdict != "residual"))


async def told(corpus: Corpus) -> dict[str, list[str]]:
    """What fails, by the id of the case."""
    results = {case.id: await failures(case, corpus, table(corpus)) for case in corpus.cases}
    return {id: words for id, words in results.items() if words}


async def failures(case: Case, corpus: Corpus, networks: Networks) -> list[str]:
    """What is not as the case expects."""
    with tempfile.TemporaryDirectory(prefix="afterword-scanners-") as folder:
        async with opened_world(Path(folder), networks, rules=rules_for(case.invitation, Rules())) as world:
            telling = Telling(world, case, corpus)
            await telling.tell()
            return telling.failures


if __name__ == "__main__":
    main()
