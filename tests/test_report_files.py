"""The workbook, the JSON and the comparison of runs: what other programs read."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from finding_rows import hand_made
from test_report import _inputs, _rows

from pipeline import manifest
from pipeline.comparing import compare
from pipeline.errors import UsageError
from pipeline.report.comparison import tell
from pipeline.report.content import Content
from pipeline.report.export import export
from pipeline.report.speech import Speech
from pipeline.report.workbook import about, workbook
from pipeline.stats.mover import Estimated, difference
from pipeline.store import Store
from pipeline.tables import ESTIMATES

SCHEMA = Path(__file__).parents[1] / "docs" / "schema" / "findings-1.json"


@pytest.fixture(scope="module")
def inputs() -> Any:
    return _inputs(_rows(), language="cy,en", tables=hand_made())


@pytest.fixture(scope="module")
def book(inputs: Any) -> Any:
    openpyxl = pytest.importorskip("openpyxl")
    notes = about(Content.of(inputs), inputs, Speech.of("cy,en"))
    return openpyxl.load_workbook(io.BytesIO(workbook({"estimates": inputs.estimates}, notes)))


def test_a_sheet_holds_a_table_with_real_numbers_and_a_frozen_header(book: Any, inputs: Any) -> None:
    sheet = book["estimates"]
    assert sheet.freeze_panes == "A2"
    header, *rows = sheet.iter_rows(values_only=True)
    assert list(header) == inputs.estimates.column_names
    for row, wanted in zip(rows, inputs.estimates.to_pylist(), strict=True):
        for value, number in zip(row, wanted.values(), strict=True):
            assert value == (pytest.approx(number, rel=1e-14) if isinstance(number, float) else number)


def test_the_notes_tell_the_findings_in_both_languages_and_every_column(book: Any, inputs: Any) -> None:
    text = "\n".join(str(value) for row in book["notes"].iter_rows(values_only=True) for value in row if value is not None)
    assert "What stands out" in text and "Beth sy'n sefyll allan" in text and "cyfran negyddol" in text
    assert all(name in text for name in inputs.estimates.column_names)


def test_nothing_in_the_workbook_is_a_formula_or_breaks_it() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    table = pa.table({"=name": ["=HYPERLINK(1)", "+1", "-1", "@x", "\x00\x0b\ud800"[:2], "x" * 40_000], "n": [-1.5, 2, 3, 4, 5, 6]})
    sheet = openpyxl.load_workbook(io.BytesIO(workbook({"t": table}, [("=1+1",)])))["t"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s", "n"}
    assert sheet["A2"].value == "'=HYPERLINK(1)" and sheet["B2"].value == -1.5 and len(sheet["A7"].value) == 32_767


def test_the_same_tables_give_the_same_workbook_and_json(inputs: Any) -> None:
    again = _inputs(_rows(), language="cy,en", tables=hand_made())
    content, speech = Content.of(inputs), Speech.of("cy,en")
    assert workbook({"estimates": inputs.estimates}, []) == workbook({"estimates": again.estimates}, [])
    assert export(content, inputs, speech) == export(Content.of(again), again, Speech.of("cy,en"))


def test_the_json_follows_its_schema_and_says_what_the_page_says(inputs: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    values = json.loads(export(Content.of(inputs), inputs, Speech.of("cy,en")))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(values, schema, cls=jsonschema.Draft202012Validator)
    assert values["findings"] and set(values["findings"][0]["sentence"]) == {"cy", "en"}
    assert len(values["tables"]["estimates"]["rows"]) == len(inputs.estimates)
    values["findings"][0]["grade"] = "certain"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, schema)


def test_the_difference_of_two_proportions_is_newcombes() -> None:
    """Newcombe 1998, Statistics in Medicine 17:873, table II: 56/70 less 48/80, method 10, is 0.2 (0.0524 to 0.3339)."""
    a, b = Estimated(*_wilson(48, 80)), Estimated(*_wilson(56, 70))
    found = difference(a, b)
    assert [round(float(each[0]), 4) for each in found[:3]] == [0.2, 0.0524, 0.3339]
    assert found.p_value[0] < 0.05


def _wilson(successes: int, n: int) -> Iterator[np.ndarray]:
    from pipeline.stats.proportions import wilson

    low, high = wilson(np.array([successes / n]), np.array([float(n)]), 0.95)
    yield from (np.array([successes / n]), low, high)


def test_a_p_value_is_below_5_percent_exactly_where_the_interval_leaves_out_0() -> None:
    rng = np.random.default_rng(0)
    value = rng.random((2, 500))
    sides = [Estimated(each, each - rng.random(500) / 3, each + rng.random(500) / 3) for each in value]
    found = difference(*sides)
    assert np.array_equal(found.p_value < 0.05, (found.low > 0) | (found.high < 0))


def _run(folder: Path, shift: int, model: str = "a") -> Path:
    """A run of 600 German texts of which `shift` more are negative than positive."""
    rows = [{"doc_id": str(i), "text": "x", "lang": "de", "label": "negative" if i < 300 + shift else "positive"} for i in range(600)]
    Store(folder).write(ESTIMATES, 0, _inputs(rows).estimates)
    manifest.write(folder / "run.json", {"models": {"first": model}, "config": {"aggregate": {"confidence": 0.95}}})
    return folder


def test_a_change_is_named_with_its_interval_and_no_change_is_not(tmp_path: Path) -> None:
    found = compare(_run(tmp_path / "a", 0), _run(tmp_path / "b", 120))
    [change] = [each for each in found.named if each.cell["measure"] == "share_negative"]
    assert 0 < change.low < change.value < change.high and change.q_value < 0.001
    told = tell(found.named, len(found.changes), (found.only_first, found.only_second), found.warnings)
    assert "de: share negative: from " in told and " points (+" in told
    assert compare(tmp_path / "a", tmp_path / "a").named == ()


def test_a_comparison_warns_of_another_model(tmp_path: Path) -> None:
    assert "different models" in compare(_run(tmp_path / "a", 0), _run(tmp_path / "b", 0, "other")).warnings[0]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no estimates/. Name the --out folder"):
        compare(tmp_path, tmp_path)
