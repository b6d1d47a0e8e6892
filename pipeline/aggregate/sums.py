"""The mergeable table between counting and estimating: one row per finest cell and author, holding whole numbers to be added."""

import pyarrow as pa

from pipeline.tables import LABELS

DIMENSIONS = ("lang", "brand", "channel", "period", "aspect")
KEYS = (*DIMENSIONS, "author", "weight")
ADDED = ("texts", *LABELS, "rated", "rating_sum", "rating_squares", "score_sum", "score_squares")
WEIGHT_UNIT = 1000
RATING_UNIT = 1000  # ratings are added as whole thousandths: sums of whole numbers do not depend on the order
RATING_LIMIT = 1000  # a larger "rating" is no rating; within it the squares of nine million texts fit 64 bits

SUMS = pa.schema(
    [
        pa.field("lang", pa.string(), False, {"note": "of the document"}),
        pa.field("brand", pa.string(), True, {"note": "null: not stated, or in no grouping"}),
        pa.field("channel", pa.string(), True, {"note": "null: not stated, or in no grouping"}),
        pa.field("period", pa.string(), True, {"note": "YYYY-MM; null: not stated, or in no grouping"}),
        pa.field("aspect", pa.string(), True, {"note": "null: the row counts texts; else texts that mention the aspect"}),
        pa.field("author", pa.int64(), True, {"note": "hash; null: texts without an author, each its own cluster"}),
        pa.field("weight", pa.int64(), False, {"note": "survey weight, thousandths; 1000 where none is used"}),
        pa.field("texts", pa.int64(), False, {"note": "texts of the cell"}),
        *(pa.field(label, pa.int64(), False, {"note": f"of these classified {label}"}) for label in LABELS),
        pa.field("rated", pa.int64(), False, {"note": "of these with a rating"}),
        pa.field("rating_sum", pa.int64(), False, {"note": "sum of ratings, thousandths"}),
        pa.field("rating_squares", pa.int64(), False, {"note": "sum of squared ratings, millionths"}),
        pa.field("score_sum", pa.int64(), False, {"note": "sum over scored texts of P(positive) - P(negative), thousandths"}),
        pa.field("score_squares", pa.int64(), False, {"note": "sum of its squares, millionths"}),
    ]
)


def add_up(table: pa.Table) -> pa.Table:
    """Add up the rows that share their keys; the order of first appearance stays."""
    added = table.group_by(list(KEYS), use_threads=False).aggregate([(name, "sum") for name in ADDED])
    columns = [added[name if name in KEYS else f"{name}_sum"].cast(SUMS.field(name).type) for name in SUMS.names]
    return pa.Table.from_arrays(columns, schema=SUMS)
