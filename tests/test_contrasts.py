"""Differences between cells: which are made, and from what."""

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from test_correcting import CONFUSION, EVALUATION, _rows, feedback

from pipeline.aggregate.contrasts import Pair, pairs
from pipeline.aggregate.labelled import line_up_labels, text_hash
from pipeline.aggregate.stage import count, estimate_all, merge, read_errors
from pipeline.config import AggregateConfig
from pipeline.contract import conform
from pipeline.stats.differences import newcombe
from pipeline.stats.mover import p_value
from pipeline.stats.multiplicity import adjust
from pipeline.tables import CONTRASTS, ESTIMATES, LABELLED, LABELS

CONFIG = AggregateConfig(groupings=("lang", "lang+brand", "lang+period", "lang+brand+aspect"))
TRUE = np.array(CONFUSION) / np.sum(CONFUSION, axis=1, keepdims=True)


def _contrasts(rows: list[dict[str, Any]], evaluation: dict[str, Any] = EVALUATION) -> pa.Table:
    counts = merge([count(*feedback.run_of(rows), config=CONFIG)])
    return estimate_all(counts, config=CONFIG, errors=read_errors(evaluation))[1]


def _one(table: pa.Table, measure: str, against: str, **cell: Any) -> dict[str, Any]:
    wanted = {"lang": "de", "brand": None, "period": None, "aspect": None, "measure": measure, "against": against, **cell}
    (found,) = (row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items()))
    return found


def _brand(name: str, negative: int, positive: int, **more: Any) -> list[dict[str, Any]]:
    return _rows({"negative": negative, "positive": positive, "neutral": 40, "mixed": 20}, brand=name, **more)


def test_newcombe_agrees_with_statsmodels() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    for one, n, other, m in ((56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 0, 29)):
        expected = confint_proportions_2indep(one, n, other, m, compare="diff", method="newcomb")
        low, high = newcombe(np.array([one / n]), np.array([n]), np.array([other / m]), np.array([m]))
        np.testing.assert_allclose((low[0], high[0]), expected, atol=1e-9)


def test_a_brand_is_compared_with_the_others_with_shared_draws_of_the_matrix() -> None:
    table = _contrasts(_brand("x", 150, 50) + _brand("y", 70, 130) + _brand("z", 70, 130))
    found = _one(table, "share_negative", "rest", brand="x")
    said = [np.array([a, 40, b, 20]) / 260 for a, b in ((150, 50), (70, 130))]
    truth = [np.linalg.solve(TRUE.T, each)[0] for each in said]
    assert found["value"] == pytest.approx(truth[0] - truth[1], abs=0.04)
    assert found["low"] > 0.2 and found["p_above"] > 0.99 and "shared draws" in found["method"]
    assert (found["n"], found["n_other"]) == (260, 520)
    same = _one(table, "share_negative", "rest", brand="y")
    assert same["value"] < 0 and same["p_above"] < 0.05


def test_a_side_that_needs_few_draws_leaves_the_other_enough() -> None:
    # of x, where hardly anything is said to be negative, few draws of the matrix are possible; of y nearly all
    said = {"x": (7, 95, 65, 3), "y": (321, 260, 252, 70)}
    rows = [row for brand, counts in said.items() for row in _rows(dict(zip(LABELS, counts, strict=True)), brand=brand)]
    found = _one(_contrasts(rows), "share_negative", "rest", brand="x")
    truth = [np.linalg.solve(TRUE.T, np.array(counts) / sum(counts))[0] for counts in said.values()]
    assert found["reason"] is None and found["value"] == pytest.approx(max(truth[0], 0) - truth[1], abs=0.06)


