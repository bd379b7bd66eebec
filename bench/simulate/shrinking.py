"""Which part of a history breaks a law? Whatever can be left out without mending it is left out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from bench.simulate.history import TAKEN, History

TRIES_MAX = 300
"""Runs of a history: a few seconds."""

Part = TypeVar("Part")


def shrunk(told: History, fails: Callable[[History], bool]) -> History:
    """A history that fails as well, of which no single part can be left out; or as far as TRIES_MAX runs lead."""
    left = TRIES_MAX
    smaller = True
    while smaller:
        smaller = False
        for shorter in _shorter(told):
            left -= 1
            if left < 0:
                return told
            if fails(shorter):
                told, smaller = shorter, True
                break
    return told


def _shorter(told: History) -> Iterator[History]:
    """The same without one of its parts, the largest first."""
    whole = (replace(told, fates=()), replace(told, answers=()), replace(told, mailers=1))
    yield from (one for one in whole if one != told)
    for number, happening in enumerate(told.happenings):
        yield replace(told, happenings=_without(told.happenings, number))
        if happening.times > 1:
            yield replace(told, happenings=_without(told.happenings, number, replace(happening, times=1)))
    for number in range(len(told.fates)):
        yield replace(told, fates=_without(told.fates, number))
    for number, answer in enumerate(told.answers):
        if answer != TAKEN:
            yield replace(told, answers=_without(told.answers, number, TAKEN))


def _without(parts: tuple[Part, ...], number: int, *instead: Part) -> tuple[Part, ...]:
    return (*parts[:number], *instead, *parts[number + 1 :])
