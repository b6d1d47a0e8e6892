"""`make bench-tables` and `make bench-file`: seconds and peak memory at a size that no test has.

Both work in a folder that is kept (OUT), so that a run that was ended goes on where it stopped.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

from pipeline.config import AnalyseConfig, Config
from pipeline.engines.local import LocalEngine
from pipeline.progress import Silent
from pipeline.run import Run, finish
from pipeline.stages import ORDER
from pipeline.tables import TEXTS

from .feedback import write_feedback
from .readings import write_readings

MEGABYTE = 1_000_000


def main() -> int:
    """Make what is missing, run the stages one by one, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("file", "tables"))
    parser.add_argument("--size", type=int, required=True, help="of a file, in MB; of tables, in texts")
    parser.add_argument("--out", type=Path, required=True, help="folder to work in")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    run = Run(arguments.out / "out", Config(), LocalEngine(arguments.workers), Silent())
    inputs: list[str] = []
    if arguments.what == "file":
        path = arguments.out / "feedback.csv"
        arguments.out.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_feedback(path, arguments.size * MEGABYTE)
        inputs = [str(path)]
    elif not run.store.parts(TEXTS.name):
        write_readings(run.out, arguments.size, AnalyseConfig().model)
    print(f"{arguments.what} of {arguments.size}, {arguments.workers} workers\n\n{'stage':<12}{'seconds':>9}{'CPU s':>9}{'peak MB':>9}")
    for stage in ORDER if inputs else ORDER[-2:]:
        began, spent = time.perf_counter(), _spent()
        run.stage(stage, inputs)
        print(f"{stage:<12}{time.perf_counter() - began:>9.1f}{_spent() - spent:>9.1f}{_peak(arguments.workers):>9.0f}", flush=True)
    counts = finish(run, ORDER[-1])["counts"]
    print(f"\n{counts['records']} rows = {counts['texts']} texts + {counts['rejects']} rejects")
    return 0


def _spent() -> float:
    """CPU seconds of this process and of the workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak(workers: int) -> float:
    """MB of this process and of its workers, as if all were as large as the largest, up to now; what they share is counted twice."""
    own, worker = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own + (workers * worker if workers > 1 else 0)


if __name__ == "__main__":
    sys.exit(main())
