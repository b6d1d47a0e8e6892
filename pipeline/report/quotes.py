"""Choose quotes as evidence for each number: typical ones, not the loudest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.counting import aspect_readings
from pipeline.aggregate.lineup import line_up, look_up
from pipeline.aggregate.sums import joined
from pipeline.aggregate.typical import untypical
from pipeline.report.excerpts import clean_span, excerpt
from pipeline.report.hostile import Shown
from pipeline.tables import DIRECTIONS, LABELS

CELL = ("lang", "brand", "channel", "period", "aspect", "label")  # null: all together, as in estimates
GROUPINGS = (("lang",), ("lang", "brand"), ("lang", "channel"), ("lang", "period"), ("lang", "aspect"))  # the rows of the report
UNKNOWN = "unknown"
LONGEST = 300  # characters: short enough to be read

_EXCERPT = [
    pa.field("excerpt", pa.string(), False, {"note": "of the cleaned text, without hidden characters and personal data"}),
    pa.field("start", pa.int32(), False, {"note": "of the aspect term in the excerpt; start = end: no term"}),
    pa.field("end", pa.int32(), False, {"note": "exclusive"}),
]
CHOSEN = pa.schema(
    [
        *(pa.field(name, pa.string()) for name in CELL),
        pa.field("doc_id", pa.string(), False),
        pa.field(
            "term_start",
            pa.int32(),
            True,
            {"note": "of the aspect term, or of its sentence, in the text as written; null: the text as a whole"},
        ),
        pa.field("term_end", pa.int32(), True, {"note": "exclusive"}),
        pa.field("source", pa.string(), False),
        pa.field("line", pa.int64(), False),
        pa.field("author", pa.int64(), False, {"note": "hash; of the document where no author is stated"}),
        pa.field("untypical", pa.int32(), False, {"note": "lower is quoted first"}),
        *(pa.field(f"of_{name}", pa.string()) for name in ("brand", "channel", "period")),  # of the text itself, whatever the cell
    ]
)
_PLACE = CHOSEN.get_field_index("term_start")
QUOTES = pa.schema([*list(CHOSEN)[:_PLACE], *_EXCERPT, *list(CHOSEN)[_PLACE + 2 :]])
AT_ONCE = 100_000  # rows of parts that are merged together: choosing costs the same for a few rows more


def choose_quotes(
    documents: pa.Table, texts: pa.Table, languages: pa.Table, sentiment: pa.Table, aspects: pa.Table, *, per_cell: int
) -> pa.Table:
    """The `per_cell` most typical texts of each cell and label in one part (schema `CHOSEN`), by an author only one per cell.

    Typical: of moderate length, with a probability near 0.8; ties by doc_id. Copies of an earlier text are never quoted. The
    choice over several parts, and its order, is `merge_quotes` of the parts' choices; `cut_quotes` shows what was chosen in the end.
    """
    rows = _rows(documents, texts, languages, sentiment)
    opinions = _opinions(rows, languages, aspects)
    of_texts, of_opinions = ([each for each in GROUPINGS if ("aspect" in each) == spoken] for spoken in (False, True))
    chosen = [
        _chosen(candidates, groupings, per_cell)
        for candidates, groupings in ((rows, of_texts), (opinions, of_opinions), (_directed(opinions), of_opinions))
    ]
    return pa.concat_tables(chosen)


def merge_quotes(tables: Iterable[pa.Table], *, per_cell: int) -> pa.Table:
    """The choice over all parts; the same as choosing from all texts at once. Memory follows the number of cells."""
    chosen, waiting, rows = CHOSEN.empty_table(), [], 0
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= AT_ONCE:
            chosen, waiting, rows = _best(pa.concat_tables([chosen, *waiting]), per_cell), [], 0
    return _in_order(_best(pa.concat_tables([chosen, *waiting]), per_cell))


def cut_quotes(chosen: pa.Table, texts: Iterable[pa.Table]) -> pa.Table:
    """The quotes (schema `QUOTES`) of the texts in `chosen` (schema `CHOSEN`), in its order; `texts` are parts of that table that together hold them.

    Raises ValueError where one is in no part.
    """
    excerpts: dict[int, Shown] = {}
    for part in texts:
        places = pc.indices_nonzero(pc.is_in(chosen["doc_id"], value_set=part["doc_id"].combine_chunks()))
        own = chosen.take(places)
        excerpts.update(zip(places.to_pylist(), cut_out(own["doc_id"], own["term_start"], own["term_end"], part), strict=True))
    if len(excerpts) < len(chosen):
        raise ValueError(f"{len(chosen) - len(excerpts)} of {len(chosen)} quoted texts are in none of the parts")
    shown = [excerpts[i] for i in range(len(chosen))]
    cut = {"excerpt": [each.text for each in shown], "start": [each.start for each in shown], "end": [each.end for each in shown]}
    return pa.table({name: cut[name] if name in cut else chosen[name] for name in QUOTES.names}, schema=QUOTES)


def _rows(documents: pa.Table, texts: pa.Table, languages: pa.Table, sentiment: pa.Table) -> pa.Table:
    """One row per text that may be quoted, with its cell, label and how untypical it is."""
    rows = line_up(documents, languages, sentiment)
    ids = rows["doc_id"]
    for name in ("brand", "channel", "period"):
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].fill_null(UNKNOWN))
    scores = sentiment.filter(pc.equal(sentiment["level"], "document"))
    best = pc.max_element_wise(*(look_up(ids, scores, f"p_{label}") for label in LABELS)).fill_null(0)
    length = pc.utf8_length(look_up(ids, texts, "clean").fill_null(""))
    none = pa.nulls(len(rows), pa.int32())
    extra = {
        "aspect": pa.nulls(len(rows), pa.string()),
        "author": pc.coalesce(rows["author"], rows["text"]),
        **{f"of_{name}": rows[name] for name in ("brand", "channel", "period")},
        "source": documents["source"],
        "line": documents["line"],
        "length": length,
        "direction": pa.nulls(len(rows), pa.string()),
        "untypical": pa.array(untypical(length, best, LONGEST)),
        "term_start": none,
        "term_end": none,
    }
    rows = pa.table({**{name: rows[name] for name in ("doc_id", "lang", "brand", "channel", "period", "label")}, **extra})
    first = pc.equal(look_up(ids, texts, "duplicate"), "none")
    return rows.filter(pc.and_(first, pc.greater(length, 0)))


def _opinions(rows: pa.Table, languages: pa.Table, aspects: pa.Table) -> pa.Table:
    """One row per opinion: its text's row, with the aspect, what the text says of it as label, and where: the term, or its sentence."""
    readings = aspect_readings(aspects)
    key = pc.binary_join_element_wise(aspects["doc_id"], aspects["category"], "\x00")
    whole = pc.index_in(key, value_set=pc.binary_join_element_wise(readings["doc_id"], readings["category"], "\x00").combine_chunks())
    place = pc.index_in(aspects["doc_id"], value_set=rows["doc_id"].combine_chunks())
    known = pc.is_valid(place)
    label, aspects, place = readings["polarity"].take(whole).filter(known), aspects.filter(known), place.filter(known)
    found = rows.take(place)
    off = pa.array(untypical(found["length"], aspects["probability"]))
    sentence = _sentence_starts(languages, aspects)
    place = {"term_start": pc.coalesce(aspects["start"], sentence), "term_end": pc.coalesce(aspects["end"], sentence)}
    new = {"aspect": aspects["category"], "direction": aspects["direction"], "label": label, "untypical": off, **place}
    return pa.table({name: new.get(name, found[name]) for name in found.column_names})


