"""The cells of a table that are all texts, a language, or a brand; and which of them a section shows, in which order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipeline.report.board import Board

Row = Mapping[str, Any]
Measures = Mapping[str, Row]
Cell = tuple[str | None, str | None]  # language, brand; None: all of them
MOST_BRANDS = 25
NOTHING: Row = {"value": None}


def rows_told(table: pa.Table | None, board: Board) -> list[Row]:
    """Rows that were worked out, of languages that the report speaks of; none where there is no table."""
    every = [] if table is None else table.to_pylist()
    return [row for row in every if row["method"] != "none" and (row["lang"] is None or row["lang"] in board.estimates)]


def by_cell(rows: Iterable[Row]) -> dict[Cell, dict[str, Row]]:
    """The rows of each cell by measure, in the order of the table."""
    cells: dict[Cell, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        cells[row["lang"], row["brand"]][row["measure"]] = row
    return dict(cells)


def has_value(own: Measures, measure: str) -> bool:
    """Whether a cell's measure is there and not withheld."""
    return own.get(measure, NOTHING)["value"] is not None


def chosen(cells: Mapping[Cell, Measures], measures: Sequence[str]) -> tuple[list[Cell], int]:
    """Cells with a value of one of `measures`: all texts, languages, then brands, the most texts first; and how many brands past `MOST_BRANDS` are left out."""
    shown = [cell for cell, own in cells.items() if any(has_value(own, measure) for measure in measures)]
    shown.sort(key=lambda cell: (cell[1] is not None, cell[0] is not None, -cells[cell][measures[0]]["n"]))
    most = MOST_BRANDS + sum(brand is None for _, brand in shown)
    return shown[:most], len(shown[most:])
