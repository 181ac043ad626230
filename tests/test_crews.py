"""Several threads, one order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from logscan.crews import work_in_order


def test_results_come_in_the_order_of_the_tasks() -> None:
    second_is_done = threading.Event()

    def work(task: int) -> int:
        if task == 0:
            assert second_is_done.wait(10)
        if task == 1:
            second_is_done.set()
        return task * 10

    assert list(work_in_order(iter(range(100)), work, 2)) == [task * 10 for task in range(100)]


@pytest.mark.parametrize("threads", [1, 3])
def test_no_task_is_no_result(threads: int) -> None:
    assert list(work_in_order(iter([]), str, threads)) == []


def test_an_exception_comes_where_its_result_would() -> None:
    def work(task: int) -> int:
        return 10 // (3 - task)

    seen = []
    with closing(work_in_order(iter(range(5)), work, 2)) as results:
        seen = [next(results) for _ in range(3)]
        with pytest.raises(ZeroDivisionError):
            next(results)

    assert seen == [3, 5, 10]


def test_an_exception_of_the_tasks_comes_after_the_results_before_it() -> None:
    def tasks() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("no more")

    results = work_in_order(tasks(), str, 3)

    assert [next(results), next(results)] == ["1", "2"]
    with pytest.raises(OSError, match="no more"):
        next(results)


def test_a_consumer_that_leaves_early_leaves_no_thread() -> None:
    before = threading.active_count()
    endless = iter(int, 1)

    with closing(work_in_order(endless, str, 3)) as results:
        next(results)

    assert threading.active_count() == before


def test_a_crew_that_waits_for_a_task_is_left_behind() -> None:
    never = threading.Event()

    def tasks() -> Iterator[int]:
        yield 1
        never.wait(60)

    with closing(work_in_order(tasks(), str, 2)) as results:
        first = next(results)

    assert first == "1"
    assert not never.is_set()
    never.set()


def test_threads_do_not_run_far_ahead_of_a_slow_consumer() -> None:
    drawn = []

    def tasks() -> Iterator[int]:
        for task in range(1_000):
            drawn.append(task)
            yield task

    with closing(work_in_order(tasks(), str, 2)) as results:
        next(results)
        ahead = len(drawn)

    assert ahead <= 2 * 4 + 2 + 1
