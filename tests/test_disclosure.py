"""Nobody can work out what privacy closes from what is shown: counted texts of the estimates and the raw shares of the rankings, put together."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from decisions import tables
from feedback_tables import run_of
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.aggregate.people import People, closed
from pipeline.aggregate.solving import told, totals
from pipeline.aggregate.stage import count, estimate_all, merge
from pipeline.config import AggregateConfig

CONFIG = AggregateConfig(groupings=("lang", "lang+brand"), min_n=1, min_authors=4, max_width=1.0)


def _people(cells: list[list[int]]) -> People:
    owner = np.array([i for i, authors in enumerate(cells) for _ in authors], dtype=np.int64)
    return People.listed(owner, np.array([author for authors in cells for author in sorted(set(authors))], dtype=np.int64), len(cells))


@given(cells=st.lists(st.sets(st.integers(0, 12), max_size=9), min_size=1, max_size=6), least=st.integers(1, 5), columns=st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_what_is_closed_in_a_total_is_nothing_or_enough_people_in_two_cells(cells: list[set[int]], least: int, columns: int) -> None:
    """In each of two divisions of the cells; unless nothing is left that could be closed."""
    listed = [sorted(each) for each in cells]
    lines = [[i % columns for i in range(len(cells))], [i // columns for i in range(len(cells))]]
    n = np.array([float(len(each)) for each in cells])
    shut = closed(n, _people(listed), [(str(i),) for i in range(len(cells))], lines, least)
    for line in lines:
        for total in set(line):
            members = [i for i in range(len(cells)) if line[i] == total]
            inside = [i for i in members if shut[i]]
            everything = all(shut[i] or n[i] == 0 for i in members)
            people = len(set().union(*(cells[i] for i in inside)))
            assert not inside or everything or (len(inside) > 1 and people >= least)
    assert all(shut[i] for i in range(len(cells)) if 0 < len(cells[i]) < least)


def _equations(table: np.ndarray, shut: np.ndarray) -> np.ndarray:
    """What is known of a table of two divisions: the whole, the totals that are open when each division stands alone, and the open cells."""
    unit = np.eye(table.size)
    known = [np.ones(table.size)]
    for axis in (0, 1):
        sizes = table.sum(axis=1 - axis)
        alone = closed(sizes.astype(float), _alone(sizes), [(str(i),) for i in range(len(sizes))], [[0] * len(sizes)], LEAST)
        totals = unit.reshape(*table.shape, -1).sum(axis=1 - axis)
        known += [total for total, hidden in zip(totals, alone, strict=True) if not hidden]
    return np.array([*known, *unit[~shut | (table.ravel() == 0)]])


def _alone(sizes: np.ndarray) -> People:
    return _people([list(range(1000 * i, 1000 * i + size)) for i, size in enumerate(sizes.tolist())])


def _closed_in_both(table: np.ndarray) -> np.ndarray:
    rows, columns = (each.ravel().tolist() for each in np.indices(table.shape))
    names = [(str(i), str(j)) for i, j in zip(rows, columns, strict=True)]
    return closed(table.ravel().astype(float), _alone(table.ravel()), names, [rows, columns, [0] * table.size], LEAST)


LEAST = 4


@pytest.mark.parametrize("seed", range(6))
def test_several_totals_together_tell_of_no_cell_of_few_people_while_another_is_left_to_close(seed: int) -> None:
    """A cell is told if no other solution of the equations differs in it."""
    rng = np.random.default_rng(seed)
    tried = 0
    for _ in range(60):
        table = rng.choice([0, 1, 2, 5, 6, 7, 9], size=rng.integers(2, 6, 2))
        shut, few = _closed_in_both(table), (table.ravel() > 0) & (table.ravel() < LEAST)
        if table.sum() < LEAST or shut[table.ravel() > 0].all():
            continue  # nothing is told of the whole, or nothing is left to close
        _, value, vectors = np.linalg.svd(_equations(table, shut))
        free = vectors[(value > 1e-9).sum() :]
        assert not few.any() or (np.abs(free[:, few]) > 1e-9).any(axis=0).all(), (table, shut.reshape(table.shape))
        tried += bool(few.any())
    assert tried > 30


def test_a_cell_that_links_two_closed_blocks_is_told_by_totals_that_each_tell_nothing() -> None:
    """Rows 0 and 1 less columns 0 and 1 leave the cell between the blocks, though three cells are closed in its row and in its column."""
    shut = np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 1, 1], [0, 0, 1, 1]], dtype=bool).ravel()
    rows, columns = (each.ravel().tolist() for each in np.indices((4, 4)))
    found, together = told([*totals(rows), *totals(columns)], shut)
    assert np.flatnonzero(found).tolist() == [6] and len(together) == 1
    assert not told([*totals(rows), *totals(columns)], shut & (np.arange(16) != 6))[0].any()


def test_who_writes_in_several_cells_is_one_person() -> None:
    people = _people([[1, 2, 3], [1, 2, 3], [4, 5, 6]])
    assert people.fewer([0, 1], 4) and not people.fewer([0, 2], 6) and people.fewer([0, 1, 2], 7)


def _rows(sizes: list[int], overlap: bool) -> list[dict[str, Any]]:
    rows = []
    for brand, size in enumerate(sizes):
        for i in range(size):
            author = f"a{i}" if overlap else f"a{brand}-{i}"
            name = {"brand": f"b{brand}"} if brand else {}  # the first texts do not state their brand
            label = "negative" if (i + brand) % 3 else "positive"
            rows.append({"doc_id": f"{brand}-{i}", "text": "x", "lang": "de", "label": label, "author": author, **name})
    return rows


def _counts(estimates: pa.Table, rankings: pa.Table) -> tuple[dict[str | None, float], dict[str | None, int]]:
    """Negative texts by brand that can be read off the two tables (None: all brands), and the authors of each cell."""
    known, authors = {}, {}
    for row in estimates.to_pylist():
        if row["measure"] == "classified_negative":
            authors[row["brand"]] = row["authors"]
            if row["value"] is not None:
                known[row["brand"]] = row["value"] * row["n"]
    for row in rankings.to_pylist():
        if row["measure"] == "share_negative" and row["raw"] is not None:
            known[row["brand"]] = row["raw"] * row["n"]
    return known, authors


SIZES = ([3, 8, 9, 7, 8, 20], [8, 3, 9, 7, 8, 20], [3, 2, 9, 7, 8, 20], [1, 1, 1, 7, 9, 9, 20], [0, 3, 5, 5, 5, 5, 9])


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("overlap", [False, True])
def test_no_brand_of_few_people_can_be_subtracted_out_of_estimates_and_rankings(sizes: list[int], overlap: bool) -> None:
    rows = _rows(sizes, overlap)
    estimates, contrasts = estimate_all(merge([count(*run_of(rows), config=CONFIG)]), config=CONFIG)
    known, authors = _counts(estimates, tables(rows, CONFIG)["rankings"])
    hidden = [brand for brand in authors if brand is not None and brand not in known]
    assert all(brand in hidden for brand in authors if brand is not None and authors[brand] < CONFIG.min_authors)
    assert len(hidden) != 1 and len(known) > 2
    together = {row["author"] for row in rows if (row.get("brand") or "unknown") in hidden}
    assert not hidden or len(together) >= CONFIG.min_authors
    for row in contrasts.to_pylist():
        others = {each["author"] for each in rows if (each.get("brand") or "unknown") != row["brand"]}
        assert row["value"] is None or (row["brand"] not in hidden and len(others) >= CONFIG.min_authors)
    assert all(row["value"] is not None or row["reason"] for row in estimates.to_pylist())
