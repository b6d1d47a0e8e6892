"""Ordinal regression, importance, asymmetry."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from simulations.drivers import covered

from pipeline.stats.importance import asymmetry, relative_weights, resampled_weights
from pipeline.stats.ordinal import proportional_odds


def _reviews(seed: int, n: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """Four indicators, and stars from 0 to 4 by a latent logistic variable."""
    rng = np.random.default_rng(seed)
    x = (rng.random((n, 4)) < [0.3, 0.2, 0.4, 0.1]).astype(float)
    latent = x @ [1.2, -2.0, 0.0, 0.7] + rng.logistic(size=n)
    return x, np.digitize(latent, [-2, -1, 0.5, 2]).astype(np.int64)


def test_coefficients_thresholds_and_errors_are_those_of_statsmodels() -> None:
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    x, y = _reviews(1)
    model = OrderedModel(y, x, distr="logit")
    fit = model.fit(method="bfgs", disp=False, gtol=1e-8)
    found = proportional_odds(x, y, np.arange(len(y)))
    np.testing.assert_allclose(found.beta, fit.params[:4], atol=1e-4)
    np.testing.assert_allclose(found.thresholds, model.transform_threshold_params(fit.params)[1:-1], atol=1e-4)
    robust = model.fit(method="bfgs", disp=False, gtol=1e-8, cov_type="HC0")
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), robust.bse[:4], rtol=5e-3)


def test_errors_grow_where_authors_repeat_themselves() -> None:
    x, y = _reviews(2, 400)
    alone = proportional_odds(x, y, np.arange(400))
    copied = proportional_odds(np.tile(x, (3, 1)), np.tile(y, 3), np.tile(np.arange(400), 3))
    np.testing.assert_allclose(copied.beta, alone.beta, atol=1e-6)
    np.testing.assert_allclose(copied.covariance, alone.covariance, rtol=1e-6)


def test_an_indicator_that_always_goes_with_the_lowest_outcome_stays_finite_with_a_prior() -> None:
    x, y = _reviews(3, 300)
    x[:, 3] = y == 0
    found = proportional_odds(x, y, np.arange(300), prior_sd=2.5)
    assert -20 < found.beta[3] < -2


def test_levels_without_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="without gaps"):
        proportional_odds(np.ones((3, 1)), np.array([0, 2, 2]), np.arange(3))


def test_clustered_intervals_cover_and_those_of_independent_texts_do_not() -> None:
    ours, naive = covered(np.random.default_rng(4), 120)
    assert 0.90 <= ours <= 0.99
    assert naive < ours - 0.04


def _lmg(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Average gain in R squared over all orders of entry, by fitting every subset."""
    k = x.shape[1]

    def explained(columns: tuple[int, ...]) -> float:
        design = np.column_stack([np.ones(len(y)), x[:, columns]])
        residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return float(1 - residual.var() / y.var())

    found = np.zeros(k)
    for column in range(k):
        others = [each for each in range(k) if each != column]
        for size in range(k):
            weight = factorial(size) * factorial(k - size - 1) / factorial(k)
            found[column] += weight * sum(explained((*chosen, column)) - explained(chosen) for chosen in combinations(others, size))
    return found


def test_relative_weights_sum_to_r_squared_and_lie_near_lmg() -> None:
    rng = np.random.default_rng(5)
    base = rng.normal(size=(500, 1))
    x = np.column_stack([0.6 * base + rng.normal(size=(500, 4)), rng.random(500) < 0.3])
    y = x @ [1.0, 0.5, 0, -0.5, 1] + rng.normal(0, 1.5, 500)
    found = relative_weights(x, y)
    design = np.column_stack([np.ones(500), x])
    residual = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    assert found.sum() == pytest.approx(1 - residual.var() / y.var())
    np.testing.assert_allclose(found, _lmg(x, y), atol=0.01)


def test_weights_count_rows() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(50, 3)), rng.normal(size=50)
    times = rng.integers(1, 4, 50)
    np.testing.assert_allclose(resampled_weights(x, y, times[None])[0], relative_weights(np.repeat(x, times, axis=0), np.repeat(y, times)))


def test_what_does_not_vary_explains_nothing() -> None:
    assert relative_weights(np.column_stack([np.ones(20), np.arange(20.0)]), np.arange(20.0)).tolist() == pytest.approx([0, 1])
    assert relative_weights(np.arange(20.0)[:, None], np.ones(20)).tolist() == [0]


def test_the_asymmetry_is_a_contrast_of_statsmodels_with_clusters() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    positive, negative, also = ((rng.random((400, k)) < 0.3).astype(float) for k in (2, 2, 1))
    author = rng.integers(0, 80, 400)
    y = 3 + positive @ [0.2, 1.0] - negative @ [1.5, 0.3] + rng.normal(0, 1, 400)
    fit = sm.OLS(y, np.column_stack([positive, negative, also, np.ones(400)])).fit(
        cov_type="cluster", cov_kwds={"groups": author, "use_correction": False}
    )
    found = asymmetry(positive, negative, y, author, also)
    for aspect in (0, 1):
        contrast = np.zeros(6)
        contrast[[aspect, 2 + aspect]] = 1
        test = fit.t_test(contrast)
        count = len(np.unique(author))
        assert found.value[aspect] == pytest.approx(test.effect[0])
        assert found.error[aspect] == pytest.approx(test.sd[0, 0] * np.sqrt(count / (count - 1)))
    assert found.value[0] < 0 < found.value[1]
