"""From rows of sums to the cluster sums of cells, for any set of columns.

A cell is a number: the codes of its columns written in a number system with as many digits as the column has values. The aspect is the
last digit, so that the cell which an aspect cell is part of is its number without that digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.sums import ADDED, DIMENSIONS, WEIGHT_UNIT, in_order
from pipeline.stats.clusters import JackknifeSums, jackknife_weight
from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array
from pipeline.tables import LABELS, UNSCORED

Numbers = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Amounts = npt.NDArray[np.int32] | Numbers
UNKNOWN = "unknown"  # brand, channel or period of a text that does not state it
SCORED = "scored"  # texts with one of the four labels


@dataclass(frozen=True)
class Rows:
    """Merged sums as numbers: arrays (n_rows,). `author` is -1 where texts have none."""

    codes: dict[str, Codes]
    names: dict[str, list[str]]  # of the codes, sorted
    is_text: npt.NDArray[np.bool_]  # counts texts; else texts that mention an aspect
    author: Numbers
    weight: Array  # of each text of the row
    amounts: dict[str, Amounts]

    @classmethod
    def of(cls, sums: pa.Table) -> "Rows":
        """Code the columns of sums as `merge` leaves them: in one order, because sums of weights, which are not whole, depend on it."""
        coded = {name: _code(sums[name]) for name in DIMENSIONS}
        named = pc.is_valid(sums["author"]).to_numpy()
        dense = np.full(len(sums), -1, dtype=np.int64)
        dense[named] = np.unique(sums["author"].drop_null().to_numpy(), return_inverse=True)[1]
        amounts = {name: sums[name].to_numpy() for name in ADDED}
        amounts[SCORED] = sum((amounts[name] for name in LABELS), np.zeros(len(sums), dtype=np.int32))
        amounts[UNSCORED] = amounts["texts"] - amounts[SCORED]
        weight = sums["weight"].to_numpy() / WEIGHT_UNIT
        return cls(
            {name: codes for name, (codes, _) in coded.items()},
            {name: names for name, (_, names) in coded.items()},
            sums["aspect"].is_null().to_numpy(),
            dense,
            weight,
            amounts,
        )

    def amounting(self, names: Sequence[str]) -> "Rows":
        """The same rows with these amounts only."""
        return replace(self, amounts={name: self.amounts[name] for name in names})

    def take(self, mask: npt.NDArray[np.bool_]) -> "Rows":
        """The rows where `mask` holds; codes keep their meaning."""
        return Rows(
            {name: codes[mask] for name, codes in self.codes.items()},
            self.names,
            self.is_text[mask],
            self.author[mask],
            self.weight[mask],
            {name: amount[mask] for name, amount in self.amounts.items()},
        )

    def cell_numbers(self, columns: Sequence[str]) -> Numbers:
        """The cell of each row."""
        number = np.zeros(len(self.author), dtype=np.int64)
        for name in columns:
            number = number * len(self.names[name]) + self.codes[name]
        return number

    def cell_names(self, columns: Sequence[str], numbers: Numbers) -> dict[str, pa.Array]:
        """The value of each column in each cell, from the cells' numbers."""
        found = {}
        for name in reversed(columns):
            numbers, codes = np.divmod(numbers, len(self.names[name]))
            found[name] = pa.array(self.names[name], pa.string()).take(pa.array(codes))
        return found


