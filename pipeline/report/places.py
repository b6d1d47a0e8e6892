"""What a table tells of places: all texts, a language, or a brand; and which of them a section shows, in which order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipeline.report.board import Board

Row = Mapping[str, Any]
Measures = Mapping[str, Row]
Place = tuple[str | None, str | None]  # language, brand; None: all of them
MOST_BRANDS = 25
NOTHING: Row = {"value": None}


def rows_told(table: pa.Table | None, board: Board) -> list[Row]:
    """Rows that were worked out, of languages that the report speaks of; none where there is no table."""
    every = [] if table is None else table.to_pylist()
    return [row for row in every if row["method"] != "none" and (row["lang"] is None or row["lang"] in board.estimates)]


def by_place(rows: Iterable[Row]) -> dict[Place, dict[str, Row]]:
    """The rows of each place by measure, in the order of the table."""
    cells: dict[Place, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        cells[row["lang"], row["brand"]][row["measure"]] = row
    return dict(cells)


def has_value(own: Measures, measure: str) -> bool:
    """Whether a place's measure is there and not withheld."""
    return own.get(measure, NOTHING)["value"] is not None


def chosen(cells: Mapping[Place, Measures], measures: Sequence[str]) -> tuple[list[Place], int]:
    """Places with a value of one of `measures`: all texts, languages, then brands, the most texts first; and how many brands past `MOST_BRANDS` are left out."""
    shown = [place for place, own in cells.items() if any(has_value(own, measure) for measure in measures)]
    shown.sort(key=lambda place: (place[1] is not None, place[0] is not None, -cells[place][measures[0]]["n"]))
    most = MOST_BRANDS + sum(brand is None for _, brand in shown)
    return shown[:most], len(shown[most:])
