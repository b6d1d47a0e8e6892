"""A finite population: the file is all that was said, and only misreading is uncertain."""

from typing import Any

import numpy as np
import pytest
from test_correcting import CONFUSION, EVALUATION, TEXTS, _one, _rows
from test_correcting import _estimates as estimates

from pipeline.aggregate.stage import count, estimate_all, merge
from pipeline.config import AggregateConfig
from pipeline.errors import ConfigError
from pipeline.stats.double_sampling import double_sampling
from pipeline.stats.quantification import from_matrices, matrix_draws, posterior

FINITE = AggregateConfig(groupings=("lang", "lang+brand"), max_width=1.0, population="finite")


def test_what_is_counted_has_no_sampling_error_and_says_so() -> None:
    rated = [{**row, "rating": 1.0 + i % 5} for i, row in enumerate(TEXTS)]
    table = estimates(rated, config=FINITE)
    for measure, value in (("classified_negative", 0.3), ("share_unscored", 0.0), ("mean_rating", 3.0)):
        row = _one(table, measure)
        assert row["low"] == row["value"] == row["high"] == pytest.approx(value)
        assert row["n_eff"] == row["n"] and row["reason"] is None and "without sampling error" in row["method"]


def test_a_corrected_share_keeps_the_uncertainty_of_misreading_only() -> None:
    of_process, of_file = (
        _one(estimates(TEXTS, config=config), "share_negative") for config in (AggregateConfig(groupings=("lang",), max_width=1.0), FINITE)
    )
    assert of_file["value"] == pytest.approx(of_process["value"], abs=0.01)
    assert 0 < of_file["high"] - of_file["low"] < 0.8 * (of_process["high"] - of_process["low"])
    assert "misreading only" in of_file["method"]


def test_authors_who_repeat_themselves_make_a_file_no_less_certain() -> None:
    alone, by_few = (
        _one(estimates([{**row, "author": author(i)} for i, row in enumerate(TEXTS)], config=FINITE), "share_negative")
        for author in (str, lambda i: f"a{i % 12}")
    )
    assert alone["low"] == by_few["low"] and alone["high"] == by_few["high"]


def test_a_difference_of_shares_classified_is_a_plain_one() -> None:
    rows = _rows({"negative": 30, "positive": 20}, brand="A", lang="vi") + _rows({"negative": 10, "positive": 40}, brand="B", lang="vi")
    merged = merge([count(*_run(rows), config=FINITE)])
    found = [
        row for row in estimate_all(merged, config=FINITE)[1].to_pylist() if row["brand"] == "A" and row["measure"] == "share_negative"
    ]
    assert [(row["value"], row["low"], row["high"]) for row in found] == [(pytest.approx(0.4),) * 3]
    assert "without sampling error" in found[0]["method"]


def _run(rows: list[dict[str, Any]]) -> Any:
    from feedback_tables import run_of

    return run_of(rows)


def test_without_errors_the_file_is_known_exactly() -> None:
    perfect = from_matrices(np.broadcast_to(np.eye(4), (4096, 4, 4)))
    drawn = posterior([30, 20, 40, 10], perfect, np.ones(4), np.random.default_rng(0), finite=True)
    np.testing.assert_allclose(drawn.interval(), [[0.3, 0.2, 0.4, 0.1]] * 2)


def test_in_a_file_without_end_both_are_the_same() -> None:
    """The shares of very many texts are those of what made them."""
    matrix = matrix_draws(CONFUSION, np.random.default_rng(0))
    counts = 1_000_000 * np.array([3, 2, 4, 1])
    process, file = (posterior(counts, matrix, np.ones(4), np.random.default_rng(1), finite=finite) for finite in (False, True))
    np.testing.assert_allclose(file.interval(), process.interval(), atol=0.002)


def test_a_file_labelled_to_the_last_text_is_known_exactly() -> None:
    said, true = np.array([0, 0, 1, 1, 1]), np.array([0, 1, 1, 1, 0])
    drawn = double_sampling([2, 3], said, true, np.ones(5), np.random.default_rng(0), finite=True)
    np.testing.assert_allclose(drawn.interval(), [[0.4, 0.6]] * 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"population": "census"}, "it can be 'process' or 'finite'"), ({"population": "finite", "weights": True}, "cannot have weights")],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        estimates(TEXTS, EVALUATION, AggregateConfig(groupings=("lang",), **settings))