def _directed(opinions: pa.Table) -> pa.Table:
    """The opinions that judge an amount, with what they find of it as label; not those of a text that finds both."""
    key = pc.binary_join_element_wise(opinions["doc_id"], opinions["aspect"], "\x00")
    sides = [opinions.filter(pc.equal(opinions["direction"], name)) for name in DIRECTIONS]
    of_side = [key.filter(pc.equal(opinions["direction"], name)).combine_chunks() for name in DIRECTIONS]
    single = [
        side.filter(pc.invert(pc.is_in(own, value_set=other))) for side, own, other in zip(sides, of_side, of_side[::-1], strict=True)
    ]
    found = pa.concat_tables(single)
    return found.set_column(found.column_names.index("label"), "label", found["direction"])


def _sentence_starts(languages: pa.Table, aspects: pa.Table) -> pa.Array:
    """Where the sentence of each opinion begins; null where it is not known."""
    sentences = languages.filter(pc.is_valid(languages["sentence"]))
    known, wanted = (
        pc.binary_join_element_wise(table["doc_id"], table["sentence"].cast(pa.string()), "\x00").combine_chunks()
        for table in (sentences, aspects)
    )
    return sentences["start"].combine_chunks().take(pc.index_in(wanted, value_set=known))


def _chosen(candidates: pa.Table, groupings: Sequence[tuple[str, ...]], per_cell: int) -> pa.Table:
    """The best of each cell of some groupings (schema `CHOSEN`); columns that a grouping does not have are null."""
    ranked = _Ranked.of(candidates)
    places = [ranked.best((*columns, "label"), per_cell) for columns in groupings]
    found = candidates.select(CHOSEN.names).take(pa.array(np.concatenate(places)))
    for name in CELL[:-1]:
        kept = np.repeat([name in columns for columns in groupings], [len(each) for each in places])
        found = found.set_column(found.column_names.index(name), name, pc.if_else(pa.array(kept), found[name], None))
    return found.cast(CHOSEN)


