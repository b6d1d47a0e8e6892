"""From merged sums to the table of estimates."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.cells import Cells, Rows
from pipeline.aggregate.groupings import parse
from pipeline.aggregate.measures import Measured, aspect_measures, text_measures
from pipeline.aggregate.sums import DIMENSIONS
from pipeline.aggregate.withholding import reasons
from pipeline.config import AggregateConfig
from pipeline.contract import conform
from pipeline.tables import ESTIMATES

Keys = dict[str, pa.Array]


def estimate(merged: pa.Table, *, config: AggregateConfig) -> pa.Table:
    """Value and interval of each cell and measure (schema `tables.ESTIMATES`), or why they are withheld; sorted by cell.

    Leaves out groupings by a column that no text of the run states, cells without a text, aspects that a cell never
    mentions, and mean ratings where nothing is rated. Shares are shares *classified as*: classifier error is not corrected for.
    """
    rows = Rows.of(merged)
    is_text = merged["aspect"].is_null().to_numpy()
    texts, mentions = rows.take(is_text), rows.take(~is_text)
    blocks = [ESTIMATES.schema.empty_table()]
    for columns in parse(config.groupings):
        if all(name == "aspect" or merged[name].null_count < len(merged) for name in columns):
            blocks += [_block(keys, measured, config) for keys, measured in _measured(columns, texts, mentions, config)]
    table = conform(pa.concat_tables(blocks), ESTIMATES)
    keys = [(name, "ascending", "at_start") for name in ESTIMATES.key]
    return table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()


def _measured(columns: tuple[str, ...], texts: Rows, mentions: Rows, config: AggregateConfig) -> Iterator[tuple[Keys, Measured]]:
    whole = tuple(name for name in columns if name != "aspect")
    cells = Cells.of(texts, whole)
    if whole == columns:
        keys = texts.cell_names(columns, cells.numbers)
        yield from ((keys, measured) for measured in text_measures(cells, config.confidence))
    else:
        mentioned = Cells.of(mentions, columns)
        keys = mentions.cell_names(columns, mentioned.numbers)
        for measured in aspect_measures(cells, mentioned, len(mentions.names["aspect"]), config.confidence):
            yield keys, measured


def _block(keys: Keys, measured: Measured, config: AggregateConfig) -> pa.Table:
    """The rows of one measure."""
    interval, length = measured.interval, len(measured.clusters)
    reason = pa.array(reasons(measured, config), pa.string())
    hidden = reason.is_valid().to_numpy(zero_copy_only=False)
    columns = {
        **{name: keys.get(name, pa.nulls(length, pa.string())) for name in DIMENSIONS},
        "measure": pa.array([measured.measure] * length, pa.string()),
        "value": pa.array(interval.value, mask=hidden),
        "low": pa.array(interval.low, mask=hidden),
        "high": pa.array(interval.high, mask=hidden),
        "n": interval.n.astype(np.int64),
        "n_eff": interval.n_eff,
        "authors": measured.clusters.astype(np.int64),
        "method": pa.array([measured.method] * length, pa.string()),
        "reason": reason,
    }
    table = pa.table({name: columns[name] for name in ESTIMATES.schema.names}, schema=ESTIMATES.schema)
    return table if measured.proportion else table.filter(interval.n > 0)
