"""The CSV file: opened by a spreadsheet, nothing in it runs and no number becomes text."""

import csv
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import StorageError
from pipeline.report.delimited import write_csv

TABLE = pa.table(
    {
        "brand": ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\uff1d1", "a=b", 'Chợ, "Xanh"', "متجر", None],  # matjar: shop
        "value": [-0.5, *[0.25] * 10, None],
        "n": list(range(12)),
    }
)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_texts_that_look_like_formulas_get_an_apostrophe_and_others_stay(tmp_path: Path) -> None:
    write_csv(TABLE, tmp_path / "e.csv")
    brands = [row["brand"] for row in _read(tmp_path / "e.csv")]
    assert brands == ["'" + name for name in TABLE["brand"].to_pylist()[:8]] + ["a=b", 'Chợ, "Xanh"', "متجر", ""]


def test_numbers_stay_numbers_and_null_is_empty(tmp_path: Path) -> None:
    write_csv(TABLE, tmp_path / "e.csv")
    rows = _read(tmp_path / "e.csv")
    assert [rows[0]["value"], rows[1]["value"], rows[11]["value"], rows[11]["n"]] == ["-0.5", "0.25", "", "11"]


def test_excel_finds_the_byte_order_mark(tmp_path: Path) -> None:
    write_csv(TABLE, tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_bytes().startswith(b"\xef\xbb\xbfbrand,value,n\r\n")


def test_an_empty_table_still_has_its_header(tmp_path: Path) -> None:
    write_csv(TABLE.slice(0, 0), tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_bytes() == b"\xef\xbb\xbfbrand,value,n\r\n"


def test_an_unwritable_place_gives_one_clear_error_and_nothing_half_written(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"Cannot write .*none.e\.csv: No such file or directory\. Make room"):
        write_csv(TABLE, tmp_path / "none" / "e.csv")
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(StorageError):
        write_csv(TABLE, tmp_path / "taken.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]
