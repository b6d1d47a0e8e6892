"""What the table of terms needs of each text: which words it uses for what it speaks of, in a narrow table that adds up over parts by being put together."""

import hashlib
import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.lineup import line_up, look_up
from pipeline.aggregate.term_keys import group_keys
from pipeline.aggregate.typical import untypical
from pipeline.tables import Spec

BUCKETS = 256  # into which keys fall by their hash, so that a large run is worked through in several passes
LONGEST = 60  # characters: a longer stretch is a sentence, no name of a thing

USES = Spec(
    "uses",
    pa.schema(
        [
            pa.field("text", pa.int64(), False, {"note": "hash of doc_id"}),
            pa.field("lang", pa.string(), False),
            pa.field("brand", pa.string()),
            pa.field("author", pa.int64(), True, {"note": "hash"}),
            pa.field("form", pa.string(), True, {"note": "as written; null in one row for each text, which stands for the text itself"}),
            pa.field("key", pa.string(), True, {"note": "what the spellings of one thing share"}),
            pa.field("unmarked", pa.string(), True, {"note": "the key as people write it who leave out marks"}),
            pa.field("bucket", pa.int16(), False, {"note": "of the unmarked key; 0 for the text itself"}),
            pa.field("negative", pa.bool_(), False, {"note": "the text says so of it"}),
            pa.field("positive", pa.bool_(), False, {"note": "the text says so of it"}),
            pa.field("start", pa.int32(), True, {"note": "of its first use in the text"}),
            pa.field("end", pa.int32(), True),
            pa.field("untypical", pa.int32(), True, {"note": "as a quote: lower is quoted first; null: not to be quoted"}),
        ]
    ),
)


def uses(documents: pa.Table, texts: pa.Table, languages: pa.Table, sentiment: pa.Table, aspects: pa.Table) -> pa.Table:
    """The rows of one part (schema `USES`): one for each text, and one for each text and form of a term in it."""
    rows = line_up(documents, languages, sentiment)
    length = pc.utf8_length(look_up(documents["doc_id"], texts, "clean").fill_null(""))
    rows = rows.append_column("length", length)
    rows = rows.append_column("first", pc.equal(look_up(documents["doc_id"], texts, "duplicate").fill_null("none"), "none"))
    found = _terms(aspects)
    place = pc.index_in(found["doc_id"], value_set=rows["doc_id"].combine_chunks())
    found, of_text = found.filter(pc.is_valid(place)), rows.take(place.drop_null())
    keys = [_keys(form, lang) for form, lang in zip(found["form"].to_pylist(), of_text["lang"].to_pylist(), strict=True)]
    quotable = pc.if_else(of_text["first"], pa.array(untypical(of_text["length"], found["probability"])), None)
    columns: dict[str, Any] = {
        **{name: of_text[name] for name in ("text", "lang", "brand", "author")},
        **{name: found[name] for name in ("form", "negative", "positive", "start", "end")},
        "key": pa.array([key for key, _, _ in keys], pa.string()),
        "unmarked": pa.array([unmarked for _, unmarked, _ in keys], pa.string()),
        "bucket": pa.array([bucket for _, _, bucket in keys], pa.int16()),
        "untypical": quotable,
    }
    used = pa.table({name: columns[name] for name in USES.schema.names}).cast(USES.schema)
    never = pa.array(np.zeros(len(rows), dtype=bool))
    alone = {"bucket": pa.array(np.zeros(len(rows), dtype=np.int16)), "negative": never, "positive": never}
    whole = {
        field.name: rows[field.name] if field.name in rows.column_names else alone.get(field.name, pa.nulls(len(rows), field.type))
        for field in USES.schema
    }
    return pa.concat_tables([pa.table(whole).cast(USES.schema), used])


def _terms(aspects: pa.Table) -> pa.Table:
    """A row per text and form: the polarities said of it anywhere in the text, and where it first stands."""
    named = aspects.filter(pc.is_valid(aspects["term"]))
    form = [" ".join(unicodedata.normalize("NFC", term).split()) for term in named["term"].to_pylist()]
    flags = {name: pc.equal(named["polarity"], name) for name in ("negative", "positive")}
    table = pa.table(
        {
            "doc_id": named["doc_id"],
            "form": pa.array(form, pa.string()),
            "start": named["start"],
            "end": named["end"],
            "probability": named["probability"],
            **flags,
        }
    )
    length = pc.utf8_length(table["form"])
    table = table.filter(pc.and_(pc.greater(length, 0), pc.less_equal(length, LONGEST)))
    table = table.sort_by([("doc_id", "ascending"), ("form", "ascending"), ("start", "ascending"), ("probability", "descending")])
    wanted = [("negative", "any"), ("positive", "any"), ("start", "first"), ("end", "first"), ("probability", "first")]
    found = table.group_by(["doc_id", "form"], use_threads=False).aggregate(wanted)
    return found.rename_columns([name.removesuffix("_any").removesuffix("_first") for name in found.column_names])


@lru_cache(maxsize=100_000)
def _keys(form: str, lang: str) -> tuple[str, str, int]:
    key, unmarked = group_keys(form, lang)
    return key, unmarked, hashlib.blake2b(unmarked.encode(), digest_size=1).digest()[0]