@dataclass(frozen=True)
class Cells:
    """Rows added up to cells, and within a cell to authors (clusters); texts without an author are clusters of one text."""

    numbers: Numbers  # (n_cells,) ascending
    owner: Numbers  # (n_clusters,) index of the cluster's cell
    author: Numbers  # (n_clusters,)
    texts: dict[str, Array]  # unweighted counts and sums, (n_cells,)
    sums: dict[str, Array]  # weighted, of named authors, (n_clusters,)
    alone: dict[str, Array]  # weighted, of texts without an author, (n_cells,)
    alone_squares: dict[str, Array]  # the same with squared weights, (n_cells,)
    alone_count: dict[str, Array]  # unweighted, (n_cells,)
    squares: dict[str, Array]  # with squared weights, of all texts, (n_cells,)

    @classmethod
    def of(cls, rows: Rows, columns: Sequence[str]) -> "Cells":
        """Add up the rows of each cell and author."""
        numbers, cell = distinct(rows.cell_numbers(columns))
        named = rows.author >= 0
        authors = int(rows.author.max(initial=0)) + 1
        clusters, cluster = np.unique(cell[named] * authors + rows.author[named], return_inverse=True)
        w, loner, number = rows.weight, ~named, len(numbers)

        def per_cell(weight: Array, where: npt.NDArray[np.bool_]) -> dict[str, Array]:
            return {name: _add(cell[where], amount[where], weight[where], number) for name, amount in rows.amounts.items()}

        sums = {name: _add(cluster, amount[named], w[named], len(clusters)) for name, amount in rows.amounts.items()}
        count = per_cell(np.ones_like(w), loner)
        if (w == 1).all():
            owner = clusters // authors
            texts = {name: np.bincount(owner, weights=sums[name], minlength=number) + count[name] for name in sums}
            return cls(numbers, owner, clusters % authors, texts, sums, count, count, count, texts)
        everything = np.ones(len(w), dtype=bool)
        texts, squares = per_cell(np.ones_like(w), everything), per_cell(w**2, everything)
        return cls(numbers, clusters // authors, clusters % authors, texts, sums, per_cell(w, loner), per_cell(w**2, loner), count, squares)

    def scale(self, size: str) -> Array:
        """What makes the weights of each cell add up to Kish's effective number of texts, (sum w)^2 / sum w^2 (Kish 1965); 1 without weights."""
        return np.divide(self.total(size), self.squares[size], out=np.ones(len(self.numbers)), where=self.squares[size] > 0)

    def cluster_sums(self, size: str, total: str, squares: str | None = None) -> JackknifeSums:
        """The cluster sums of `total` per `size`; `squares`, the sum of squared values, defaults to `total` (of zeros and ones)."""
        scale = self.scale(size)
        n, y = self.sums[size] * scale[self.owner], self.sums[total] * scale[self.owner]
        alone, alone_total, squared = self.alone[size] * scale, self.alone[total] * scale, scale**2
        alone_n, alone_ny, alone_yy = (self.alone_squares[name] * squared for name in (size, total, squares or total))
        whole = self._per_cell(n) + alone
        typical = np.divide(alone, self.alone_count[size], out=np.ones_like(alone), where=self.alone_count[size] > 0)
        weight, single = jackknife_weight(n, whole[self.owner]), jackknife_weight(typical, whole)
        return JackknifeSums(
            self._per_cell((n > 0).astype(float)) + self.alone_count[size],
            whole,
            self._per_cell(y) + alone_total,
            self._per_cell(n**2) + alone_n,
            self._per_cell(n * y) + alone_ny,
            self._per_cell(y**2) + alone_yy,
            self._per_cell(weight * n**2) + single * alone_n,
            self._per_cell(weight * n * y) + single * alone_ny,
            self._per_cell(weight * y**2) + single * alone_yy,
        )

    def total(self, name: str) -> Array:
        """The weighted sum over all texts of each cell."""
        return self._per_cell(self.sums[name]) + self.alone[name]

    def _per_cell(self, amount: Array) -> Array:
        found = np.zeros(len(self.numbers))
        if len(amount):  # clusters stand in the order of their cells
            found[self.owner[self._starts]] = np.add.reduceat(amount, self._starts, dtype=np.float64)
        return found

    @cached_property
    def _starts(self) -> Numbers:
        return np.flatnonzero(np.diff(self.owner, prepend=-1))


def mention_sums(texts: Cells, mentions: Cells, aspects: int) -> JackknifeSums:
    """Texts that mention the aspect (`mentions`, whose number ends in the aspect) per text of the cell they are part of."""
    parent = np.searchsorted(texts.numbers, mentions.numbers // aspects)
    whole = texts.cluster_sums("texts", "texts")
    authors = int(max(texts.author.max(initial=0), mentions.author.max(initial=0))) + 1
    place = np.searchsorted(texts.owner * authors + texts.author, parent[mentions.owner] * authors + mentions.author)
    scale = texts.scale("texts")
    y = mentions.sums["texts"] * scale[parent[mentions.owner]]
    written = texts.sums["texts"][place] * scale[parent[mentions.owner]]
    alone, alone_squares = mentions.alone["texts"] * scale[parent], mentions.alone_squares["texts"] * scale[parent] ** 2
    n = whole.n[parent]
    typical = np.divide(alone, mentions.alone_count["texts"], out=np.ones_like(alone), where=mentions.alone_count["texts"] > 0)
    weight, single = jackknife_weight(written, n[mentions.owner]), jackknife_weight(typical, n)
    return JackknifeSums(
        whole.clusters[parent],
        n,
        mentions._per_cell(y) + alone,
        whole.nn[parent],
        mentions._per_cell(written * y) + alone_squares,
        mentions._per_cell(y**2) + alone_squares,
        whole.jnn[parent],
        mentions._per_cell(weight * written * y) + single * alone_squares,
        mentions._per_cell(weight * y**2) + single * alone_squares,
    )


def _code(column: pa.ChunkedArray) -> tuple[Codes, list[str]]:
    """The place of each value among the sorted names; null is a value, too."""
    place, names = in_order(column)
    if (place < 0).any():
        known, names = names, sorted({*names, UNKNOWN})
        place = np.array([*(names.index(name) for name in known), names.index(UNKNOWN)])[place]
    return place.astype(np.int32), names


def _add(place: Numbers, amount: Amounts, weight: Array, length: int) -> Array:
    """Sums of weighted amounts; the order of parts leaves no trace, because the rows are in a fixed order."""
    weights = amount if (weight == 1).all() else amount * weight
    return np.bincount(place, weights=weights, minlength=length).astype(np.float64)
