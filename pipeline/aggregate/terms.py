"""The table of terms: what people talk about, in their own words; every spelling and form of a word counted as one thing.

A text counts once for a term, however often and in however many forms it uses it. Terms of few authors are not named: a term may be a person's name.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.gathered import Numbers
from pipeline.aggregate.measures import CLASSIFIED, WILSON, Measured
from pipeline.aggregate.people import People
from pipeline.aggregate.rows import Row, rows_to_table
from pipeline.aggregate.term_uses import BUCKETS, USES
from pipeline.aggregate.withholding import complementary, reasons
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import JackknifeSums, share_interval
from pipeline.tables import LABELS, TERMS

MOST = 200  # terms of a language that are estimated; the others are counted
MOST_OF_BRAND = 50  # of these, for each brand
FORMS = 8  # of a term that are listed
AT_ONCE = 2_000_000  # rows that are grouped at once, some 200 MB
SAID = f"share of texts in which the term was found, in any of its forms, not corrected for what is missed; {WILSON}"
COUNTED = "terms that fewer than {authors} authors use, or that are less frequent than the {most} listed"
UNSTATED = ""  # stands for the brand of texts that state none: a cell that is closed with the others, but not told of
Parts = Callable[[], Iterable[pa.Table]]  # the uses of all parts, as often as asked

CHOSEN = pa.schema(
    [
        *(pa.field(name, pa.string(), False) for name in ("lang", "term", "label")),
        pa.field("text", pa.int64(), False),
        *(pa.field(name, pa.int32(), False) for name in ("start", "end", "untypical")),
        pa.field("author", pa.int64(), False),
    ]
)


@dataclass(frozen=True)
class Written:
    """All texts of a language: codes of brand (-1: not stated) and author (a text without one has a number of its own), arrays (n_texts,)."""

    lang: str
    brands: list[str]
    brand: Numbers
    author: Numbers
    texts: Numbers  # hashes, sorted


@dataclass(frozen=True)
class Term:
    """A term of a language: the form most often written, all forms with their texts, and the texts that use it, arrays (n_texts,)."""

    name: str
    forms: str
    place: Numbers  # in `Written`
    label: Numbers  # what the text says of it: index in LABELS
    start: Numbers
    end: Numbers
    untypical: Numbers  # -1: not to be quoted


@dataclass(frozen=True)
class Cell:
    """A term in a language or in one of its brands: the texts that use it with what they say of it, and all texts (`members`)."""

    term: Term
    brand: str | None
    place: Numbers
    label: Numbers
    members: Numbers


def terms(parts: Parts, *, config: AggregateConfig, quotes: int) -> tuple[pa.Table, pa.Table]:
    """The table (schema `tables.TERMS`), and for each term and label the `quotes` most typical texts by different authors (schema `CHOSEN`).

    Memory holds a row per text, the rows of the terms listed, and at most AT_ONCE others: the terms of a larger run are grouped in several passes.
    """
    whole = pa.concat_tables([USES.schema.empty_table(), *(_of_texts(part) for part in parts())])
    many = sum(len(part) for part in parts()) - len(whole)
    passes = min(BUCKETS, 1 + many // AT_ONCE)
    found: list[Row] = []
    chosen: list[dict[str, Any]] = []
    written = {lang: _written(whole, lang) for lang in sorted(pc.unique(whole["lang"]).to_pylist())}
    kept: dict[str, list[Term]] = {lang: [] for lang in written}
    others = dict.fromkeys(written, 0)
    for number in range(passes):
        rows = pa.concat_tables([USES.schema.empty_table(), *(_of_bucket(part, number, passes) for part in parts())])
        for lang, own in written.items():
            more, few = _grouped(rows.filter(pc.equal(rows["lang"], lang)), own, config)
            kept[lang] = sorted([*kept[lang], *more], key=lambda term: (-len(term.place), term.name))
            others[lang] += few + max(0, len(kept[lang]) - MOST)
            kept[lang] = kept[lang][:MOST]
    for lang, own in written.items():
        found += [*_estimates(own, kept[lang], config), _left_out(own, others[lang], config)]
        chosen += [each for term in kept[lang] for each in _quoted(own, term, quotes)]
    return rows_to_table(found, TERMS), pa.Table.from_pylist(chosen, schema=CHOSEN)


def _of_texts(part: pa.Table) -> pa.Table:
    return part.filter(pc.is_null(part["form"]))


def _of_bucket(part: pa.Table, number: int, passes: int) -> pa.Table:
    bucket = part["bucket"].to_numpy() % passes == number
    return part.filter(pc.and_(pc.is_valid(part["form"]), pa.array(bucket)))


def _written(whole: pa.Table, lang: str) -> Written:
    own = whole.filter(pc.equal(whole["lang"], lang)).sort_by("text")
    brands = sorted(pc.unique(own["brand"].drop_null()).to_pylist())
    brand = pc.index_in(own["brand"], value_set=pa.array(brands, pa.string())).fill_null(-1).to_numpy().astype(np.int64)
    named = pc.is_valid(own["author"]).to_numpy()
    author = np.zeros(len(own), dtype=np.int64)
    author[named] = np.unique(own["author"].drop_null().to_numpy(), return_inverse=True)[1]
    author[~named] = int(author.max(initial=-1)) + 1 + np.arange((~named).sum())
    return Written(lang, brands, brand, author, own["text"].to_numpy())


def _grouped(rows: pa.Table, own: Written, config: AggregateConfig) -> tuple[list[Term], int]:
    """The terms that enough authors use, and how many there are besides."""
    if not len(rows):
        return [], 0
    group = _groups(rows)
    place = np.searchsorted(own.texts, rows["text"].to_numpy())
    order = np.lexsort((rows["start"].to_numpy(), place, group))
    group, place, rows = group[order], place[order], rows.take(pa.array(order))
    borders = np.flatnonzero(np.diff(group, prepend=-1))
    sizes = np.diff(borders, append=len(group))
    found = []
    for begin, size in zip(borders[sizes >= config.min_authors], sizes[sizes >= config.min_authors], strict=True):
        texts = place[begin : begin + size]
        if len(np.unique(own.author[texts])) >= config.min_authors:
            found.append(_term(rows.slice(begin, size), texts))
    return found, len(borders) - len(found)


def _groups(rows: pa.Table) -> Numbers:
    """The group of each row: its key, or the key with more marks that it stands for."""
    keys = rows.group_by(["unmarked", "key"], use_threads=False).aggregate([("text", "count_distinct")])
    spelt: dict[str, dict[str, int]] = {}
    for unmarked, key, texts in zip(*(keys[name].to_pylist() for name in ("unmarked", "key", "text_count_distinct")), strict=True):
        spelt.setdefault(unmarked, {})[key] = texts
    meant = {(unmarked, key): each for unmarked, found in spelt.items() for key, each in _meant(unmarked, found).items()}
    number = {name: i for i, name in enumerate(sorted(set(meant.values())))}
    pairs = zip(rows["unmarked"].to_pylist(), rows["key"].to_pylist(), strict=True)
    return np.array([number[meant[pair]] for pair in pairs], dtype=np.int64)


def _meant(unmarked: str, texts: dict[str, int]) -> dict[str, str]:
    """For each key that is the same without marks, the key that it stands for: where syllables are written without marks, the commonest that has them.

    Two that differ in marks stay two things.

    >>> _meant("nhan vien", {"nhân viên": 9, "nhan viên": 2, "nhan vien": 1, "nhãn viên": 1})["nhan vien"]
    'nhân viên'
    """
    order = sorted(texts, key=lambda key: (-texts[key], key))
    bare = unmarked.split(" ")

    def marks(key: str) -> int:
        return sum(syllable != plain for syllable, plain in zip(key.split(" "), bare, strict=False))

    def stands_for(key: str, other: str) -> bool:
        parts = zip(key.split(" "), other.split(" "), bare, strict=False)
        return marks(other) > marks(key) and all(mine in (theirs, plain) for mine, theirs, plain in parts)

    found: dict[str, str] = {}
    for key in sorted(order, key=marks, reverse=True):  # what a key stands for has more marks, and is known by then
        target = next((other for other in order if stands_for(key, other)), key)
        found[key] = found.get(target, target)
    return found


def _term(rows: pa.Table, place: Numbers) -> Term:
    """The term of some rows ordered by text and place in it."""
    forms = rows.group_by("form", use_threads=False).aggregate([("text", "count_distinct")])
    counted = sorted(
        zip(forms["form"].to_pylist(), forms["text_count_distinct"].to_pylist(), strict=True), key=lambda each: (-each[1], each[0])
    )
    listed = [f"{form} {number}" for form, number in counted[:FORMS]]
    texts, first = np.unique(place, return_index=True)
    negative, positive = (np.logical_or.reduceat(rows[name].to_numpy(), first) for name in ("negative", "positive"))
    label = np.select([negative & positive, negative, positive], [LABELS.index(name) for name in ("mixed", "negative", "positive")], 1)
    start, end, off = (rows[name].fill_null(-1).to_numpy().astype(np.int64)[first] for name in ("start", "end", "untypical"))
    more = [f"+{len(counted) - FORMS}"] if len(counted) > FORMS else []
    return Term(counted[0][0], "; ".join([*listed, *more]), texts, label, start, end, off)


def _estimates(own: Written, kept: list[Term], config: AggregateConfig) -> Iterator[Row]:
    """Rows of the language, then of each of its brands."""
    every = np.arange(len(own.texts))
    cells = [Cell(term, None, term.place, term.label, every) for term in kept]
    for code, brand in [*enumerate(own.brands), (-1, UNSTATED)]:
        members = np.flatnonzero(own.brand == code)
        for term in kept[:MOST_OF_BRAND]:
            inside = own.brand[term.place] == code
            if inside.any():
                cells.append(Cell(term, brand, term.place[inside], term.label[inside], members))
    if cells:
        people = _people([own.author[cell.members] for cell in cells])
        yield from _measure("detected_rate", SAID, [_mentions(own, cell) for cell in cells], people, own, cells, config)
        people = _people([own.author[cell.place] for cell in cells])
        for number, label in enumerate(LABELS):
            sums = [_labels(own, cell, number) for cell in cells]
            yield from _measure(f"classified_{label}", CLASSIFIED, sums, people, own, cells, config)


def _people(authors: list[Numbers]) -> People:
    different = [np.unique(each) for each in authors]
    return People.listed(np.repeat(np.arange(len(authors)), [len(each) for each in different]), np.concatenate(different), len(authors))


def _mentions(own: Written, cell: Cell) -> JackknifeSums:
    """Texts that use the term, of all texts."""
    size = np.bincount(own.author[cell.members])
    return JackknifeSums.of(size[size > 0], np.bincount(own.author[cell.place], minlength=len(size))[size > 0])


def _labels(own: Written, cell: Cell, label: int) -> JackknifeSums:
    """Texts that say so of the term, of those that use it."""
    size = np.bincount(own.author[cell.place])
    return JackknifeSums.of(size[size > 0], np.bincount(own.author[cell.place[cell.label == label]], minlength=len(size))[size > 0])


def _measure(
    measure: str, method: str, sums: list[JackknifeSums], people: People, own: Written, cells: list[Cell], config: AggregateConfig
) -> Iterator[Row]:
    """One measure of all cells, withheld as estimates are."""
    stacked = JackknifeSums(*(np.concatenate([getattr(each, field.name) for each in sums]) for field in fields(JackknifeSums)))
    interval = share_interval(stacked, config.confidence)
    measured = Measured(measure, [method] * len(cells), interval, stacked.clusters, people=people)
    names = [(cell.term.name, cell.brand or "") for cell in cells]
    lines = [[(cell.term.name, cell.brand is None) for cell in cells]]
    why = complementary(reasons(measured, config), measured, names, lines, config)
    for i, (cell, reason) in enumerate(zip(cells, why, strict=True)):
        if cell.brand == UNSTATED:
            continue
        row = Row(lang=own.lang, brand=cell.brand, term=cell.term.name, forms=cell.term.forms, measure=measure, method=method)
        row |= {"n": interval.n[i], "n_eff": interval.n_eff[i], "authors": stacked.clusters[i], "reason": reason}
        if reason is None:
            row |= {"value": interval.value[i], "low": interval.low[i], "high": interval.high[i]}
        yield row


def _left_out(own: Written, number: int, config: AggregateConfig) -> Row:
    method = COUNTED.format(authors=config.min_authors, most=MOST)
    about = {"lang": own.lang, "measure": "terms_left_out", "method": method}
    return Row(**about, value=number, n=len(own.texts), authors=len(np.unique(own.author)))


def _quoted(own: Written, term: Term, quotes: int) -> Iterator[dict[str, Any]]:
    """For each label the most typical texts that use the term, one an author."""
    for number, label in enumerate(LABELS):
        usable = np.flatnonzero((term.label == number) & (term.untypical >= 0))
        order = usable[np.lexsort((own.texts[term.place[usable]], term.untypical[usable]))]
        authors = own.author[term.place[order]]
        for i in order[np.sort(np.unique(authors, return_index=True)[1])][:quotes]:
            place = {name: int(getattr(term, name)[i]) for name in ("start", "end", "untypical")}
            text = int(own.texts[term.place[i]])
            yield {"lang": own.lang, "term": term.name, "label": label, "text": text, "author": int(own.author[term.place[i]]), **place}
