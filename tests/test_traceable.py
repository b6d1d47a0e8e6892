"""Every score that a document shows is a row of an evaluation.json, with a signature that says what it is of."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from runs import ROOT

EVALUATIONS = [ROOT / "docs" / "evaluation.json", ROOT / "models" / "first" / "evaluation.json"]
SCORE = re.compile(r"(\d\.\d\d) \((\d\.\d\d) to (\d\.\d\d); n ([\d,]+)")  # as in 0.70 (0.66 to 0.74; n 411)
WHERE = {
    "README.md": "models/first/evaluation.json",
    "docs/evaluation.md": "docs/evaluation.json",
    "models/first/card.md": "models/first/evaluation.json",
}


def _rows(values: Any) -> Iterator[dict[str, Any]]:
    """Every value with an interval, anywhere in an evaluation."""
    if isinstance(values, list):
        for each in values:
            yield from _rows(each)
    elif isinstance(values, dict):
        if {"value", "low", "high"} <= values.keys():
            yield values
        for each in values.values():
            own = {"n": values["n"]} if isinstance(each, dict) and "n" in values and "value" in each else {}
            yield from _rows(each | own if own else each)


def _shown(row: dict[str, Any]) -> tuple[str, str, str, str]:
    return f"{row['value']:.2f}", f"{row['low']:.2f}", f"{row['high']:.2f}", f"{row.get('n', 0)}"


@pytest.mark.parametrize("path", EVALUATIONS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_score_is_signed_with_what_it_is_of(path: Path) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    rows = [row for name in ("scores", "baselines", "ceiling") for row in values.get(name, [])]
    assert len(rows) > 50
    for row in rows:
        for part in (row["task"], row["corpus"], row["lang"], f"n={row['n']}", row["metric"], "ci="):
            assert part in row["signature"], row
    assert any(re.search(r"model=?\w*@[0-9a-f]{12}", row["signature"]) for row in rows)


@pytest.mark.parametrize("document", WHERE)
def test_every_score_in_a_document_is_in_the_evaluation_that_it_names(document: str) -> None:
    values = json.loads((ROOT / WHERE[document]).read_text(encoding="utf-8"))
    known = {_shown(row) for row in _rows(values) if row["value"] is not None}
    told = [(*found[:3], found[3].replace(",", "")) for found in SCORE.findall((ROOT / document).read_text(encoding="utf-8"))]
    assert [each for each in told if each not in known] == []
    assert told or document.endswith("card.md")  # a card may write its intervals in columns; tests/test_documentation.py remakes it whole


def test_what_the_readme_says_of_the_detector_is_in_its_card() -> None:
    """The card is made from the detector's evaluation.json (tests/test_documentation.py)."""
    said = re.search(r"Of the (\d+) cells .* in (\d+) and better", (ROOT / "models" / "language" / "card.md").read_text(encoding="utf-8"))
    assert said is not None
    assert f"in {said[2]} of {said[1]} cells" in (ROOT / "README.md").read_text(encoding="utf-8").replace("\n", " ")
