"""A classifier moved towards new labels: against scikit-learn, and where there is nothing to learn."""

import numpy as np
import pytest

from pipeline.stats.adaptation import adapt, fit, probabilities

N, DIM = 240, 5


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def _drawn(x: np.ndarray, weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Labels as probable as the classifier says: (n, k) with one 1 in a row."""
    said = [rng.choice(len(weights), p=p) for p in probabilities(x, weights)]
    return np.eye(len(weights))[said]


def _texts(rng: np.random.Generator, n: int = N) -> np.ndarray:
    """Texts of which every class sees the same: (n, 4, DIM)."""
    return np.repeat(rng.normal(size=(n, 1, DIM)), 4, axis=1)


def test_round_a_start_of_nought_it_is_the_logistic_regression_of_scikit_learn(rng: np.random.Generator) -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    x = _texts(rng)
    labels = _drawn(x, rng.normal(size=(4, DIM)), rng)
    for precision in (1.0, 30.0):
        oracle = linear.LogisticRegression(C=1 / precision, fit_intercept=False, tol=1e-8, max_iter=2000).fit(
            x[:, 0], labels.argmax(axis=1)
        )
        assert fit(x, labels, np.zeros((4, DIM)), precision) == pytest.approx(oracle.coef_, abs=5e-3)


def test_moving_the_start_is_moving_the_labels_towards_what_it_leaves_unexplained(rng: np.random.Generator) -> None:
    x, start = _texts(rng), rng.normal(size=(4, DIM))
    labels = _drawn(x, start + 1.0 * rng.normal(size=(4, DIM)), rng)
    near, far = (fit(x, labels, start, precision) for precision in (1e6, 1.0))
    assert near == pytest.approx(start, abs=1e-3)
    assert np.abs(far - start).max() > 0.3
    assert (fit(x, labels, start, np.inf) == start).all()


def test_a_label_that_may_be_two_pulls_towards_neither_of_them(rng: np.random.Generator) -> None:
    x = np.ones((50, 4, 1))
    weights = fit(x, np.tile([0, 1, 0, 1], (50, 1)), np.zeros((4, 1)), 1.0)
    assert weights[1] == pytest.approx(weights[3]) and weights[1] > 1 > weights[0] == pytest.approx(weights[2])


def test_labels_that_follow_another_rule_are_learnt_and_the_gain_is_that_of_texts_not_seen(rng: np.random.Generator) -> None:
    x, start = _texts(rng), 2 * rng.normal(size=(4, DIM))
    rule = start[[2, 1, 0, 3]]  # negative and positive change places
    labels = _drawn(x, rule, rng)
    found = adapt(x, labels, start, np.arange(N), rng)
    fresh = _texts(rng, 4000)
    expected = (probabilities(fresh, found.weights).argmax(axis=1) == _drawn(fresh, rule, rng).argmax(axis=1)).mean()
    seen = (found.held_out.argmax(axis=1) == labels.argmax(axis=1)).mean()
    before = (probabilities(x, start).argmax(axis=1) == labels.argmax(axis=1)).mean()
    assert found.changed and seen > before + 0.2
    assert seen == pytest.approx(expected, abs=0.1)  # what is told is what is got


def test_where_the_classifier_is_right_already_it_is_mostly_left_as_it_is() -> None:
    kept = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        x, start = _texts(rng, 80), rng.normal(size=(4, DIM))
        kept.append(not adapt(x, _drawn(x, start, rng), start, np.arange(80), rng).changed)
    assert np.mean(kept) >= 0.6


def test_texts_of_an_author_are_never_on_both_sides(rng: np.random.Generator) -> None:
    """Every author has a vector and a label of his own that no other follows: nothing can be learnt from one for another."""
    vectors, said = _texts(rng, 20), rng.integers(0, 4, 20)
    author = np.repeat(np.arange(20), 6)
    found = adapt(vectors[author], np.eye(4)[said[author]], np.zeros((4, DIM)), author, rng)
    right = (found.held_out.argmax(axis=1) == said[author]).mean()
    assert right < 0.5  # it would be 1 if he were
