"""The simulations behind docs/scale.md, where one can work them out by hand, and what excuses a second copy."""

import pytest

from bench.capacity import CONNECTIONS, drained
from bench.cluster.trial import Struck
from bench.faults.clients.sink import Taken
from bench.interpreter import STATEMENTS, Cost, waits
from store.engines.group_commit import GROUP_MAX


def cost(**more: float) -> Cost:
    """What costs nothing but for what is named."""
    return Cost(**{**dict.fromkeys(("turn", "visit", "group", "write", "sync"), 0.0), **more})


WRITING = cost(group=0.010, write=0.001)


def test_what_waits_alone_waits_for_its_own_commit() -> None:
    assert waits([0.0, 1.0, 2.0], WRITING) == pytest.approx([0.011, 0.011, 0.011])


def test_what_comes_during_a_commit_shares_the_next() -> None:
    """Two come while the first is written: they begin at 0.011, and are done 0.012 later."""
    assert waits([0.0, 0.001, 0.002], WRITING) == pytest.approx([0.011, 0.022, 0.021])


def test_a_group_has_a_largest_size() -> None:
    told = waits([0.0] * (GROUP_MAX + 1), WRITING)
    assert told[GROUP_MAX - 1] == pytest.approx(0.010 + 0.001 * GROUP_MAX)
    assert told[GROUP_MAX] == pytest.approx(0.010 + 0.001 * GROUP_MAX + 0.011)


def test_while_a_commit_is_synced_the_loop_goes_on() -> None:
    """The first is taken up in 0.001, synced until 0.011 and answered in 0.001, for which the second's statements wait;
    it has been taken up meanwhile."""
    assert waits([0.0, 0.005], cost(visit=0.002, sync=0.010)) == pytest.approx([0.012, 0.018])


def test_a_turn_of_the_loop_holds_the_writer_up() -> None:
    """Between the first of the writer's statements and the second somebody comes, which takes the loop 0.002."""
    first, _ = waits([0.0, 0.003], cost(visit=0.004, group=0.001 * STATEMENTS))
    assert first == pytest.approx(0.002 + 0.001 * STATEMENTS + 0.002 + 0.002)


def test_each_hand_over_takes_its_time() -> None:
    """To the loop, to the writer, and back to the loop after the sync."""
    assert waits([0.0], cost(sync=0.010, hand_over=0.001)) == pytest.approx([0.013])


def test_what_one_process_can_do_is_shared_by_loop_and_writer() -> None:
    assert cost(visit=0.001, write=0.001).most_per_second == pytest.approx(500)


def test_connections_work_side_by_side_and_the_processor_for_one_after_the_other() -> None:
    assert drained([1.0] * CONNECTIONS * 3, own=0.0) == pytest.approx(3.0)
    assert drained([0.0] * 100, own=0.1) == pytest.approx(10.0)


@pytest.mark.parametrize(("at", "excused"), [(80.0, False), (95.0, True), (100.5, True), (130.0, True), (131.0, False)])
def test_a_second_copy_is_excused_only_around_a_strike(at: float, excused: bool) -> None:
    struck = Struck("the primary is killed", "host1", at=100.0, back_seconds=12.0, whole_at=130.0)
    assert struck.excuses(Taken("a@b", 1, "ada@customer.example", at)) is excused