@pytest.mark.parametrize(
    "columns", [("brand", "channel"), ("brand", "channel", "aspect"), ("brand", "period"), ("brand", "channel", "period", "aspect")]
)
def test_any_grouping_names_each_difference_once(columns: tuple[str, ...]) -> None:
    rows = [
        row
        for i, (brand, channel, month) in enumerate(product("xy", ("web", "shop"), ("01", "02")))
        for row in _rows(
            {"negative": 40 + 10 * i, "positive": 60, "neutral": 10, "mixed": 10}, brand=brand, channel=channel, time=f"2026-{month}-05"
        )
    ]
    rows = [{**row, "doc_id": str(i), "text": "Preis", "aspects": [("price", "negative", None, 0.9)]} for i, row in enumerate(rows)]
    config = replace(CONFIG, groupings=("+".join(columns),))
    estimates, contrasts = estimate_all(
        merge([count(*feedback.run_of(rows), config=config)]), config=config, errors=read_errors(EVALUATION)
    )
    conform(estimates, ESTIMATES), conform(contrasts, CONTRASTS)  # the keys are those of one row each
    if columns == ("brand", "channel"):
        found = _one(contrasts, "share_negative", "other brands", brand="y", channel="shop")
        assert (found["n"], found["n_other"]) == (370, 290) and found["family"] == "lang+brand+channel against other brands: share_negative"
        found = _one(contrasts, "share_negative", "other channels", brand="y", channel="shop")
        assert (found["n"], found["n_other"]) == (370, 330) and found["value"] > 0


def test_a_month_is_compared_with_the_calendar_month_before() -> None:
    rows = [
        row
        for month, n in (("01", 60), ("02", 120), ("04", 60))
        for row in _rows({"negative": n, "positive": 200 - n, "neutral": 30, "mixed": 20}, time=f"2026-{month}-05")
    ]
    table = _contrasts(rows)
    found = _one(table, "share_negative", "previous", period="2026-02")
    assert found["value"] > 0.2 and found["low"] > 0
    periods = {row["period"] for row in table.to_pylist() if row["against"] == "previous"}
    assert periods == {"2026-02"}  # nothing is known of March


def test_languages_are_compared_only_with_the_errors_of_each_inside() -> None:
    evaluation = {"errors": {"document": {"de": CONFUSION, "vi": CONFUSION}}}
    texts = {"negative": 100, "positive": 80, "neutral": 40, "mixed": 20}
    rows = [{**row, "lang": lang, "doc_id": lang + row["doc_id"]} for lang in ("de", "vi", "ar") for row in _rows(texts)]
    table = _contrasts(rows, evaluation)
    found = _one(table, "share_negative", "vi")
    assert "independent" in found["method"] and abs(found["value"]) < 0.03
    assert "not corrected" in _one(table, "share_negative", "de", lang="ar")["method"]
    assert found["high"] - found["low"] > 0.1


def test_without_an_error_matrix_the_difference_is_one_of_classified_shares() -> None:
    table = _contrasts(_brand("x", 150, 50) + _brand("y", 70, 130), {})
    found = _one(table, "share_negative", "rest", brand="x")
    low, high = newcombe(np.array([150 / 260]), np.array([260]), np.array([70 / 260]), np.array([260]))
    assert (found["value"], found["low"], found["high"]) == pytest.approx((80 / 260, low[0], high[0]))
    assert "not corrected" in found["method"] and found["p_above"] is None


@pytest.mark.parametrize("evaluation", [EVALUATION, {}], ids=["corrected", "classified"])
def test_a_side_with_too_few_texts_is_withheld_with_a_reason(evaluation: dict[str, Any]) -> None:
    table = _contrasts(_brand("x", 150, 50) + _rows({"negative": 12}, brand="y"), evaluation)
    for brand in ("x", "y"):
        found = _one(table, "share_negative", "rest", brand=brand)
        assert found["value"] is None and found["reason"] == "one side is withheld"


def _written(row: dict[str, Any], number: int, who: str) -> list[dict[str, Any]]:
    """The row once for each of so many authors, all labels by turns."""
    labels = ("negative", "positive", "neutral", "mixed")
    return [{**row, "doc_id": f"{who}{i}", "lang": "de", "label": labels[i % 4], "author": f"{who}{i}"} for i in range(number)]


