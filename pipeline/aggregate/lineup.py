"""One row per document with everything that places it in a cell."""

import hashlib
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.languages import UNDETERMINED
from pipeline.tables import UNSCORED

SCORE_UNIT = 1000  # whole numbers add up the same in any order


def line_up(documents: pa.Table, languages: pa.Table, sentiment: pa.Table) -> pa.Table:
    """Columns doc_id, lang, brand, channel, period, author (hash), label, score, rating, weight: a row per row of `documents`, in its order.

    `score` is P(positive) - P(negative) in whole thousandths.

    A document without a language row is `und`, without a sentiment row `unscored`: it is counted, never dropped.
    """
    ids = documents["doc_id"]
    lang = look_up(ids, languages.filter(pc.is_null(languages["sentence"])), "lang")
    whole = sentiment.filter(pc.equal(sentiment["level"], "document"))
    label = look_up(ids, whole, "label")
    score = pc.subtract(look_up(ids, whole, "p_positive").cast(pa.float64()), look_up(ids, whole, "p_negative").cast(pa.float64()))
    return pa.table(
        {
            "doc_id": ids,
            "lang": lang.fill_null(UNDETERMINED),
            "brand": documents["brand"],
            "channel": documents["channel"],
            "period": pc.strftime(documents["time"], format="%Y-%m"),
            "author": author_hashes(documents["author"]),
            "label": label.fill_null(UNSCORED),
            "score": pc.round(pc.multiply(score.fill_null(0.0), float(SCORE_UNIT))).cast(pa.int64()),
            "rating": documents["rating"],
            "weight": documents["weight"],
        }
    )


def look_up(ids: pa.ChunkedArray, table: pa.Table, column: str) -> pa.ChunkedArray:
    """The value of `column` in the first row of `table` with each id, null where it has none."""
    rows = pc.index_in(ids, value_set=table["doc_id"].combine_chunks())
    return table[column].take(rows)


def author_hashes(authors: pa.ChunkedArray) -> pa.Array:
    """A 64-bit number per author, the same in every part and run; null stays null. Not a protection of the name."""
    coded = pc.dictionary_encode(authors.combine_chunks())
    hashes = [hash_of(name) for name in coded.dictionary.to_pylist()]
    return pa.array(np.array(hashes, dtype=np.int64)).take(coded.indices)


@lru_cache(maxsize=20_000)  # the names of a part, which several tables look up
def hash_of(name: str) -> int:
    """A 64-bit number of a name, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little", signed=True)
