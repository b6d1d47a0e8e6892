import os

import pytest
from tasks import die, fail_at_three, process, square

from pipeline.engines.local import LocalEngine
from pipeline.errors import PolyvoxError, UsageError
from pipeline.store import digest


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_task_is_done_once_whatever_the_number_of_workers(workers: int) -> None:
    assert sorted(LocalEngine(workers).map(square, range(20))) == [number * number for number in range(20)]


def test_one_task_stays_in_this_process() -> None:
    assert list(LocalEngine(4).map(process, [1])) == [os.getpid()]


def test_several_workers_are_several_processes() -> None:
    assert len(set(LocalEngine(2).map(process, range(8)))) == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_task_raises_reaches_the_caller_as_it_is(workers: int) -> None:
    with pytest.raises(UsageError, match="three is not wanted"):
        list(LocalEngine(workers).map(fail_at_three, range(10)))


def test_a_worker_that_is_killed_gives_one_clear_message() -> None:
    with pytest.raises(PolyvoxError, match="ended from outside.*--workers 1"):
        list(LocalEngine(2).map(die, range(4)))


@pytest.mark.cluster
def test_a_cluster_gives_the_same_results_as_this_machine() -> None:
    pytest.importorskip("ray")
    from pipeline.engines.cluster import ClusterEngine

    assert sorted(ClusterEngine(2).map(digest, range(10))) == sorted(LocalEngine(1).map(digest, range(10)))
