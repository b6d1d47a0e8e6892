"""Add up the counts of many parts in bounded memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.sums import SUMS, add_up

WAITING_ROWS = 200_000  # adding up costs the same for a few rows more: wait for this many, or as many as are merged already


def merge(tables: Iterable[pa.Table]) -> pa.Table:
    """One table with the sums of all, in the order of its keys; associative and commutative.

    Takes a table at a time from `tables`, and merges each language for itself, so that only one is in memory twice. Memory follows the number of different cells and named authors, not the texts.
    """
    languages: dict[str, _Language] = {}
    for table in tables:
        for lang in pc.unique(table["lang"]).to_pylist():
            languages.setdefault(lang, _Language()).take(table.filter(pc.equal(table["lang"], lang)))
    merged = [SUMS.empty_table()]
    for lang in sorted(languages):
        merged.append(languages.pop(lang).added_up())
    return pa.concat_tables(merged).unify_dictionaries()


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
