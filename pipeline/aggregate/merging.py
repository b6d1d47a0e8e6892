"""Add up the counts of many parts in bounded memory."""

from collections.abc import Iterable

import pyarrow as pa

from pipeline.aggregate.sums import SUMS, add_up

WAITING_ROWS = 200_000  # adding up costs the same for a few rows more: wait for this many, or as many as are merged already


def merge(tables: Iterable[pa.Table]) -> pa.Table:
    """One table with the sums of all, in the order of its keys; associative and commutative.

    Takes a table at a time from `tables`. Memory follows the number of different cells and named authors, not the texts.
    """
    merged, waiting, rows = SUMS.empty_table(), [], 0
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= max(WAITING_ROWS, len(merged)):
            merged, waiting, rows = add_up(pa.concat_tables([merged, *waiting])), [], 0
    return add_up(pa.concat_tables([merged, *waiting])) if waiting else merged
