"""One row per document with everything that places it in a cell."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.languages import UNDETERMINED
from pipeline.tables import LABELS, UNSCORED

SCORE_UNIT = 1000  # whole numbers add up the same in any order


def line_up(documents: pa.Table, languages: pa.Table, sentiment: pa.Table) -> pa.Table:
    """Columns doc_id, text (hash of doc_id), lang, brand, channel, period, author (hash), label, score, rating, weight: a row per row of `documents`, in its order.

    `score` is P(positive) - P(negative) in whole thousandths.

    A document without a language row is `und`, without a sentiment row `unscored`: it is counted, never dropped. The last answer is kept for the same three tables,
    because all that is counted of a part begins with it.
    """
    return _lined_up(_Same(documents), _Same(languages), _Same(sentiment))


@dataclass(frozen=True, eq=False)
class _Same:
    """A table that equals nothing but itself; tables never change."""

    table: pa.Table

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.table is other.table

    def __hash__(self) -> int:
        return id(self.table)


@lru_cache(maxsize=1)
def _lined_up(of_documents: _Same, of_languages: _Same, of_sentiment: _Same) -> pa.Table:
    documents, languages, sentiment = of_documents.table, of_languages.table, of_sentiment.table
    ids = documents["doc_id"]
    lang = look_up(ids, languages.filter(pc.is_null(languages["sentence"])), "lang")
    whole = sentiment.filter(pc.equal(sentiment["level"], "document"))
    label = look_up(ids, whole, "label")
    score = pc.subtract(look_up(ids, whole, "p_positive").cast(pa.float64()), look_up(ids, whole, "p_negative").cast(pa.float64()))
    return pa.table(
        {
            "doc_id": ids,
            "text": text_hashes(ids),
            "lang": lang.fill_null(UNDETERMINED),
            "brand": documents["brand"],
            "channel": documents["channel"],
            "period": months(documents["time"]),
            "author": author_hashes(documents["author"]),
            "label": label.fill_null(UNSCORED),
            "score": pc.round(pc.multiply(score.fill_null(0.0), float(SCORE_UNIT))).cast(pa.int64()),
            "rating": documents["rating"],
            "weight": documents["weight"],
        }
    )


def confidences(ids: pa.ChunkedArray, sentiment: pa.Table) -> pa.ChunkedArray:
    """The probability of the likeliest label of each text (float32), null where it has no document row."""
    whole = sentiment.filter(pc.equal(sentiment["level"], "document"))
    return look_up(ids, whole.append_column("confidence", pc.max_element_wise(*(whole[f"p_{label}"] for label in LABELS))), "confidence")


def months(times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Times (timestamps, null where not stated) as YYYY-MM.

    >>> months(pa.chunked_array([pa.array([0, None, 86_400_000_000 * 40], pa.timestamp("us"))])).to_pylist()
    ['1970-01', None, '1970-02']
    """
    coded = pc.dictionary_encode(pc.floor_temporal(times, unit="month"))
    return pa.chunked_array([pc.strftime(chunk.dictionary, format="%Y-%m").take(chunk.indices) for chunk in coded.chunks], pa.string())


def look_up(ids: pa.ChunkedArray, table: pa.Table, column: str) -> pa.ChunkedArray:
    """The value of `column` in the first row of `table` with each id, null where it has none."""
    rows = pc.index_in(ids, value_set=table["doc_id"].combine_chunks())
    return table[column].take(rows)


def author_hashes(authors: pa.ChunkedArray) -> pa.Array:
    """A 64-bit number per author, the same in every part and run; null stays null. Not a protection of the name."""
    coded = pc.dictionary_encode(authors.combine_chunks())
    return _hashes(coded.dictionary).take(coded.indices)


def text_hashes(ids: pa.ChunkedArray) -> pa.Array:
    """A 64-bit number per text, the same in every part and run."""
    return _hashes(ids)


def _hashes(names: pa.Array | pa.ChunkedArray) -> pa.Array:
    """A 64-bit number of each name, the same on every machine."""
    digests = b"".join([hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names.to_pylist()])
    return pa.array(np.frombuffer(digests, dtype="<i8").astype(np.int64))
