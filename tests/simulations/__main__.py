"""Run all simulations of this folder into one table, docs/coverage.md: `python -m tests.simulations [repetitions]`."""

import importlib
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))  # as pytest has it: the files here import `simulations`

from simulations.tally import Row  # noqa: E402

TARGET = FOLDER.parents[1] / "docs" / "coverage.md"
SEED, REPETITIONS = 2026, 2000
PARTS = ("shares", "ratings", "corrected", "samples", "shrinkage", "conflict", "changes", "drivers", "waiting", "light")
HEAD = """# How often the intervals hold the truth

Written by `make coverage`; do not edit. Every interval that the product prints, in simulated feedback whose truth is known: {lines} lines, NumPy seed {seed} with the name of each
file of `tests/simulations/`, up to {repetitions} repetitions. A nominal 95 % interval should hold the truth in 93 to 97 % of the cells, a test at 5 % should reject in 3 to 7 %
where there is nothing; **bold**: it does not ({bold} lines), and the last column says why. Read coverage as plus or minus 2 points with 500 cells, 1 with 2,000. Rows of which the
promise is "power" have no right value: they say how often the warning light sees what is wrong.

- *Heavy tails*: most authors write one text, a few up to two hundred (Pareto 1.2); texts of an author are alike (correlation .3).
- *Labels*: texts that the error matrix was counted on. The classifier reads 67 to 79 % of a class rightly; the true shares of cells scatter (Dirichlet 2.4, 1.6, 4, 1). Cells withheld
  because their counts contradict the matrix are not counted.
- The three worse settings are among them: a matrix from 150 labels, 60 authors with heavy tails, cells of 3 texts. Cells of 3 texts are withheld in every table (fewer than 30 texts, or 10 authors).

| printed as | interval | setting | cells | holds | width | compared with | holds | width | why |
| --- | --- | --- | ---: | ---: | ---: | --- | ---: | ---: | --- |
"""


def rows(part: str, repetitions: int, seed: int = SEED) -> Iterator[Row]:
    """The rows of one file; each file has random numbers of its own."""
    rng = np.random.default_rng([seed, zlib.crc32(part.encode())])
    yield from importlib.import_module(f"simulations.{part}").simulate(rng, repetitions)


def _all(part: str, repetitions: int) -> list[Row]:
    return list(rows(part, repetitions))


def page(repetitions: int) -> str:
    """The table as Markdown."""
    with ProcessPoolExecutor() as pool:  # the same whatever their number: each part has its own random numbers
        found = [row for part in pool.map(_all, PARTS, [repetitions] * len(PARTS)) for row in part]
    head = HEAD.format(lines=len(found), seed=SEED, repetitions=f"{repetitions:,}", bold=sum(not row.kept for row in found))
    return head + "".join(f"{row.shown()}\n" for row in found)


if __name__ == "__main__":
    TARGET.write_text(page(int(sys.argv[1]) if len(sys.argv) > 1 else REPETITIONS), encoding="utf-8")
