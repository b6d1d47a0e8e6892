"""From rows of sums to the cluster sums of cells, for any set of columns.

A cell is a number: the codes of its columns written in a number system with as many digits as the column has values. The aspect is the
last digit, so that the cell which an aspect cell is part of is its number without that digit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.sums import ADDED, DIMENSIONS
from pipeline.stats.clusters import JackknifeSums, jackknife_weight
from pipeline.stats.proportions import Array
from pipeline.tables import LABELS

Numbers = npt.NDArray[np.int64]
UNKNOWN = "unknown"  # brand, channel or period of a text that does not state it
SCORED = "scored"  # texts with one of the four labels


@dataclass(frozen=True)
class Rows:
    """Merged sums as numbers: arrays (n_rows,). `author` is -1 where texts have none."""

    codes: dict[str, Numbers]
    names: dict[str, list[str]]  # of the codes, sorted
    author: Numbers
    amounts: dict[str, Numbers]

    @classmethod
    def of(cls, sums: pa.Table) -> "Rows":
        """Code the columns; the codes follow the sorted names, so that they do not depend on the order of rows."""
        coded = {name: _code(sums[name].fill_null(UNKNOWN)) for name in DIMENSIONS}
        named = pc.is_valid(sums["author"]).to_numpy()
        dense = np.full(len(sums), -1, dtype=np.int64)
        dense[named] = np.unique(sums["author"].drop_null().to_numpy(), return_inverse=True)[1]
        amounts = {name: sums[name].to_numpy() for name in ADDED}
        amounts[SCORED] = sum((amounts[name] for name in LABELS), np.zeros(len(sums), dtype=np.int64))
        return cls({name: codes for name, (codes, _) in coded.items()}, {name: names for name, (_, names) in coded.items()}, dense, amounts)

    def take(self, mask: npt.NDArray[np.bool_]) -> "Rows":
        """The rows where `mask` holds; codes keep their meaning."""
        return Rows(
            {name: codes[mask] for name, codes in self.codes.items()},
            self.names,
            self.author[mask],
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
    sums: dict[str, Array]  # of named authors, (n_clusters,)
    alone: dict[str, Array]  # of texts without an author, (n_cells,)

    @classmethod
    def of(cls, rows: Rows, columns: Sequence[str]) -> "Cells":
        """Add up the rows of each cell and author."""
        numbers, cell = np.unique(rows.cell_numbers(columns), return_inverse=True)
        named = rows.author >= 0
        authors = int(rows.author.max(initial=0)) + 1
        clusters, cluster = np.unique(cell[named] * authors + rows.author[named], return_inverse=True)
        return cls(
            numbers,
            clusters // authors,
            clusters % authors,
            {name: _add(cluster, amount[named], len(clusters)) for name, amount in rows.amounts.items()},
            {name: _add(cell[~named], amount[~named], len(numbers)) for name, amount in rows.amounts.items()},
        )

    def cluster_sums(self, size: str, total: str, squares: str | None = None) -> JackknifeSums:
        """The cluster sums of `total` per `size`; `squares`, the sum of squared values, defaults to `total` (of zeros and ones)."""
        n, y = self.sums[size], self.sums[total]
        alone, alone_total, alone_squares = self.alone[size], self.alone[total], self.alone[squares or total]
        whole = self._per_cell(n) + alone
        weight, single = jackknife_weight(n, whole[self.owner]), jackknife_weight(np.ones_like(whole), whole)
        return JackknifeSums(
            self._per_cell((n > 0).astype(float)) + alone,
            whole,
            self._per_cell(y) + alone_total,
            self._per_cell(n**2) + alone,
            self._per_cell(n * y) + alone_total,
            self._per_cell(y**2) + alone_squares,
            self._per_cell(weight * n**2) + single * alone,
            self._per_cell(weight * n * y) + single * alone_total,
            self._per_cell(weight * y**2) + single * alone_squares,
        )

    def total(self, name: str) -> Array:
        """The sum over all texts of each cell."""
        return self._per_cell(self.sums[name]) + self.alone[name]

    def _per_cell(self, amount: Array) -> Array:
        return np.bincount(self.owner, weights=amount, minlength=len(self.numbers)).astype(np.float64)


def mention_sums(texts: Cells, mentions: Cells, aspects: int) -> JackknifeSums:
    """Texts that mention the aspect (`mentions`, whose number ends in the aspect) per text of the cell they are part of."""
    parent = np.searchsorted(texts.numbers, mentions.numbers // aspects)
    whole = texts.cluster_sums("texts", "texts")
    authors = int(max(texts.author.max(initial=0), mentions.author.max(initial=0))) + 1
    place = np.searchsorted(texts.owner * authors + texts.author, parent[mentions.owner] * authors + mentions.author)
    y = mentions.sums["texts"]
    written = texts.sums["texts"][place]
    alone = mentions.alone["texts"]
    n = whole.n[parent]
    weight, single = jackknife_weight(written, n[mentions.owner]), jackknife_weight(np.ones_like(n), n)
    return JackknifeSums(
        whole.clusters[parent],
        n,
        mentions._per_cell(y) + alone,
        whole.nn[parent],
        mentions._per_cell(written * y) + alone,
        mentions._per_cell(y**2) + alone,
        whole.jnn[parent],
        mentions._per_cell(weight * written * y) + single * alone,
        mentions._per_cell(weight * y**2) + single * alone,
    )


def _code(column: pa.ChunkedArray) -> tuple[Numbers, list[str]]:
    names = sorted(pc.unique(column).to_pylist())
    return pc.index_in(column, value_set=pa.array(names, pa.string())).to_numpy().astype(np.int64), names


def _add(place: Numbers, amount: Numbers, length: int) -> Array:
    """Exact sums of whole numbers, then as floats: the order of rows leaves no trace."""
    total = np.zeros(length, dtype=np.int64)
    np.add.at(total, place, amount)
    return total.astype(np.float64)
