"""How many texts of each cell the classifier calls what, surely and not: the sizes of the strata that texts to label are drawn from."""

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.cells import UNKNOWN
from pipeline.aggregate.drawing import SURE
from pipeline.aggregate.lineup import confidences, line_up
from pipeline.stats.proportions import Array
from pipeline.tables import LABELS

PLACES = ("lang", "brand", "channel", "period")

STRATA = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in PLACES),
        pa.field("said", pa.string()),
        pa.field("sure", pa.bool_()),
        pa.field("weight", pa.float64()),
        pa.field("texts", pa.int64()),
    ]
)


def surely(ids: pa.ChunkedArray, sentiment: pa.Table) -> pa.ChunkedArray:
    """Whether the classifier is sure of each text, as where texts are drawn; null where it says nothing."""
    return pc.greater_equal(confidences(ids, sentiment).cast(pa.float64()), SURE)


def count_strata(documents: pa.Table, languages: pa.Table, sentiment: pa.Table) -> pa.Table:
    """The scored texts of one part, counted (schema `STRATA`). Rows of several parts are put together."""
    rows = line_up(documents, languages, sentiment)
    table = pa.table(
        {
            **{name: rows[name] for name in PLACES},
            "said": rows["label"],
            "sure": surely(rows["doc_id"], sentiment),
            "weight": rows["weight"],
        }
    )
    table = table.filter(pc.is_in(table["said"], value_set=pa.array(LABELS)))
    counted = table.group_by(table.column_names, use_threads=False).aggregate([([], "count_all")])
    return counted.rename_columns({"count_all": "texts"}).select(STRATA.names).cast(STRATA)


def cell_names(table: pa.Table, columns: Sequence[str]) -> pa.Array:
    """The name of the cell of each row in a grouping."""
    return pc.binary_join_element_wise(*(table[name].fill_null(UNKNOWN) for name in columns), "\x1f").combine_chunks()


def stratum_sizes(strata: pa.Table, columns: Sequence[str]) -> dict[str, Array]:
    """The weights of the texts of each cell of a grouping added up, (K, 2): by label said, unsurely and surely."""
    keys = [name for name in STRATA.names if name != "texts"]  # whole numbers are added first: so that the parts leave no trace
    strata = strata.group_by(keys, use_threads=False).aggregate([("texts", "sum")]).rename_columns({"texts_sum": "texts"})
    strata = strata.sort_by([(name, "ascending") for name in keys])
    cells = pc.dictionary_encode(cell_names(strata, columns))
    said = pc.index_in(strata["said"], value_set=pa.array(LABELS)).to_numpy()
    place = (cells.indices.to_numpy() * len(LABELS) + said) * 2 + strata["sure"].to_numpy()
    sizes = strata["texts"].to_numpy() * strata["weight"].to_numpy()
    shape = (len(cells.dictionary), len(LABELS), 2)
    added = np.bincount(place, weights=sizes, minlength=math.prod(shape)).reshape(shape)
    return dict(zip(cells.dictionary.to_pylist(), added, strict=True))