def _best(candidates: pa.Table, per_cell: int) -> pa.Table:
    """The first `per_cell` of each cell, one per author. Choosing again changes nothing."""
    return candidates.take(pa.array(_Ranked.of(candidates).best(CELL, per_cell)))


@dataclass(frozen=True)
class _Ranked:
    """Candidates as numbers, arrays (n,): codes of the columns of their cells, authors counted from 0, and the place of each in the order of quoting."""

    codes: dict[str, npt.NDArray[np.int64]]
    author: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]

    @classmethod
    def of(cls, candidates: pa.Table) -> "_Ranked":
        """Quoted first is the more typical, then by document and place in it."""
        codes = {}
        for name in CELL:
            coded = pc.dictionary_encode(candidates[name].combine_chunks(), null_encoding="encode")
            codes[name] = coded.indices.to_numpy().astype(np.int64)
        document = pc.rank(candidates["doc_id"], tiebreaker="dense").to_numpy()
        term = candidates["term_start"].fill_null(-1).to_numpy()
        order = np.lexsort((term, document, candidates["untypical"].to_numpy()))
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        return cls(codes, np.unique(candidates["author"].to_numpy(), return_inverse=True)[1], rank)

    def best(self, columns: Sequence[str], per_cell: int) -> npt.NDArray[np.int64]:
        """The places of the first `per_cell` of each cell, one per author."""
        cell = np.zeros(len(self.rank), dtype=np.int64)
        for name in columns:
            cell = joined(cell, self.codes[name])
        pair = joined(cell, self.author)
        order = np.argsort(joined(pair, self.rank))
        order = order[_firsts(pair[order])]
        order = order[np.argsort(joined(cell[order], self.rank[order]))]
        starts = np.flatnonzero(_firsts(cell[order]))
        position = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
        return order[position < per_cell]


def _firsts(sorted_key: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """True where a key differs from the one before."""
    changed = np.ones(len(sorted_key), dtype=bool)
    changed[1:] = sorted_key[1:] != sorted_key[:-1]
    return changed


def _in_order(quotes: pa.Table) -> pa.Table:
    keys = [(name, "ascending", "at_start") for name in (*CELL, "untypical", "doc_id", "term_start")]
    return quotes.take(pc.sort_indices(quotes, sort_keys=keys)).combine_chunks()


def cut_out(ids: pa.ChunkedArray, starts: pa.ChunkedArray, ends: pa.ChunkedArray, texts: pa.Table) -> list[Shown]:
    """An excerpt of each text around `start:end`, characters of the text as written (null: no such place)."""
    needed = texts.filter(pc.is_in(texts["doc_id"], value_set=pc.unique(ids)))
    by_id = {row["doc_id"]: row for row in needed.select(["doc_id", "clean", "offsets"]).to_pylist()}
    places = list(zip(*(column.to_pylist() for column in (ids, starts, ends)), strict=True))
    cut = {place: _excerpt(by_id[place[0]], *place[1:]) for place in dict.fromkeys(places)}
    return [cut[place] for place in places]


def _excerpt(text: dict[str, Any], start: int | None, end: int | None) -> Shown:
    clean = text["clean"]
    if start is None or end is None:
        return excerpt(clean)
    place, place_end = clean_span(text["offsets"], len(clean), start, max(end, start + 1))
    return excerpt(clean, place, place_end if end > start else place)