@pytest.mark.parametrize("evaluation", [EVALUATION, {}], ids=["corrected", "classified"])
def test_a_difference_does_not_tell_of_a_side_with_few_authors(evaluation: dict[str, Any]) -> None:
    few = [{**row, "author": f"b{i % 3}"} for i, row in enumerate(_written({"brand": "b"}, 300, "b"))]
    table = _contrasts(_written({"brand": "a"}, 300, "a") + few, evaluation)
    for brand in ("a", "b"):
        found = _one(table, "share_negative", "rest", brand=brand)
        assert found["value"] is None and found["low"] is None and found["reason"] == "fewer than 10 authors on one side"


def test_nor_does_a_month_of_few_authors_or_the_cell_withheld_for_its_sake() -> None:
    months = {"2026-01": (300, 300), "2026-02": (300, 3), "2026-03": (200, 200), "2026-04": (300, 300), "2026-05": (300, 300)}
    rows = [
        {**row, "author": f"{month}{i % authors}"}
        for month, (texts, authors) in months.items()
        for i, row in enumerate(_written({"time": f"{month}-05"}, texts, month))
    ]
    table = _contrasts(rows)
    reasons = {month: _one(table, "share_negative", "previous", period=month)["reason"] for month in list(months)[1:]}
    private, revealing = "fewer than 10 authors on one side", "would reveal a cell of fewer than 10 authors"
    assert reasons == {"2026-02": private, "2026-03": private, "2026-04": revealing, "2026-05": None}


def test_of_a_labelled_sample_and_a_cell_without_no_difference_is_made() -> None:
    rows = _brand("x", 150, 90) + _brand("y", 150, 90)
    sampled = _differences(rows, ("x",))
    for brand in ("x", "y"):
        found = _one(sampled, "share_negative", "rest", brand=brand)
        assert (
            found["value"] is None
            and "labelled sample, the other is not" in found["reason"]
            and found["method"] == "no difference is computed"
        )


def test_two_labelled_samples_are_independent_and_mirror_each_other() -> None:
    table = _differences(_brand("x", 150, 90) + _brand("y", 90, 150), ("x", "y"))
    one, other = (_one(table, "share_negative", "rest", brand=brand) for brand in ("x", "y"))
    assert "labelled samples of both sides" in one["method"] and one["value"] == pytest.approx(60 / 300, abs=0.05)
    assert (one["value"], one["low"], one["high"]) == pytest.approx((-other["value"], -other["high"], -other["low"]), abs=0.02)


def test_the_labelled_samples_of_the_others_are_put_together() -> None:
    rows = _brand("x", 150, 90) + _brand("y", 60, 180) + _brand("z", 120, 120)
    found = _one(_differences(rows, ("x", "y", "z")), "share_negative", "rest", brand="x")
    two = _brand("x", 150, 90) + _brand("w", 180, 300) + _rows({"neutral": 40, "mixed": 20}, brand="w")  # y and z as one brand
    same = _one(_differences([{**row, "doc_id": f"{i}"} for i, row in enumerate(two)], ("x", "w")), "share_negative", "rest", brand="x")
    assert "labelled samples of both sides" in found["method"] and found["value"] == pytest.approx(150 / 300 - 180 / 600, abs=0.04)
    assert found["high"] - found["low"] == pytest.approx(same["high"] - same["low"], rel=0.1)
    assert "labelled sample, the other is not" in _one(_differences(rows, ("x",)), "share_negative", "rest", brand="x")["reason"]


def _differences(rows: list[dict[str, Any]], brands: tuple[str, ...]) -> pa.Table:
    """With every third text of these brands labelled, each as the classifier said."""
    run = feedback.run_of(rows)
    picked = [row for row in rows[::3] if row["brand"] in brands]
    hashes = {row["doc_id"]: text_hash(row["text"]) for row in run.documents.to_pylist()}
    drawn = {"rating": None, "stratum": "1", "probability": 1 / 3}
    labelled = [{**drawn, "doc_id": row["doc_id"], "label": row["label"], "text_hash": hashes[row["doc_id"]]} for row in picked]
    lined = line_up_labels(run.documents, run.languages, run.sentiment, pa.Table.from_pylist(labelled, schema=LABELLED.schema))
    config = AggregateConfig(groupings=("lang+brand",))
    return estimate_all(merge([count(*run, config=config)]), config=config, errors=read_errors(EVALUATION), labelled=lined)[1]


