"""All records and opinions of a run as arrays, in an order that does not depend on how the texts were divided into parts."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.sums import in_order
from pipeline.stats.clusters import JackknifeSums, jackknife_weight
from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array
from pipeline.tables import DIRECTIONS, LABELS

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
UNKNOWN = -1  # code of a column that a text does not state
DAY = 86_400e6  # microseconds
STARS = (1, 2, 3, 4, 5)
NOT_STARS = "ratings are not whole stars from 1 to 5"
# arrays with a place for each text
OF_TEXTS = ("author", "named", "day", "label", "sure", "rating", "replied", "reply_day", "repeated", "lot")


@dataclass(frozen=True)
class Gathered:
    """Arrays (n_texts,) of texts and (n_opinions,) of opinions, in the order of authors; codes index `names`, and are -1 where nothing is stated."""

    names: dict[str, list[str]]  # of lang, brand, channel, aspect: sorted
    codes: dict[str, Numbers]  # lang, brand, channel of texts
    author: Numbers  # a text without an author has a number of its own
    named: Flags  # whether the author is stated
    day: Array  # days since 1970, with their fraction; NaN where no time is stated
    label: Numbers  # index in LABELS, -1 where unscored
    sure: Array  # probability of the label
    rating: Array  # NaN where none is stated
    replied: Flags
    reply_day: Array
    repeated: Flags
    lot: Numbers  # place of the text in the order of the hashes, which is as good as drawn by lot
    naming: dict[str, Numbers]  # a row per text and listed brand it names: text, brand (place in the list), tagged (0 or 1)
    text: npt.NDArray[np.int32]  # of opinions: index of the text; there can be many, so these are small
    aspect: npt.NDArray[np.int32]
    polarity: npt.NDArray[np.int8]  # index in LABELS
    directed: dict[str, Flags]

    @cached_property
    def starred(self) -> bool:
        """Whether all ratings are whole stars from 1 to 5: of another scale nobody knows which ratings are low."""
        return bool(np.isin(self.rating[~np.isnan(self.rating)], STARS).all())

    @classmethod
    def of(cls, records: pa.Table, opinions: pa.Table) -> "Gathered":
        """Put in the order of authors and of the texts' hashes, and coded by sorted names."""
        records = records.combine_chunks()
        by_hash = np.argsort(records["text"].to_numpy(), kind="stable")
        author = _authors(records["author"].take(pa.array(by_hash)))
        lot = np.argsort(author, kind="stable")
        number = np.empty_like(lot)  # of each text in the order of the hashes
        number[lot] = np.arange(len(lot))
        hashes, author, order = records["text"].to_numpy()[by_hash], author[lot], by_hash[lot]
        coded = {name: _code(records[name]) for name in ("lang", "brand", "channel")}
        labels = _labels(records["label"])[order]  # names are coded before they are moved: numbers are quicker to move
        records = records.drop_columns(["lang", "brand", "channel", "label"]).take(pa.array(order))
        opinions = opinions.unify_dictionaries()
        aspect, aspects = in_order(opinions["aspect"])
        text = number[np.searchsorted(hashes, opinions["text"].to_numpy())]
        said = np.argsort(text * len(aspects) + aspect)
        polarity, names = in_order(opinions["polarity"])
        return cls(
            names={**{name: names for name, (_, names) in coded.items()}, "aspect": aspects},
            codes={name: codes[order] for name, (codes, _) in coded.items()},
            author=author,
            named=pc.is_valid(records["author"]).to_numpy(),
            day=_days(records["time"]),
            label=labels,
            sure=records["sure"].to_numpy().astype(np.float64),
            rating=records["rating"].to_numpy().astype(np.float64),
            replied=records["replied"].to_numpy(),
            reply_day=_days(records["reply_time"]),
            repeated=records["repeated"].to_numpy(),
            lot=lot,
            naming=_naming(records),
            text=text[said].astype(np.int32),
            aspect=aspect[said].astype(np.int32),
            polarity=np.array([LABELS.index(name) for name in names], dtype=np.int8)[polarity[said]],
            directed={name: opinions[name].to_numpy()[said] for name in DIRECTIONS},
        )

    def only(self, texts: Numbers) -> "Gathered":
        """The texts at these places, in this order, without opinions and brand mentions: so that a look at one cell costs what the cell holds."""
        nothing = np.zeros(0, dtype=np.int64)
        own: dict[str, Any] = {name: getattr(self, name)[texts] for name in OF_TEXTS}
        return replace(
            self,
            **own,
            codes={name: codes[texts] for name, codes in self.codes.items()},
            naming=dict.fromkeys(self.naming, nothing),
            text=nothing.astype(np.int32),
            aspect=nothing.astype(np.int32),
            polarity=nothing.astype(np.int8),
            directed={name: nothing.astype(bool) for name in self.directed},
        )

    def of_opinions(self, column: str) -> Any:
        """The code of a column, aspect included, for each opinion, array of whole numbers (n_opinions,)."""
        return self.aspect if column == "aspect" else self.codes[column][self.text]


