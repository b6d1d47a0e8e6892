"""The quotes behind the terms: cut out of the cleaned texts that the aggregate stage chose."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.lineup import months, text_hashes
from pipeline.report.quotes import cut_out
from pipeline.tables import Spec

KEY = ("lang", "term", "label")
TERM_QUOTES = Spec(
    "term_quotes",
    pa.schema(
        [
            *(pa.field(name, pa.string(), False) for name in (*KEY, "doc_id", "excerpt")),
            pa.field("start", pa.int32(), False, {"note": "of the term in the excerpt; start = end: no term"}),
            pa.field("end", pa.int32(), False, {"note": "exclusive"}),
            pa.field("source", pa.string(), False),
            pa.field("line", pa.int64(), False),
            *(pa.field(f"of_{name}", pa.string()) for name in ("brand", "channel", "period")),
            pa.field("untypical", pa.int32(), False),
        ]
    ),
)


def term_quotes(chosen: pa.Table, parts: Iterable[tuple[pa.Table, pa.Table]]) -> pa.Table:
    """The quotes (schema of `TERM_QUOTES`) of the texts in `chosen` (schema `terms.CHOSEN`); `parts` are documents and texts that hold them."""
    found = [TERM_QUOTES.schema.empty_table()]
    for documents, texts in parts:
        place = pc.index_in(chosen["text"], value_set=text_hashes(documents["doc_id"]))
        own = chosen.filter(pc.is_valid(place))
        documents = documents.take(place.drop_null())
        own = own.append_column("doc_id", documents["doc_id"])
        shown = cut_out(own["doc_id"], own["start"], own["end"], texts)
        columns = {
            **{name: own[name] for name in (*KEY, "doc_id", "untypical")},
            **{name: documents[name] for name in ("source", "line")},
            **{f"of_{name}": documents[name].fill_null("unknown") for name in ("brand", "channel")},
            "of_period": months(documents["time"]).fill_null("unknown"),
            "excerpt": [each.text for each in shown],
            "start": [each.start for each in shown],
            "end": [each.end for each in shown],
        }
        found.append(pa.table({name: columns[name] for name in TERM_QUOTES.schema.names}).cast(TERM_QUOTES.schema))
    order = [(name, "ascending") for name in (*KEY, "untypical", "doc_id")]
    return pa.concat_tables(found).sort_by(order).combine_chunks()