def test_mention_rates_are_compared_too_and_the_table_conforms() -> None:
    said = [("price", "negative", None, 0.9)]
    rows = _brand("x", 90, 90, aspects=said) + _brand("x", 90, 90) + _brand("y", 100, 100) + _brand("y", 20, 20, aspects=said)
    table = _contrasts(rows)
    found = _one(table, "mention_rate", "rest", brand="x", aspect="price")
    assert found["value"] > 0.3 and found["n"] == 480
    assert len(conform(table, CONTRASTS)) == len(table)


def test_a_single_brand_has_nothing_to_be_compared_with() -> None:
    assert pairs(("lang", "brand"), {"lang": ["de", "ar"], "brand": ["x", "x"]}) == []
    assert pairs(("lang", "brand"), {"lang": ["de", "de"], "brand": ["x", "unknown"]}) == [Pair(0, "rest", (1,))]
    assert pairs(("lang",), {"lang": ["de", "other:fr", "ar"]}) == [Pair(2, "de", (0,))]


@pytest.mark.parametrize(("period", "before"), [("2026-01", "2025-12"), ("2026-10", "2026-09")])
def test_the_month_before(period: str, before: str) -> None:
    found = pairs(("lang", "period"), {"lang": ["de", "de", "de"], "period": [before, period, "unknown"]})
    assert found == [Pair(1, "previous", (0,))]


def test_how_sure_a_difference_is_allows_for_all_shown_of_its_family_and_no_others() -> None:
    """Against statsmodels' adjustment; where an aspect is in the grouping, a text is in several cells: Benjamini & Yekutieli."""
    from statsmodels.stats.multitest import multipletests

    opinions = [("staff", "negative", None, 0.9), ("price", "positive", None, 0.9)]
    brands = ((f"b{i}", 150 - 15 * i, 50 + 15 * i) for i in range(6))
    rows = [{**row, "aspects": opinions} for name, negative, positive in brands for row in _brand(name, negative, positive)]
    table = _contrasts(rows + _rows({"negative": 12}, brand="small"), {}).to_pylist()
    shown = [row for row in table if row["value"] is not None]
    for family, how in (
        ("lang+brand against rest: share_negative", "fdr_bh"),
        ("lang+brand+aspect against rest: share_positive", "fdr_by"),
    ):
        own = [row for row in shown if row["family"] == family]
        assert len(own) == own[0]["compared"] == (6 if how == "fdr_bh" else 12)
        wanted = multipletests([row["p_value"] for row in own], method=how)[1]
        assert [row["q_value"] for row in own] == pytest.approx(list(wanted), abs=1e-12)
    assert all((row["p_value"] < 0.05) == (row["low"] > 0 or row["high"] < 0) for row in shown)
    assert all(row["q_value"] is row["p_value"] is row["family"] is row["compared"] is None for row in table if row["value"] is None)


def test_of_the_differences_called_sure_hardly_one_in_twenty_is_none() -> None:
    """Simulated, 2,000 families of 20 differences, 15 of them none: mean share of false ones among those with q below 5 % (BH promises 15/20 of it)."""
    rng, n = np.random.default_rng(4), 150.0
    truth = np.where(np.arange(20) < 15, 0.3, 0.52)
    false, found = [], 0
    for _ in range(2000):
        one, other = rng.binomial(150, truth) / n, rng.binomial(150, np.full(20, 0.3)) / n
        low, high = newcombe(one, np.full(20, n), other, np.full(20, n))
        sure = adjust(p_value(one - other, low, high)) < 0.05
        false.append(sure[:15].sum() / max(sure.sum(), 1))
        found += sure[15:].sum()
    assert 0.025 < np.mean(false) < 0.05
    assert found / (2000 * 5) > 0.8
