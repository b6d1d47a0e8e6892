"""Count one part: how many texts of each finest cell and author were classified how."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.groupings import parse
from pipeline.aggregate.lineup import line_up
from pipeline.aggregate.sums import DIMENSIONS, RATING_LIMIT, RATING_UNIT, SUMS, WEIGHT_UNIT, add_up
from pipeline.config import AggregateConfig
from pipeline.tables import LABELS

WEIGHT_LIMIT = 1e6  # a larger weight is a mistake


def count(
    documents: pa.Table, languages: pa.Table, sentiment: pa.Table, aspects: pa.Table, texts: pa.Table, *, config: AggregateConfig
) -> pa.Table:
    """The sums of one part (schema `SUMS`). A document is one text, and so is an exact or near duplicate of another.

    `texts` holds the duplicate clusters; nothing is done with them yet, because a repeated text is still somebody's opinion.
    """
    used = {name for columns in parse(config.groupings) for name in columns} | set(config.margins)
    rows = line_up(documents, languages, sentiment)
    for name in set(DIMENSIONS) - used - {"aspect"}:
        rows = rows.set_column(rows.column_names.index(name), name, pa.nulls(len(rows), pa.string()))
    rows = rows.set_column(rows.column_names.index("weight"), "weight", pa.array(weight_units(rows["weight"], config)))
    tables = [_sums(rows, pa.nulls(len(rows), pa.string()), rows["label"], rows["rating"], rows["score"])]
    if "aspect" in used:
        mentions = aspect_readings(aspects)
        place = pc.index_in(mentions["doc_id"], value_set=rows["doc_id"].combine_chunks())
        mentions, place = mentions.filter(pc.is_valid(place)), place.filter(pc.is_valid(place))
        nothing = pa.nulls(len(mentions), pa.float32())
        tables.append(_sums(rows.take(place), mentions["category"], mentions["polarity"], nothing, nothing))
    return add_up(pa.concat_tables(tables))


def aspect_readings(aspects: pa.Table) -> pa.Table:
    """One row per text and aspect: `doc_id`, `category`, `polarity`, which is mixed where the text both praises and blames."""
    flags = {name: pc.equal(aspects["polarity"], name) for name in ("negative", "positive")}
    found = pa.table({"doc_id": aspects["doc_id"], "category": aspects["category"], **flags})
    found = found.group_by(["doc_id", "category"], use_threads=False).aggregate([("negative", "any"), ("positive", "any")])
    negative, positive = found["negative_any"], found["positive_any"]
    polarity = pc.case_when(pc.make_struct(pc.and_(negative, positive), negative, positive), "mixed", "negative", "positive", "neutral")
    return pa.table({"doc_id": found["doc_id"], "category": found["category"], "polarity": polarity})


def weight_units(weight: pa.ChunkedArray, config: AggregateConfig) -> npt.NDArray[np.int64]:
    """Survey weights in whole thousandths: 1 where they are not used, not given, or no number above 0."""
    values = pc.fill_null(weight, 1.0).to_numpy().astype(np.float64)
    usable = config.weights & (values > 0) & (values < WEIGHT_LIMIT)
    units: npt.NDArray[np.int64] = np.maximum(np.rint(np.where(usable, values, 1) * WEIGHT_UNIT), 1).astype(np.int64)
    return units


def _sums(rows: pa.Table, aspect: pa.ChunkedArray, label: pa.ChunkedArray, rating: pa.ChunkedArray, score: pa.ChunkedArray) -> pa.Table:
    values = pc.fill_null(rating, float("nan")).to_numpy().astype(np.float64)
    rated = np.abs(values) <= RATING_LIMIT  # false for NaN too
    units = np.rint(np.where(rated, values, 0) * RATING_UNIT).astype(np.int64)
    scored = pc.is_in(label, value_set=pa.array(LABELS)).to_numpy()
    scores = np.where(scored, pc.fill_null(score, 0).to_numpy(), 0).astype(np.int64)
    columns = {
        **{name: rows[name] for name in ("lang", "brand", "channel", "period", "author", "weight")},
        "aspect": aspect,
        "texts": np.ones(len(rows), dtype=np.int64),
        **{name: pc.equal(label, name).cast(pa.int64()) for name in LABELS},
        "rated": rated.astype(np.int64),
        "rating_sum": units,
        "rating_squares": units**2,
        "score_sum": scores,
        "score_squares": scores**2,
    }
    return add_up(pa.table(columns).select(SUMS.names))
