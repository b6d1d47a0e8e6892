"""The table of conflicts: aspects that some praise and others blame, and amounts that are too little for some and too much for others."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.aggregate.gathered import Cells, Gathered, cluster_sums
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import ClusterSums, effective_n
from pipeline.stats.disagreement import conflict, equal_sides, side_interval
from pipeline.tables import CONFLICTS, DIRECTIONS, LABELS

SURE = 0.9  # probability from which a finding is said
FEW, MUCH = DIRECTIONS
POLARITY = "4pq of texts that only praise or only blame, as classified; Jeffreys posterior on n_eff clustered by author"
DIRECTION = (
    "share too little among texts that judge the amount, as classified; Jeffreys interval and exact test on n_eff clustered by author"
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
    for place, sums in _sides(run, columns, negative, positive):
        p, n = float(sums.total[0] / sums.n[0]), float(effective_n(sums)[0])
        value, low, high, split = (float(each) for each in conflict(p * n, (1 - p) * n, config.confidence))
        finding = "split" if split >= SURE else "one side" if split <= 1 - SURE else "undecided"
        measured = {"value": value, "low": low, "high": high, "p_split": split, "p_value": float(equal_sides(p * n, (1 - p) * n))}
        few = (
            f"effective n below {config.min_n}" if n < config.min_n else None
        )  # what is read wrongly looks like conflict, above all where n is small
        yield _row({**place, "measure": "conflict_index", "method": POLARITY}, {**measured, "finding": finding}, sums, n, config, few)


def _direction(run: Gathered, columns: tuple[str, ...], config: AggregateConfig) -> Iterator[Row]:
    little, much = (run.directed[name] & ~run.directed[other] for name, other in ((FEW, MUCH), (MUCH, FEW)))
    for place, sums in _sides(run, columns, little, much):
        p, n = float(sums.total[0] / sums.n[0]), float(effective_n(sums)[0])
        one, other = p * n, (1 - p) * n
        low, high = (float(each) for each in side_interval(one, other, config.confidence))
        split, p_value = float(conflict(one, other)[3]), float(equal_sides(one, other))
        measured = {"value": p, "low": low, "high": high, "p_split": split, "p_value": p_value, "finding": _says(p, split, p_value)}
        yield _row({**place, "measure": f"share_{FEW}", "method": DIRECTION}, measured, sums, n, config)


def _says(p: float, split: float, p_value: float) -> str:
    """A split is more than no difference: both sides must be large with high probability."""
    if split >= SURE:
        return "split: no single fix"
    side = "too little" if p > 0.5 else "too much"
    if split <= 1 - SURE:
        return side
    return f"mostly {side}" if p_value < 0.05 else "undecided"


def _sides(run: Gathered, columns: tuple[str, ...], one: Any, other: Any) -> Iterator[tuple[dict[str, str], ClusterSums]]:
    """Of each cell: its place, and the sums of texts on `one` side among those on either."""
    counted = one | other
    cells = Cells.of(columns, [np.where(counted, run.of_opinions(name), -1) for name in columns])
    author = run.author[run.text]
    sums = cluster_sums(cells.of_row, author, counted.astype(float), one.astype(float), len(cells))
    for index, codes in enumerate(cells.codes):
        place = {name: run.names[name][code] for name, code in zip(columns, codes, strict=True)}
        yield place, ClusterSums(**{name: amount[index : index + 1] for name, amount in vars(sums).items()})


def _row(
    about: dict[str, Any], measured: dict[str, Any], sums: ClusterSums, n_eff: float, config: AggregateConfig, few: str | None = None
) -> Row:
    reason = few or too_few_authors(float(sums.clusters[0]), config)
    counted = {"n": sums.n[0], "n_eff": n_eff, "authors": sums.clusters[0], "reason": reason}
    return Row(**about, **counted, **({} if reason else measured))
