"""Corrected shares in the table of estimates."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline.aggregate.stage import count, estimate, merge, read_errors
from pipeline.config import AggregateConfig
from pipeline.errors import ModelError
from pipeline.stats.clusters import ClusterSums, effective_n, multinomial_effective_n

_spec = importlib.util.spec_from_file_location("feedback_tables", Path(__file__).with_name("feedback_tables.py"))
feedback = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(feedback)

LABELS = ("negative", "neutral", "positive", "mixed")
CONFIG = AggregateConfig(groupings=("lang", "lang+brand", "lang+aspect"), max_width=1.0)
CONFUSION = [[180, 5, 15, 0], [10, 90, 10, 0], [20, 5, 175, 0], [5, 5, 5, 85]]
EVALUATION = {
    "errors": {
        "document": {"de": [[*row, 7] for row in CONFUSION]},
        "mention": {"de": {"price": [[60, 40], [20, 380]], "staff": [[70, 30], [10, 390]], "quality": [[50, 50], [40, 360]]}},
        "polarity": {"de": [[80, 2, 15, 3], [5, 30, 5, 0], [10, 5, 85, 0], [0, 0, 1, 0]]},
    }
}


def _rows(counts: dict[str, int], **row: Any) -> list[dict[str, Any]]:
    return [{"doc_id": f"{row}{label}{i}", "lang": "de", "label": label, **row} for label, n in counts.items() for i in range(n)]


def _estimates(rows: list[dict[str, Any]], evaluation: dict[str, Any] = EVALUATION, config: AggregateConfig = CONFIG) -> pa.Table:
    return estimate(merge([count(*feedback.run_of(rows), config=config)]), config=config, errors=read_errors(evaluation))


def _one(table: pa.Table, measure: str, **cell: str) -> dict[str, Any]:
    wanted = {"lang": "de", "brand": None, "aspect": None, "measure": measure, **cell}
    (found,) = (row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items()))
    return found


TEXTS = _rows({"negative": 60, "neutral": 20, "positive": 100, "mixed": 20})


def test_corrected_shares_stand_beside_those_classified_and_add_up() -> None:
    table = _estimates(TEXTS)
    assert _one(table, "classified_negative")["value"] == 0.3
    shares = [_one(table, f"share_{label}") for label in LABELS]
    assert sum(row["value"] for row in shares) == pytest.approx(1, abs=1e-5)
    assert all(row["low"] < row["value"] < row["high"] for row in shares)
    truth = np.linalg.solve((np.array(CONFUSION) / np.sum(CONFUSION, axis=1, keepdims=True)).T, [0.3, 0.1, 0.5, 0.1])
    assert shares[0]["value"] == pytest.approx(truth[0], abs=0.03)
    assert "Bayesian classify-and-count" in shares[0]["method"] and "610 labelled de texts" in shares[0]["method"]
    assert shares[0]["high"] - shares[0]["low"] > (raw := _one(table, "classified_negative"))["high"] - raw["low"]


@pytest.mark.parametrize(
    "evaluation",
    [{}, {"scores": []}, {"errors": {"document": {"ar": CONFUSION}}}, {"errors": {"document": {"de": [[9, 0, 0, 0], *CONFUSION[1:]]}}}],
    ids=["no evaluation", "no counts", "another language", "too few labels of a class"],
)
def test_without_error_counts_of_the_language_a_share_is_one_classified_and_says_so(evaluation: dict[str, Any]) -> None:
    share, plain = (_one(_estimates(TEXTS, evaluation), f"{kind}_negative") for kind in ("share", "classified"))
    assert {**share, "measure": ""} == {**plain, "measure": ""}
    assert "not corrected" in share["method"]


def test_an_older_evaluation_with_confusions_only_corrects_documents() -> None:
    rows = _rows({"negative": 60, "positive": 60}, aspects=[("price", "negative", None, 0.9)])
    table = _estimates(rows, {"confusion": {"document": {"de": CONFUSION}}})
    assert "Bayesian" in _one(table, "share_negative")["method"]
    for measure in ("mention_rate", "share_negative"):
        assert "not corrected" in _one(table, measure, aspect="price")["method"]


@pytest.mark.parametrize(
    "errors", [{"document": [1]}, {"document": {"de": [[1, 2]]}}, {"document": {"de": CONFUSION}, "mention": {"de": {"price": [1]}}}]
)
def test_error_counts_of_another_form_are_refused(errors: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"evaluation\.json holds error counts of an unknown form"):
        read_errors({"errors": errors})


def test_a_mention_rate_is_corrected_for_mentions_missed_and_invented() -> None:
    said = [("price", "negative", None, 0.9)]
    rows = _rows({"negative": 45}, aspects=said) + _rows({"positive": 155})
    table = _estimates(rows)
    assert _one(table, "detected_rate", aspect="price")["value"] == 0.225
    found = _one(table, "mention_rate", aspect="price")
    assert found["value"] == pytest.approx((0.225 - 0.05) / (0.6 - 0.05), abs=0.05)
    assert found["low"] < found["value"] < found["high"] and found["n"] == 200


def test_a_polarity_that_the_evaluation_hardly_met_stays_as_classified() -> None:
    opinions = {"negative": 60, "positive": 50}
    rows = [row for polarity, n in opinions.items() for row in _rows({polarity: n}, aspects=[("price", polarity, None, 0.9)])]
    table = _estimates(rows)
    assert "not corrected" in _one(table, "share_mixed", aspect="price")["method"]
    found = _one(table, "share_negative", aspect="price")
    assert "Bayesian" in found["method"] and "of detections were right" in found["method"]


def test_counts_that_contradict_the_matrix_are_withheld_and_the_classified_share_is_shown() -> None:
    table = _estimates(_rows({"negative": 2, "neutral": 2, "positive": 996}))
    assert _one(table, "share_positive")["reason"] == "the counts contradict the classifier's error matrix"
    assert _one(table, "classified_positive")["value"] == 0.996


def test_a_cell_does_not_depend_on_its_neighbours_while_the_prior_is_flat() -> None:
    alone = _one(_estimates(_rows({"negative": 40, "positive": 60}, brand="x")), "share_negative", brand="x")
    both = _rows({"negative": 40, "positive": 60}, brand="x") + _rows({"negative": 90, "positive": 10}, brand="y")
    assert _one(_estimates(both), "share_negative", brand="x") == alone


def test_many_cells_share_a_fitted_prior_and_say_so() -> None:
    rows = [row for i in range(9) for row in _rows({"negative": 15 + i, "positive": 30 - i, "neutral": 5}, brand=f"b{i}")]
    table = _estimates(rows)
    assert "prior fitted over 9 cells" in _one(table, "share_negative", brand="b3")["method"]
    assert "flat prior" in _one(table, "share_negative")["method"]


def test_authors_who_write_much_count_for_less_in_corrected_shares() -> None:
    rows = [{**row, "author": f"a{i // 10}"} for i, row in enumerate(TEXTS)]
    lonely, crowded = (_one(_estimates(each), "share_negative") for each in (TEXTS, rows))
    assert crowded["reason"] == "effective n below 30" and lonely["n_eff"] == 200


def test_a_run_without_authors_says_that_it_knows_none() -> None:
    assert "no text of this run names its author" in _one(_estimates(TEXTS), "share_negative")["method"]
    named = _estimates([{**row, "author": f"a{i}"} for i, row in enumerate(TEXTS)])
    assert "names its author" not in _one(named, "share_negative")["method"]


def test_two_classes_have_the_effective_number_of_one_share() -> None:
    rng = np.random.default_rng(0)
    n = rng.integers(1, 9, 40)
    y = rng.binomial(n, rng.beta(2, 3, 40))
    both = [ClusterSums.of(n, y), ClusterSums.of(n, n - y)]
    np.testing.assert_allclose(multinomial_effective_n(both), effective_n(both[0]))


def test_an_aspect_of_the_users_own_is_a_share_classified_and_says_so() -> None:
    """Nobody counted errors on it: those of the taxonomy's aspects say nothing of it."""
    opinions = {"negative": 60, "positive": 50}
    both = [("price", 0.9), ("parking", 0.9)]
    rows = [row for label, n in opinions.items() for row in _rows({label: n}, aspects=[(aspect, label, None, p) for aspect, p in both])]
    table = _estimates(rows)
    assert "Bayesian" in _one(table, "share_negative", aspect="price")["method"]
    own = [_one(table, f"share_{label}", aspect="parking") for label in LABELS]
    assert all(row["method"].startswith("share classified, not corrected") and "of detections" not in row["method"] for row in own)
    assert own[0]["value"] == _one(table, "classified_negative", aspect="parking")["value"] == pytest.approx(60 / 110)
    assert "not corrected" in _one(table, "mention_rate", aspect="parking")["method"]
