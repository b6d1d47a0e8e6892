"""Ray Data, for users who outgrow one machine (extra `cluster`). The output folder must be one that every machine sees."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from pipeline.errors import UsageError

Task = TypeVar("Task")
Result = TypeVar("Result")


class ClusterEngine:
    """Runs a function over tasks in a pool of Ray actors; the same function, tasks and results as `LocalEngine`."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def map(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[Result]:
        """Results in any order. Raises UsageError when Ray is not installed."""
        if not tasks:
            return
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the building
        try:
            import ray
            import ray.data
        except ImportError:
            raise UsageError("--engine cluster needs Ray. Install it with `pip install 'polyvox[cluster]'`.") from None
        if not ray.is_initialized():
            ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False)
        ray.data.DataContext.get_current().enable_progress_bars = False
        numbers = ray.data.from_items([{"task": number} for number in range(len(tasks))], override_num_blocks=len(tasks))
        done = numbers.map_batches(
            _Worker,
            fn_constructor_args=(function, list(tasks)),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=min(self.workers, len(tasks))),
        )
        for row in done.iter_rows():
            yield row["result"]


class _Worker:
    """An actor: keeps what the function caches (models) from task to task."""

    def __init__(self, function: Callable[[Any], Any], tasks: Sequence[Any]) -> None:
        self._function = function
        self._tasks = tasks

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        return {"result": [self._function(self._tasks[int(number)]) for number in batch["task"]]}
