"""Add up the counts of many parts in bounded memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from pipeline.aggregate.sums import SUMS, add_up, in_order

WAITING_ROWS = 200_000  # adding up costs the same for a few rows more: wait for this many, or as many as are merged already


def merge(tables: Iterable[pa.Table]) -> pa.Table:
    """One table with the sums of all, in the order of its keys; associative and commutative.

    Takes a table at a time from `tables`, and merges each language for itself, so that only one is in memory twice. Memory follows the number of different cells and named authors, not the texts.
    """
    languages: dict[str, _Language] = {}
    for table in tables:
        for lang, rows in _by_language(table):
            languages.setdefault(lang, _Language()).take(rows)
    merged = [SUMS.empty_table()]
    for lang in sorted(languages):
        merged.append(languages.pop(lang).added_up())
    return pa.concat_tables(merged).unify_dictionaries()


def _by_language(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The stretches of rows of one language; `add_up` leaves one of each."""
    place, names = in_order(table["lang"])
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    for start, end in pairwise([*starts.tolist(), len(table)]):
        yield names[place[start]], table.slice(start, end - start)


@dataclass
class _Language:
    merged: pa.Table = field(default_factory=SUMS.empty_table)
    waiting: list[pa.Table] = field(default_factory=list)
    rows: int = 0

    def take(self, table: pa.Table) -> None:
        self.waiting.append(table)
        self.rows += len(table)
        if self.rows >= max(WAITING_ROWS, len(self.merged)):
            self.added_up()

    def added_up(self) -> pa.Table:
        self.merged, self.waiting, self.rows = add_up(pa.concat_tables([self.merged, *self.waiting])), [], 0
        return self.merged