@dataclass(frozen=True)
class Cells:
    """Cells made of some columns: arrays (n_cells, n_columns) of codes, and the cell of each row, -1 where a column is unknown."""

    columns: tuple[str, ...]
    codes: Numbers
    of_row: Numbers

    @classmethod
    def of(cls, columns: tuple[str, ...], codes: list[Numbers]) -> "Cells":
        """The different combinations of codes, in their order. To have all rows in one cell, give no column and a single array of zeros."""
        known = np.all([each >= 0 for each in codes], axis=0)
        widths = [int(each.max(initial=0)) + 1 for each in codes]
        number = np.zeros(int(known.sum()), dtype=np.int64)  # the codes as digits of one number: those are quick to sort
        for each, width in zip(codes, widths, strict=True):
            number = number * width + each[known]
        numbers, place = distinct(number)
        found = np.empty((len(numbers), len(codes)), dtype=np.int64)
        for digit in reversed(range(len(codes))):
            numbers, found[:, digit] = np.divmod(numbers, widths[digit])
        of_row = np.full(len(known), -1, dtype=np.int64)
        of_row[known] = place
        return cls(columns, found, of_row)

    def __len__(self) -> int:
        return len(self.codes)


def cluster_sums(cell: Numbers, author: Numbers, n: Array, y: Array, cells: int) -> JackknifeSums:
    """The cluster sums of each cell, arrays (cells,), from rows with their author, size `n` and total `y`; rows of cell -1 are left out."""
    owner, size, total, _ = per_author(cell, author, n, y)
    return added_up(owner, size, total, cells)


def added_up(owner: Numbers, size: Array, total: Array, cells: int) -> JackknifeSums:
    """The sums of each cell, arrays (cells,), from those of its authors as `per_author` gives them."""
    first = np.flatnonzero(np.diff(owner, prepend=-1))  # authors stand in the order of their cells

    def add(amount: Array) -> Array:
        found = np.zeros(cells)
        if len(first):
            found[owner[first]] = np.add.reduceat(amount, first)
        return found

    whole, parts = add(size), (size**2, size * total, total**2)
    weight = jackknife_weight(size, whole[owner])
    return JackknifeSums(add((size > 0).astype(float)), whole, add(total), *map(add, parts), *(add(weight * part) for part in parts))


def per_author(cell: Numbers, author: Numbers, n: Array, y: Array) -> tuple[Numbers, Array, Array, Numbers]:
    """Rows added up by cell and author: cell, n, y and author of each pair, ordered by cell, then author."""
    kept = np.flatnonzero((cell >= 0) & (n > 0))
    if not len(kept):
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0), np.zeros(0, np.int64)
    cells, authors = cell[kept], author[kept]
    small = cells.astype(np.uint16) if cells.max() < 2**16 else cells  # numbers of two bytes are sorted in one pass
    ascending = (authors[1:] >= authors[:-1]).all()  # as they are in `Gathered`
    order = np.argsort(small, kind="stable") if ascending else np.lexsort((authors, small))
    cells, authors, kept = cells[order], authors[order], kept[order]
    first = np.flatnonzero(np.append(True, (cells[1:] != cells[:-1]) | (authors[1:] != authors[:-1])))
    size, total = (np.add.reduceat(each[kept].astype(np.float64), first) for each in (n, y))
    return cells[first], size, total, authors[first]


def _code(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    names = sorted(pc.unique(column.drop_null()).to_pylist())
    found = pc.index_in(column, value_set=pa.array(names, pa.string()))
    return found.fill_null(UNKNOWN).to_numpy().astype(np.int64), names


def _naming(records: pa.Table) -> dict[str, Numbers]:
    text, brand = (
        {name: call(records[name]).to_numpy().astype(np.int64) for name in ("named", "tagged")}
        for call in (pc.list_parent_indices, pc.list_flatten)
    )
    many = int(brand["named"].max(initial=0)) + 1
    pairs = {name: text[name] * many + brand[name] for name in text}
    return {"text": text["named"], "brand": brand["named"], "tagged": np.isin(pairs["named"], pairs["tagged"]).astype(np.int64)}


def _labels(column: pa.ChunkedArray) -> Numbers:
    found: Numbers = pc.index_in(column, value_set=pa.array(LABELS)).fill_null(UNKNOWN).to_numpy().astype(np.int64)
    return found


def _authors(column: pa.ChunkedArray) -> Numbers:
    named = pc.is_valid(column).to_numpy()
    found = np.zeros(len(column), dtype=np.int64)
    found[named] = np.unique(column.drop_null().to_numpy(), return_inverse=True)[1]
    found[~named] = int(found.max(initial=0)) + 1 + np.arange((~named).sum())
    return found


def _days(column: pa.ChunkedArray) -> Array:
    stated = pc.is_valid(column).to_numpy()
    since = column.cast(pa.int64()).fill_null(0).to_numpy().astype(np.float64) / DAY
    return np.where(stated, since, np.nan)
