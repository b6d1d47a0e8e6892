"""What the decision tables need of each text and each opinion, in two narrow tables that add up over parts by being put together."""

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.counting import aspect_readings
from pipeline.aggregate.lineup import confidences, line_up, look_up
from pipeline.aggregate.naming import Names
from pipeline.config import AggregateConfig
from pipeline.tables import DIRECTIONS, Spec

RECORDS = Spec(
    "records",
    pa.schema(
        [
            pa.field("text", pa.int64(), False, {"note": "hash of doc_id"}),
            pa.field("lang", pa.string(), False),
            pa.field("brand", pa.string()),
            pa.field("channel", pa.string()),
            pa.field("time", pa.timestamp("us")),
            pa.field("author", pa.int64(), True, {"note": "hash"}),
            pa.field("label", pa.string(), False),
            pa.field("sure", pa.float32(), True, {"note": "probability of the label"}),
            pa.field("rating", pa.float32()),
            pa.field("reply_time", pa.timestamp("us")),
            pa.field("replied", pa.bool_(), False, {"note": "a reply or its time is stated"}),
            pa.field("repeated", pa.bool_(), False, {"note": "an exact or near duplicate of another text of the run"}),
            pa.field(
                "named", pa.list_(pa.int32()), False, {"note": "listed brands that the text names or is tagged with, as places in the list"}
            ),
            pa.field("tagged", pa.list_(pa.int32()), False, {"note": "those of them that it is tagged with"}),
        ]
    ),
)

OPINIONS = Spec(
    "opinions",
    pa.schema(
        [
            pa.field("text", pa.int64(), False, {"note": "hash of doc_id"}),
            pa.field("aspect", pa.dictionary(pa.int32(), pa.string()), False),
            pa.field(
                "polarity",
                pa.dictionary(pa.int32(), pa.string()),
                False,
                {"note": "of the text on the aspect; mixed where it both praises and blames"},
            ),
            *(pa.field(name, pa.bool_(), False, {"note": "the text says so of the aspect"}) for name in DIRECTIONS),
        ]
    ),
)


def record(
    documents: pa.Table, texts: pa.Table, languages: pa.Table, sentiment: pa.Table, aspects: pa.Table, *, config: AggregateConfig
) -> tuple[pa.Table, pa.Table]:
    """The records and the opinions of one part (schemas `RECORDS` and `OPINIONS`): a record per row of `documents`, in its order."""
    rows = line_up(documents, languages, sentiment)
    columns = {
        **{name: rows[name] for name in ("text", "lang", "brand", "channel", "author", "label", "rating")},
        "sure": confidences(documents["doc_id"], sentiment),
        "time": documents["time"],
        "reply_time": documents["reply_time"],
        "replied": pc.or_(pc.is_valid(documents["reply"]), pc.is_valid(documents["reply_time"])),
        "repeated": pc.not_equal(look_up(documents["doc_id"], texts, "duplicate").fill_null("none"), "none"),
    }
    columns["named"], columns["tagged"] = _brands(look_up(documents["doc_id"], texts, "clean"), rows["lang"], documents["brand"], config)
    records = pa.table({name: columns[name] for name in RECORDS.schema.names}, schema=RECORDS.schema)
    readings = aspect_readings(aspects)
    readings = readings.filter(pc.is_in(readings["doc_id"], value_set=documents["doc_id"].combine_chunks()))
    directed = {name: _directed(aspects, readings, name) for name in DIRECTIONS}
    own = rows["text"].take(pc.index_in(readings["doc_id"], value_set=documents["doc_id"].combine_chunks()))
    opinions = {"text": own, "aspect": readings["category"], "polarity": readings["polarity"], **directed}
    return records, pa.table(opinions).cast(OPINIONS.schema)


def _directed(aspects: pa.Table, readings: pa.Table, direction: str) -> pa.Array:
    """Whether the text of each reading says `direction` of its aspect."""
    said = aspects.filter(pc.equal(aspects["direction"], direction))
    keys = pc.binary_join_element_wise(said["doc_id"], said["category"], "\x1f")
    return pc.is_in(pc.binary_join_element_wise(readings["doc_id"], readings["category"], "\x1f"), value_set=pc.unique(keys))


def _brands(texts: pa.ChunkedArray, langs: pa.ChunkedArray, stated: pa.ChunkedArray, config: AggregateConfig) -> tuple[pa.Array, pa.Array]:
    """The listed brands that each text names, and those it is tagged with, in the text or by its brand column."""
    kind = pa.list_(pa.int32())
    if not config.brands:
        return (pa.array([[]] * len(texts), kind),) * 2
    names = Names(config.brands)
    named, tagged = [], []
    for text, lang, brand in zip(texts.to_pylist(), langs.to_pylist(), stated.to_pylist(), strict=True):
        found = dict(names.named(text or "", lang))
        if (column := names.of_column(brand)) >= 0:
            found[column] = True
        named.append(sorted(found))
        tagged.append(sorted(place for place, tag in found.items() if tag))
    return pa.array(named, kind), pa.array(tagged, kind)
