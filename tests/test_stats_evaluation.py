"""Scores, intervals and tests of an evaluation against libraries, hand counts and simulation."""

import numpy as np
import pytest

from pipeline.stats.calibration import brier_scores, log_losses, reliability
from pipeline.stats.classification import class_f1, confusion, macro_f1, micro_f1
from pipeline.stats.paired import bootstrap_p, mcnemar, pairs_needed
from pipeline.stats.resampling import bootstrap, drawn_sums, gathered
from pipeline.stats.selective import area, guaranteed_threshold, risk_coverage


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(11)


def test_f1_of_classes_is_that_of_scikit_learn(rng: np.random.Generator) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    true, said = rng.integers(0, 4, 300), rng.integers(0, 4, 300)
    matrix = confusion(true, said, 4)
    assert matrix.tolist() == metrics.confusion_matrix(true, said).tolist()
    assert class_f1(matrix) == pytest.approx(metrics.f1_score(true, said, average=None))
    assert float(macro_f1(matrix)) == pytest.approx(metrics.f1_score(true, said, average="macro"))
    kept = [True, False, True, True]
    assert float(macro_f1(matrix, kept)) == pytest.approx(metrics.f1_score(true, said, average="macro", labels=[0, 2, 3]))


def test_micro_f1_of_sets_is_that_of_scikit_learn_on_the_same_sets_as_indicators(rng: np.random.Generator) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    true, said = rng.random((80, 12)) < 0.2, rng.random((80, 12)) < 0.2
    counts = np.array([(true & said).sum(), true.sum(), said.sum()])
    assert float(micro_f1(counts)) == pytest.approx(metrics.f1_score(true, said, average="micro"))
    assert np.isnan(micro_f1([0, 0, 0])) and float(micro_f1([0, 3, 0])) == 0


def test_drawing_texts_is_drawing_the_confusion_matrix(rng: np.random.Generator) -> None:
    """Where each text adds one to one cell, the cluster bootstrap and the multinomial one have the same distribution."""
    matrix = np.array([[40, 10], [5, 45]])
    texts = np.repeat(np.eye(4), matrix.ravel(), axis=0)
    ours = drawn_sums(texts, rng, 4000)
    theirs = rng.multinomial(100, matrix.ravel() / 100, size=4000)
    assert ours.mean(axis=0) == pytest.approx(theirs.mean(axis=0), abs=0.5)
    assert np.cov(ours.T) == pytest.approx(np.cov(theirs.T), abs=2)


def test_texts_of_an_author_are_drawn_together() -> None:
    assert gathered([[1, 0], [2, 1], [3, 1]], [7, 3, 7]).tolist() == [[2, 1], [4, 1]]


def test_intervals_of_macro_f1_hold_the_truth_about_as_often_as_they_say() -> None:
    """200 samples of 120 texts from a known confusion; 95 % nominal, the binomial error of the simulation is 1.5 points."""
    rng = np.random.default_rng(2)
    truth = np.array([[30, 5, 3, 4], [4, 12, 4, 3], [3, 3, 20, 3], [4, 3, 3, 10]], dtype=float)
    value = float(macro_f1(truth))
    held = 0
    for _ in range(200):
        sample = np.repeat(np.eye(16), rng.multinomial(120, truth.ravel() / truth.sum()), axis=0)
        _, low, high = bootstrap(sample, lambda sums: macro_f1(sums.reshape(*sums.shape[:-1], 4, 4)), rng, replicates=200)
        held += low <= value <= high
    assert 0.9 <= held / 200 <= 0.99


def test_mcnemar_is_that_of_statsmodels() -> None:
    table = pytest.importorskip("statsmodels.stats.contingency_tables")
    for b, c in ((5, 15), (0, 6), (9, 9), (30, 12)):
        assert mcnemar(b, c) == pytest.approx(table.mcnemar([[50, b], [c, 50]], exact=True).pvalue)
    assert mcnemar(0, 0) == 1


def test_a_mcnemar_test_of_the_size_that_is_advised_finds_the_difference_four_times_in_five() -> None:
    rng = np.random.default_rng(4)
    n = int(np.ceil(pairs_needed(0.2, 0.06)))
    drawn = rng.multinomial(n, [0.13, 0.07, 0.8], size=300)
    assert 0.73 <= np.mean([mcnemar(b, c) < 0.05 for b, c, _ in drawn]) <= 0.87


def test_the_p_value_of_a_bootstrap_is_two_sided_and_never_nought() -> None:
    assert bootstrap_p(np.full(999, 0.1)) == pytest.approx(2 / 1000)
    assert bootstrap_p(np.zeros(999)) == 1
    assert bootstrap_p(np.linspace(-1, 1, 1000)) == 1


def test_losses_are_those_of_scikit_learn(rng: np.random.Generator) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    p = rng.dirichlet([1, 1, 1, 1], 200)
    true = rng.integers(0, 4, 200)
    assert log_losses(p, np.eye(4)[true]).mean() == pytest.approx(metrics.log_loss(true, p, labels=range(4)))
    assert brier_scores(p, np.eye(4)[true]).mean() == pytest.approx(metrics.brier_score_loss(true, p, labels=range(4), scale_by_half=False))


def test_a_partial_label_costs_only_what_is_outside_it() -> None:
    assert log_losses([[0.1, 0.5, 0.1, 0.3]], [[0, 1, 0, 1]])[0] == pytest.approx(-np.log(0.8))


def test_a_calibrated_model_is_called_off_about_once_in_twenty_and_an_overconfident_one_nearly_always() -> None:
    rng = np.random.default_rng(6)
    off = []
    for _ in range(60):
        p = rng.uniform(0.4, 1, 200)
        off.append([reliability(p, rng.random(200) < right, rng).off for right in (p, p - 0.2)])
    calibrated, overconfident = np.mean(off, axis=0)
    assert calibrated <= 0.12 and overconfident >= 0.95


def test_the_calibration_error_is_counted_by_hand() -> None:
    found = reliability([0.6, 0.6, 0.9, 0.9], [1, 0, 1, 1], np.random.default_rng(0), bins=2)
    assert found.error == pytest.approx((2 * 0.1 + 2 * 0.1) / 4)
    assert found.right.tolist() == [0.5, 1.0]


def test_risk_and_coverage_are_counted_by_hand() -> None:
    coverage, risk = risk_coverage([0.5, 0.9, 0.8, 0.7], [1, 0, 1, 0])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert area(risk) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_an_advised_threshold_keeps_its_promise_in_nineteen_of_twenty_samples() -> None:
    rng = np.random.default_rng(8)
    broken = []
    for _ in range(150):
        p = rng.uniform(0.5, 1, 400)
        found = guaranteed_threshold(p, rng.random(400) > p, 0.2)
        broken.append(found is not None and (1 - np.clip(found.threshold, 0.5, 1)) / 2 > 0.2)  # mean error of p uniform above the threshold
    assert np.mean(broken) <= 0.08
    assert guaranteed_threshold(p, np.ones(400), 0.2) is None
