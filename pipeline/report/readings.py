"""A small run is shown text by text: shares of a few texts say nothing, but each text does."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.lineup import line_up, look_up
from pipeline.report.excerpts import excerpt
from pipeline.tables import LABELS

MOST = 40  # texts: what somebody reads in a sitting

READINGS = pa.schema(
    [
        pa.field("doc_id", pa.string(), False),
        pa.field("source", pa.string(), False),
        pa.field("line", pa.int64(), False),
        pa.field("lang", pa.string(), False),
        pa.field("label", pa.string(), False),
        pa.field("probability", pa.float32(), True, {"note": "of the label; of the best when unscored"}),
        pa.field("aspects", pa.list_(pa.struct([("aspect", pa.string()), ("polarity", pa.string()), ("times", pa.int32())]))),
        pa.field("excerpt", pa.string(), False),
    ]
)


def list_readings(documents: pa.Table, texts: pa.Table, languages: pa.Table, sentiment: pa.Table, aspects: pa.Table) -> pa.Table:
    """What was read in each text (schema `READINGS`), in the order of documents; nothing if there are more than 40."""
    if len(documents) > MOST:
        return READINGS.empty_table()
    rows = line_up(documents, languages, sentiment)
    scores = sentiment.filter(pc.equal(sentiment["level"], "document"))
    best = pc.max_element_wise(*(look_up(rows["doc_id"], scores, f"p_{label}") for label in LABELS))
    clean = look_up(rows["doc_id"], texts, "clean").fill_null("")
    columns = {
        **{name: documents[name] for name in ("doc_id", "source", "line")},
        **{name: rows[name] for name in ("lang", "label")},
        "probability": best,
        "aspects": pa.array([_opinions(aspects, doc_id) for doc_id in rows["doc_id"].to_pylist()], READINGS.field("aspects").type),
        "excerpt": [excerpt(text).text for text in clean.to_pylist()],
    }
    return pa.table(columns, schema=READINGS)


def _opinions(aspects: pa.Table, doc_id: str) -> list[dict[str, Any]]:
    own = (
        aspects.filter(pc.equal(aspects["doc_id"], doc_id))
        .group_by(["category", "polarity"], use_threads=False)
        .aggregate([([], "count_all")])
    )
    found = [{"aspect": row["category"], "polarity": row["polarity"], "times": row["count_all"]} for row in own.to_pylist()]
    return sorted(found, key=lambda each: (-each["times"], each["aspect"], each["polarity"]))
