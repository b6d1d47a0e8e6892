"""The table of conflicts: aspects that some praise and others blame, and amounts that are too little for some and too much for others."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.aggregate.closing import in_closed_cells, revealing
from pipeline.aggregate.gathered import Cells, Flags, Gathered, cluster_sums
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import JackknifeSums, effective_n
from pipeline.stats.disagreement import conflict, equal_sides, side_interval
from pipeline.stats.proportions import Array, wilson
from pipeline.tables import CONFLICTS, DIRECTIONS, LABELS

SURE = 0.9  # probability from which a finding is said
FEW, MUCH = DIRECTIONS
POLARITY = "4pq of texts that only praise or only blame, as classified; Jeffreys posterior on n_eff clustered by author"
INVENTED = 0.05  # part of the texts that blame an aspect up to which a side may be misreadings; decision 0025
DIRECTION = (
    "share too little among texts that judge the amount, as classified; Jeffreys interval and exact test on n_eff clustered by author; a side counts where surely more than "
    f"{INVENTED:.0%} of the texts that blame the aspect take it"
)
GROUPS = (("lang", "aspect"), ("lang", "brand", "aspect"))


def conflicts(run: Gathered, *, config: AggregateConfig) -> pa.Table:
    """The conflict index of each aspect's polarity and the split of its direction; schema `tables.CONFLICTS`."""
    found = [row for columns in GROUPS for row in (*_polarity(run, columns, config), *_direction(run, columns, config))]
    measures = {row["measure"] for row in found}
    for measure, why in (
        ("conflict_index", "no text praises or blames an aspect"),
        ("share_too_little", "no amount was read as too little or too much"),
    ):
        if measure not in measures:
            found.append(Row(measure=measure, method="none", reason=why))
    return rows_to_table(found, CONFLICTS)


def _polarity(run: Gathered, columns: tuple[str, ...], config: AggregateConfig) -> Iterator[Row]:
    negative, positive = (run.polarity == LABELS.index(name) for name in ("negative", "positive"))
    places, sums, shut = _sides(run, columns, negative, positive, np.ones(len(run.text), dtype=bool), config)
    p, n = sums.total / sums.n, effective_n(sums)
    value, low, high, split = conflict(p * n, (1 - p) * n, config.confidence)
    p_value = equal_sides(p * n, (1 - p) * n)
    for i, place in enumerate(places):
        finding = "split" if split[i] >= SURE else "one side" if split[i] <= 1 - SURE else "undecided"
        measured = {"value": value[i], "low": low[i], "high": high[i], "p_split": split[i], "p_value": p_value[i]}
        about = {**place, "measure": "conflict_index", "method": POLARITY}
        small = n[i] < config.min_n  # what is read wrongly looks like conflict, above all where n is small
        few = f"effective n below {config.min_n}" if small else None
        yield _row(about, {**measured, "finding": finding}, sums, i, n[i], shut[i], few)


def _direction(run: Gathered, columns: tuple[str, ...], config: AggregateConfig) -> Iterator[Row]:
    little, much = (run.directed[name] & ~run.directed[other] for name, other in ((FEW, MUCH), (MUCH, FEW)))
    places, sums, shut = _sides(run, columns, little, much, little | much, config)
    p, n = sums.total / sums.n, effective_n(sums)
    one, other = p * n, (1 - p) * n
    (low, high), split, p_value = side_interval(one, other, config.confidence), conflict(one, other)[3], equal_sides(one, other)
    blaming = _blaming(run, columns, places) * (n / sums.n)
    few, many = (wilson(np.minimum(side / blaming, 1), blaming, config.confidence)[0] > INVENTED for side in (one, other))
    for i, place in enumerate(places):
        measured = {"value": p[i], "low": low[i], "high": high[i], "p_split": split[i], "p_value": p_value[i]}
        about = {**place, "measure": f"share_{FEW}", "method": DIRECTION}
        yield _row(about, {**measured, "finding": _says(p[i], split[i], p_value[i], bool(few[i]), bool(many[i]))}, sums, i, n[i], shut[i])


def _blaming(run: Gathered, columns: tuple[str, ...], places: list[dict[str, str]]) -> Array:
    """How many texts of each cell blame the aspect, whether they judge an amount or not."""
    blamed = np.isin(run.polarity, [LABELS.index(name) for name in ("negative", "mixed")]) | run.directed[FEW] | run.directed[MUCH]
    where = np.flatnonzero(blamed)
    cells = Cells.of(columns, [run.of_opinions(name)[where] for name in columns])
    numbers = np.bincount(cells.of_row[cells.of_row >= 0], minlength=len(cells))
    named = {tuple(run.names[name][code] for name, code in zip(columns, codes, strict=True)): at for at, codes in enumerate(cells.codes)}
    return np.array([numbers[named[tuple(place[name] for name in columns)]] for place in places], dtype=np.float64)


def _says(p: float, split: float, p_value: float, few: bool, many: bool) -> str:
    """A split is more than no difference: both sides must be large with high probability. A side that misreadings may have made is none."""
    if not (few if p > 0.5 else many):
        return "undecided"
    if split >= SURE:
        return "split: no single fix" if few and many else "undecided"
    side = "too little" if p > 0.5 else "too much"
    if split <= 1 - SURE:
        return side
    return f"mostly {side}" if p_value < 0.05 else "undecided"


def _sides(
    run: Gathered, columns: tuple[str, ...], one: Flags, other: Flags, told: Flags, config: AggregateConfig
) -> tuple[list[dict[str, str]], JackknifeSums, list[str | None]]:
    """The place of each cell, the sums of texts on `one` side among those on either, arrays (n_cells,), and why privacy closes it, if it does.

    `told` are the opinions of which the sides can be added up over brands: on polarity all that the estimates count, on amounts those that take a side.
    """
    where = np.flatnonzero(one | other)
    cells = Cells.of(columns, [run.of_opinions(name)[where] for name in columns])
    author, ones = run.author[run.text[where]], np.ones(len(where))
    sums = cluster_sums(cells.of_row, author, ones, one[where].astype(np.float64), len(cells))
    places = [{name: run.names[name][code] for name, code in zip(columns, codes, strict=True)} for codes in cells.codes]
    shut = np.zeros(len(cells), dtype=bool)
    if "brand" in columns:
        codes = [np.where(told, run.of_opinions(name), -2) for name in columns]
        closed = in_closed_cells(run, columns, codes, run.author[run.text], config)[where]
        shut[cells.of_row[closed & (cells.of_row >= 0)]] = True
    few = [too_few_authors(authors, config) for authors in sums.clusters.tolist()]
    return places, sums, [why or (revealing(config) if closed else None) for why, closed in zip(few, shut, strict=True)]


def _row(
    about: dict[str, Any],
    measured: dict[str, Any],
    sums: JackknifeSums,
    cell: int,
    n_eff: float,
    private: str | None,
    few: str | None = None,
) -> Row:
    reason = private or few
    counted = {"n": sums.n[cell], "n_eff": None if private else n_eff, "authors": sums.clusters[cell], "reason": reason}
    return Row(**about, **counted, **({} if reason else measured))
