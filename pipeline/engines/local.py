"""Processes on this machine."""

import itertools
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from pipeline.errors import PolyvoxError

Task = TypeVar("Task")
Result = TypeVar("Result")
AHEAD = 4  # tasks handed out per worker: enough to keep it busy, few enough that a failure stops soon


class LocalEngine:
    """Runs a function over tasks in `workers` processes, or in this one where a process more would not pay."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Results as they are ready, in any order. Raises what the function raised, after stopping the workers."""
        if self.workers <= 1 or len(tasks) <= 1:
            yield from map(function, tasks)
            return
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(min(self.workers, len(tasks)), context, initializer=_follow, initargs=(os.getpid(),))
        try:
            yield from _spread(pool, function, tasks, AHEAD * self.workers)
        except BrokenProcessPool as error:
            raise PolyvoxError(
                "A worker process was ended from outside, most likely because memory ran out. "
                "Run the same command again with --workers 1; finished parts are kept."
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _spread(pool: ProcessPoolExecutor, function: Callable[[Task], Result], tasks: Sequence[Task], ahead: int) -> Iterator[Result]:
    waiting = iter(tasks)
    running = {pool.submit(function, task) for task in itertools.islice(waiting, ahead)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()
            running |= {pool.submit(function, task) for task in itertools.islice(waiting, 1)}


def _follow(parent: int) -> None:
    """End this worker when the process that started it is gone (kill -9 leaves no time to say goodbye)."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
