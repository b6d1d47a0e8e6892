"""Which cells of a table a section shows, and in which order."""

from typing import Any

import pyarrow as pa

from pipeline.report.board import Board
from pipeline.report.brand_cells import MOST_BRANDS, by_cell, chosen, has_value, rows_told

BOARD = Board({"cy": {}}, {})


def row(
    lang: str | None, brand: str | None, n: int, value: float | None = 0.5, method: str = "wilson", measure: str = "m"
) -> dict[str, Any]:
    return {"lang": lang, "brand": brand, "measure": measure, "n": n, "value": value, "method": method}


def test_rows_of_nothing_worked_out_and_of_languages_elsewhere_are_left_out() -> None:
    table = pa.Table.from_pylist([row(None, None, 9), row("cy", None, 5), row("cy", "A", 4, method="none"), row("vi", None, 4)])
    assert [(each["lang"], each["brand"]) for each in rows_told(table, BOARD)] == [(None, None), ("cy", None)]
    assert rows_told(None, BOARD) == []


def test_everything_comes_first_then_languages_then_brands_by_their_texts() -> None:
    cells = by_cell([row(None, "small", 3), row("cy", None, 20), row(None, "big", 30), row(None, None, 50), row("vi", None, 30)])
    assert chosen(cells, ["m"]) == ([(None, None), ("vi", None), ("cy", None), (None, "big"), (None, "small")], 0)


def test_a_cell_without_a_value_is_not_shown_and_brands_past_the_limit_are_counted() -> None:
    brands = [row(None, f"b{i}", i) for i in range(MOST_BRANDS + 3)]
    cells = by_cell([row(None, None, 90), row("cy", None, 80, value=None), *brands])
    shown, more = chosen(cells, ["m"])
    assert (len(shown), more) == (1 + MOST_BRANDS, 3) and ("cy", None) not in shown and (None, "b2") not in shown
    assert not has_value(cells["cy", None], "m") and not has_value(cells[None, "b2"], "other")
