"""The mergeable table between counting and estimating: one row per finest cell and author, holding whole numbers to be added."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.tables import LABELS

DIMENSIONS = ("lang", "brand", "channel", "period", "aspect")
KEYS = (*DIMENSIONS, "author", "weight")
ADDED = ("texts", *LABELS, "rated", "rating_sum", "rating_squares", "score_sum", "score_squares")
WEIGHT_UNIT = 1000
RATING_UNIT = 1000  # ratings are added as whole thousandths: sums of whole numbers do not depend on the order
RATING_LIMIT = 1000  # a larger "rating" is no rating; within it the squares of nine million texts fit 64 bits

_NAME = pa.dictionary(pa.int32(), pa.string())  # a name is held once, not in every row

SUMS = pa.schema(
    [
        pa.field("lang", _NAME, False, {"note": "of the document"}),
        pa.field("brand", _NAME, True, {"note": "null: not stated, or in no grouping"}),
        pa.field("channel", _NAME, True, {"note": "null: not stated, or in no grouping"}),
        pa.field("period", _NAME, True, {"note": "YYYY-MM; null: not stated, or in no grouping"}),
        pa.field("aspect", _NAME, True, {"note": "null: the row counts texts; else texts that mention the aspect"}),
        pa.field("author", pa.int64(), True, {"note": "hash; null: texts without an author, each its own cluster"}),
        pa.field("weight", pa.int64(), False, {"note": "survey weight, thousandths; 1000 where none is used"}),
        pa.field("texts", pa.int32(), False, {"note": "texts of the cell"}),
        *(pa.field(label, pa.int32(), False, {"note": f"of these classified {label}"}) for label in LABELS),
        pa.field("rated", pa.int32(), False, {"note": "of these with a rating"}),
        pa.field("rating_sum", pa.int64(), False, {"note": "sum of ratings, thousandths"}),
        pa.field("rating_squares", pa.int64(), False, {"note": "sum of squared ratings, millionths"}),
        pa.field("score_sum", pa.int64(), False, {"note": "sum over scored texts of P(positive) - P(negative), thousandths"}),
        pa.field("score_squares", pa.int64(), False, {"note": "sum of its squares, millionths"}),
    ]
)
LARGEST = 2**62  # of numbers that stand for several columns


def add_up(table: pa.Table) -> pa.Table:
    """Add up the rows that share their keys, and put them in the order of their keys: it does not depend on the order they came in."""
    if not len(table):
        return SUMS.empty_table()
    table = table.cast(SUMS).unify_dictionaries().combine_chunks()
    named = pc.is_valid(table["author"]).to_numpy()
    author, weight = table["author"].fill_null(0).to_numpy(), table["weight"].to_numpy()
    cell = np.zeros(len(table), dtype=np.int64)
    for name in DIMENSIONS:
        cell = joined(cell, in_order(table[name])[0])
    order = np.lexsort((weight, author, named, cell))
    changed = np.ones(len(order), dtype=bool)
    changed[1:] = np.any([key[order[1:]] != key[order[:-1]] for key in (cell, named, author, weight)], axis=0)
    first = np.flatnonzero(changed)
    keys = table.select(list(KEYS)).take(pa.array(order[first]))
    added = {name: np.add.reduceat(table[name].to_numpy()[order], first, dtype=np.int64) for name in ADDED}
    return pa.Table.from_arrays([keys[name] if name in KEYS else pa.array(added[name]) for name in SUMS.names], names=SUMS.names).cast(SUMS)


def in_order(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.int64], list[str]]:
    """The place of each value among the sorted names, -1 for null, and the names; of a column of a dictionary type, which its chunks share."""
    coded = column.combine_chunks()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    values = coded.dictionary.to_pylist()
    names = sorted(set(values))
    place = {name: at for at, name in enumerate(names)}
    new = np.array([place[value] for value in values] + [-1], dtype=np.int64)
    return new[coded.indices.fill_null(len(values)).to_numpy()], names


def joined(cell: npt.NDArray[np.int64], codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One number for both, in the order of `cell`, then of `codes` (-1 and above)."""
    width = int(codes.max(initial=0)) + 2
    if int(cell.max(initial=0)) >= LARGEST // width:
        cell = np.unique(cell, return_inverse=True)[1]
    joined: npt.NDArray[np.int64] = cell * width + codes + 1
    return joined
