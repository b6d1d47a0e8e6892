"""The committed table of coverage is what the simulations give: run small, with another seed."""

from pathlib import Path

import pytest
from simulations.__main__ import PARTS, rows
from simulations.tally import BANDS

TABLE = Path(__file__).parents[1] / "docs" / "coverage.md"
LINES = {
    tuple(cells[:3]): cells
    for cells in (
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in TABLE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    )
    if cells[0] not in ("printed as", "---")
}


def _share(cell: str) -> float:
    return float(cell.strip("*"))


SMALL = {  # repetitions that take a second or three
    **{"shares": 500, "ratings": 10, "corrected": 25, "samples": 40, "shrinkage": 5, "conflict": 500},
    **{"changes": 10, "drivers": 6, "waiting": 100, "light": 100},
}


@pytest.mark.parametrize("part", PARTS)
def test_the_committed_table_is_what_another_seed_gives(part: str) -> None:
    """Within four standard errors of the small run, where five cells count as one: they may share a matrix or a list."""
    for row in rows(part, SMALL[part], seed=1):
        committed = _share(LINES[_key(row)][4])
        error = (max(committed * (1 - committed), 0.03) / max(row.ours.cells / 5, 1)) ** 0.5
        assert abs(row.ours.share - committed) <= 4 * error + 0.02, row.shown()


def _key(row) -> tuple[str, str, str]:
    promise = "" if row.promise == "covers .95" else f" ({row.promise})"
    return row.printed, row.method + promise, row.setting


def test_what_does_not_hold_says_why_and_no_other() -> None:
    for (_, method, _), cells in LINES.items():
        promise = next((name for name in (*BANDS, "power") if f"({name})" in method), "covers .95")
        if promise in BANDS:
            low, high = BANDS[promise]
            kept = low <= _share(cells[4]) <= high
            assert kept != cells[4].startswith("**") and kept == (cells[9] == ""), cells


def test_every_table_with_intervals_is_in_it() -> None:
    from pipeline.tables import CONTRASTS, DECISIONS, ESTIMATES

    printed = " ".join(cells[0] for cells in LINES.values())
    for spec in (ESTIMATES, CONTRASTS, *DECISIONS):
        assert f"{spec.name}" in printed, spec.name
