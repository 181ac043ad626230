"""Threads that take tasks in turn and give results in the order of the tasks; what a task is, they do not know.

The threads themselves draw the next task, one at a time: a thread that only hands tasks out would need
a core of its own, and every hand-over costs as much as reading half a block.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_PATIENCE_SECONDS = 0.5
_AHEAD = 4  # so many results a thread may lie waiting for an earlier one


def work_in_order(
    tasks: Iterator[Task], work: Callable[[Task], Result], threads: int
) -> Generator[Result, None, None]:
    """Do the work on every task and yield the results in order; an exception comes where its result would."""
    crew = _Crew(tasks, work, threads)
    crew.start()
    try:
        while (result := crew.take_next()) is not None:
            yield result[0]
    finally:
        crew.stop()


class _Crew(Generic[Task, Result]):
    """The threads of one sequence of tasks."""

    def __init__(self, tasks: Iterator[Task], work: Callable[[Task], Result], threads: int) -> None:
        self._tasks, self._work = tasks, work
        self._drawing = threading.Lock()  # whoever holds it draws the next task
        self._changed = threading.Condition()  # guards what follows
        self._results: dict[int, Result | BaseException] = {}
        self._drawn = 0
        self._wanted = 0
        self._last: int | None = None  # how many tasks there were, once that is known
        self._stopped = False
        self._most_ahead = _AHEAD * threads
        # Daemons, for one that waits for a silent pipe can be left behind but not woken.
        self._threads = [
            threading.Thread(target=self._run, name=f"scan-{i}", daemon=True) for i in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def take_next(self) -> tuple[Result] | None:
        """Wait for the next result; None after the last."""
        with self._changed:
            self._changed.wait_for(lambda: self._wanted in self._results or self._wanted == self._last)
            if self._wanted == self._last:
                return None
            result = self._results.pop(self._wanted)
            self._wanted += 1
            if len(self._results) + 1 >= self._most_ahead:
                self._changed.notify_all()
        if isinstance(result, BaseException):
            raise result
        return (result,)

    def stop(self) -> None:
        """Let every thread end after the task that it is at; one that still waits for a task is left behind."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._drawing.acquire(timeout=_PATIENCE_SECONDS):
            self._drawing.release()
            for thread in self._threads:
                thread.join()

    def _run(self) -> None:
        while True:
            with self._drawing:
                turn = self._drawn
                if self._stopped or self._last is not None:
                    return
                try:
                    task = next(self._tasks)
                except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
                    self._end(turn, error)
                    return
                self._drawn += 1
            try:
                result: Result | BaseException = self._work(task)
            except BaseException as error:  # noqa: BLE001 - the same
                result = error
            self._give(turn, result)

    def _give(self, turn: int, result: Result | BaseException) -> None:
        with self._changed:
            self._results[turn] = result
            if turn == self._wanted:
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._stopped or turn < self._wanted + self._most_ahead)

    def _end(self, turn: int, error: BaseException) -> None:
        with self._changed:
            if isinstance(error, StopIteration):
                self._last = turn
            else:
                self._results[turn], self._last = error, turn + 1
            self._changed.notify_all()
