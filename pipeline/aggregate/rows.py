"""Rows of the decision tables: what they have in common, and how they become a table."""

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.config import AggregateConfig
from pipeline.contract import conform
from pipeline.stats.clusters import ROUNDING
from pipeline.tables import Spec

FEW_AUTHORS = "fewer than {limit} authors"


class Row(dict[str, Any]):
    """A row by column; what is left out is null, and `n` and `authors` are 0."""


def rows_to_table(rows: Sequence[Row], spec: Spec) -> pa.Table:
    """The table of the rows, sorted by key. NaN becomes null; a row with a reason shows no value, interval or finding."""
    whole = {field.name for field in spec.schema if pa.types.is_integer(field.type)}
    filled = [
        {name: _plain(row.get(name, 0 if name in ("n", "authors") else None), name in whole) for name in spec.schema.names} for row in rows
    ]
    table = conform(pa.Table.from_pylist(filled, schema=spec.schema), spec)
    order = pc.sort_indices(table, sort_keys=[(name, "ascending", "at_start") for name in spec.key])
    return table.take(order).combine_chunks()


def too_few_authors(authors: float, config: AggregateConfig) -> str | None:
    """Why a cell of so few authors is not shown, or None."""
    return FEW_AUTHORS.format(limit=config.min_authors) if authors < config.min_authors else None


def too_vague(n: float, n_eff: float, width: float, config: AggregateConfig) -> str | None:
    """Why a share of so few texts, or with so wide an interval, is not shown, as in `estimates`; or None."""
    if n < config.min_n:
        return f"fewer than {config.min_n} texts (n={n:.0f})"
    if n_eff < config.min_n * (1 - ROUNDING):
        return f"effective n below {config.min_n}"
    return f"interval wider than {100 * config.max_width:.0f} points" if width > config.max_width else None


def _plain(value: Any, whole: bool) -> Any:
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if math.isnan(number):
        return None
    return round(number) if whole else number
