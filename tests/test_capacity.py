"""The simulations behind docs/scale.md, where one can work them out by hand, and what excuses a second copy."""

import pytest

from bench.capacity import CONNECTIONS, Cost, drained, waits
from bench.cluster.trial import Struck
from bench.faults.clients.sink import Taken
from store.engines.group_commit import GROUP_MAX

COST = Cost(commit=0.010, write=0.001)


def test_what_waits_alone_waits_for_its_own_commit() -> None:
    assert waits([0.0, 1.0, 2.0], COST) == pytest.approx([0.011, 0.011, 0.011])


def test_what_comes_during_a_commit_shares_the_next() -> None:
    """Two come while the first is written: they begin at 0.011, and are done 0.012 later."""
    assert waits([0.0, 0.001, 0.002], COST) == pytest.approx([0.011, 0.022, 0.021])


def test_a_group_has_a_largest_size() -> None:
    told = waits([0.0] * (GROUP_MAX + 1), COST)
    assert told[GROUP_MAX - 1] == pytest.approx(COST.of(GROUP_MAX))
    assert told[GROUP_MAX] == pytest.approx(COST.of(GROUP_MAX) + COST.of(1))


def test_connections_work_side_by_side_and_the_processor_for_one_after_the_other() -> None:
    assert drained([1.0] * CONNECTIONS * 3, own=0.0) == pytest.approx(3.0)
    assert drained([0.0] * 100, own=0.1) == pytest.approx(10.0)


@pytest.mark.parametrize(("at", "excused"), [(80.0, False), (95.0, True), (100.5, True), (130.0, True), (131.0, False)])
def test_a_second_copy_is_excused_only_around_a_strike(at: float, excused: bool) -> None:
    struck = Struck("the primary is killed", "host1", at=100.0, back_seconds=12.0, whole_at=130.0)
    assert struck.excuses(Taken("a@b", 1, "ada@customer.example", at)) is excused
