"""Oracles name their origin; each coverage simulation also runs a broken method, which it must catch."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.clusters import (
    ClusterSums,
    JackknifeSums,
    cluster_variance,
    effective_n,
    jackknife_weight,
    mean_interval,
    share_interval,
)
from pipeline.stats.proportions import wilson

CLUSTERS = st.lists(st.tuples(st.integers(1, 9), st.floats(0, 1)), min_size=1, max_size=30)


def _sums(n: np.ndarray, y: np.ndarray) -> JackknifeSums:
    """Sums of many simulated cells at once: n, y (n_cells, n_clusters)."""
    clusters = np.full(len(n), n.shape[1], dtype=float)
    plain = (clusters, n.sum(1), y.sum(1), (n**2).sum(1), (n * y).sum(1), (y**2).sum(1))
    weight = jackknife_weight(n, n.sum(1, keepdims=True))
    return JackknifeSums(*plain, *((weight * each).sum(1) for each in (n**2, n * y, y**2)))


def _covered(low: np.ndarray, high: np.ndarray, truth: float) -> float:
    return float(((low <= truth) & (truth <= high)).mean())


def _clustered_cells(clusters: int, share: float, likeness: float, seed: int, cells: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    """Authors with about 7 texts each whose own shares scatter round `share` (beta-binomial, intra-cluster correlation `likeness`)."""
    rng = np.random.default_rng(seed)
    spread = (1 - likeness) / likeness
    n = 1 + rng.negative_binomial(1, 1 / 7, (cells, clusters))
    y = rng.binomial(n, rng.beta(share * spread, (1 - share) * spread, (cells, clusters)))
    return n.astype(float), y.astype(float)


# Newcombe 1998, Statistics in Medicine 17:857, table I, method 3; and 3/11 (0.097, 0.566)
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(3, 11, 0.097, 0.566), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_limits(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes / n, n)
    assert found[0] == pytest.approx(low, abs=0.0005 if n == 11 else 0.00005)
    assert found[1] == pytest.approx(high, abs=0.0005 if n == 11 else 0.00005)


def test_wilson_agrees_with_statsmodels_over_a_grid() -> None:
    from statsmodels.stats.proportion import proportion_confint

    n = np.repeat([1, 5, 30, 1000], 5)
    successes = np.round(n * np.tile([0, 0.1, 0.5, 0.9, 1], 4))
    for confidence in (0.8, 0.95, 0.99):
        expected = proportion_confint(successes, n, alpha=1 - confidence, method="wilson")
        np.testing.assert_allclose(wilson(successes / n, n, confidence), expected, atol=1e-12)


def test_wilson_of_nothing_is_unknown() -> None:
    low, high = wilson([np.nan, 0.5], [0, 10])
    assert np.isnan([low[0], high[0]]).all() and not np.isnan([low[1], high[1]]).any()


def test_a_confidence_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(0.5, 10, 95)


def test_wilson_covers_and_the_simulation_would_catch_wald() -> None:
    rng = np.random.default_rng(1)
    share = rng.binomial(40, 0.06, 5000) / 40
    half = 1.96 * np.sqrt(share * (1 - share) / 40)
    assert 0.93 <= _covered(*wilson(share, 40), 0.06) <= 0.98
    assert _covered(share - half, share + half, 0.06) < 0.92


def _by_statsmodels(n: np.ndarray, values: np.ndarray) -> tuple[float, float, np.ndarray]:
    import statsmodels.api as sm

    groups = np.repeat(np.arange(len(n)), n)
    model = sm.OLS(values, np.ones(len(values)))
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    return float(fit.params[0]), float(fit.bse[0]), fit.conf_int()[0]


def test_the_linearised_variance_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(1, 12, 25)
    values = rng.normal(np.repeat(rng.normal(3, 1, 25), n), 1)
    mean, error, _ = _by_statsmodels(n, values)
    sums = ClusterSums.of(n, np.add.reduceat(values, np.r_[0, np.cumsum(n)[:-1]]))
    assert sums.total[0] / sums.n[0] == pytest.approx(mean)
    assert np.sqrt(cluster_variance(sums)[0]) == pytest.approx(error)


def test_the_jackknife_variance_is_that_of_leaving_out_one_author_after_another() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(1, 30, 25)
    y = rng.binomial(n, rng.beta(1, 2, 25))
    without = np.array([np.delete(y, c).sum() / np.delete(n, c).sum() for c in range(25)])
    by_hand = 24 / 25 * ((without - y.sum() / n.sum()) ** 2).sum()
    assert cluster_variance(JackknifeSums.of(n, y))[0] == pytest.approx(by_hand)
    assert by_hand > cluster_variance(ClusterSums.of(n, y))[0]


def test_effective_n_reproduces_the_formula_with_the_effective_number_of_authors() -> None:
    from scipy.stats import norm, t

    rng = np.random.default_rng(3)
    n = rng.integers(1, 9, 20)
    y = rng.binomial(n, rng.beta(1, 2, 20))
    sums = JackknifeSums.of(n, y)
    share, freedom = y.sum() / n.sum(), n.sum() ** 2 / (n**2).sum() - 1
    expected = share * (1 - share) / cluster_variance(sums)[0] * (norm.ppf(0.975) / t.ppf(0.975, freedom)) ** 2
    assert expected < n.sum()
    assert effective_n(sums)[0] == pytest.approx(expected)


def test_a_mean_has_the_t_interval_of_its_jackknife_variance() -> None:
    from scipy.stats import t

    n, y = np.array([3, 1, 5, 2]), np.array([9.0, 4, 10, 9])
    sums = JackknifeSums.of(n, y)
    found = mean_interval(sums, np.array([102.0]))
    half = t.ppf(0.975, 121 / 39 - 1) * np.sqrt(cluster_variance(sums)[0])
    np.testing.assert_allclose((found.value[0], found.high[0] - found.value[0]), (32 / 11, half))


def test_one_text_per_author_gives_the_plain_methods() -> None:
    from scipy.stats import ttest_1samp

    values = np.array([5, 4, 4, 1, 3, 5, 2, 4, 5, 5], dtype=float)
    share = share_interval(JackknifeSums.of(np.ones(10), values == 5))
    assert share.n_eff[0] == 10
    np.testing.assert_allclose((share.low[0], share.high[0]), [float(x) for x in wilson(0.4, 10)])
    mean = mean_interval(JackknifeSums.of(np.ones(10), values), np.array([(values**2).sum()]))
    expected = ttest_1samp(values, 0).confidence_interval()
    np.testing.assert_allclose((mean.low[0], mean.high[0], mean.n_eff[0]), (expected.low, expected.high, 10))


def test_ratings_that_do_not_vary_have_an_interval_of_no_width_whatever_the_rounding() -> None:
    n = np.random.default_rng(0).integers(1, 6, 12).astype(float)
    sums = JackknifeSums.of(n, 5 * n)
    assert cluster_variance(sums)[0] > 0  # rounding alone
    found = mean_interval(sums, np.array([25 * n.sum()]))
    assert found.low[0] == found.value[0] == found.high[0] == 5
    one_differs = mean_interval(JackknifeSums.of(n, 5 * n - (np.arange(12) == 0)), np.array([25 * n.sum() - 9]))
    assert one_differs.low[0] < one_differs.high[0]


@pytest.mark.parametrize("total", [0, 1])
def test_without_variation_the_texts_of_an_author_count_as_copies(total: int) -> None:
    n = np.array([8, 1, 1])
    found = share_interval(JackknifeSums.of(n, n * total))
    assert found.value[0] == total
    assert found.n_eff[0] == pytest.approx(100 / 66)
    assert 0 < found.high[0] - found.low[0] < 1


def test_one_author_counts_as_one_text() -> None:
    found = share_interval(JackknifeSums.of([50], [20]))
    assert found.n_eff[0] == 1 and found.high[0] - found.low[0] > 0.7


def test_an_empty_cell_is_unknown_without_a_warning() -> None:
    found = share_interval(JackknifeSums.of([], []))
    assert np.isnan([found.value[0], found.low[0], found.high[0]]).all()
    assert found.n[0] == found.n_eff[0] == 0


@given(CLUSTERS)
def test_effective_n_lies_between_nothing_and_n(clusters: list[tuple[int, float]]) -> None:
    n = np.array([size for size, _ in clusters])
    found = share_interval(JackknifeSums.of(n, np.round(n * [part for _, part in clusters])))
    assert 0 < found.n_eff[0] <= found.n[0]
    assert 0 <= found.low[0] <= found.value[0] <= found.high[0] <= 1


@given(CLUSTERS, CLUSTERS)
def test_sums_of_different_authors_merge(left: list[tuple[int, float]], right: list[tuple[int, float]]) -> None:
    def sums(clusters: list[tuple[int, float]]) -> ClusterSums:
        n = np.array([size for size, _ in clusters])
        return ClusterSums.of(n, np.round(n * [part for _, part in clusters]))

    merged, whole = sums(left) + sums(right), sums(left + right)
    assert vars(merged) == vars(whole)


@pytest.mark.parametrize(("clusters", "share"), [(60, 0.3), (15, 0.3), (200, 0.1)])
def test_effective_n_covers_and_the_simulation_would_catch_ignored_clusters(clusters: int, share: float) -> None:
    sums = _sums(*_clustered_cells(clusters, share, 0.3, seed=4))
    found = share_interval(sums)
    assert 0.90 <= _covered(found.low, found.high, share) <= 0.97
    assert _covered(*wilson(sums.total / sums.n, sums.n), share) < 0.75


def test_effective_n_does_not_widen_where_authors_do_not_matter() -> None:
    rng = np.random.default_rng(5)
    n = np.full((3000, 60), 4.0)
    y = rng.binomial(4, 0.3, n.shape).astype(float)
    found = share_interval(_sums(n, y))
    plain = wilson(found.value, found.n)
    assert 0.93 <= _covered(found.low, found.high, 0.3) <= 0.98
    assert np.mean(found.high - found.low) < 1.15 * np.mean(plain[1] - plain[0])


def test_mean_interval_covers_and_the_simulation_would_catch_ignored_clusters() -> None:
    rng = np.random.default_rng(6)
    n = 1.0 + rng.negative_binomial(1, 1 / 7, (3000, 30))
    own = rng.normal(0, 0.8, n.shape)
    totals = n * (3.5 + own) + rng.normal(0, 1, n.shape) * np.sqrt(n)
    within = rng.chisquare(np.maximum(n - 1, 1e-9))
    squares = (totals**2 / n + np.where(n > 1, within, 0)).sum(1)
    found = mean_interval(_sums(n, totals), squares)
    assert 0.92 <= _covered(found.low, found.high, 3.5) <= 0.98
    naive = 2 * np.sqrt((squares / found.n - found.value**2) / found.n)
    assert _covered(found.value - naive, found.value + naive, 3.5) < 0.85
    assert np.all(found.n_eff <= found.n) and 0.15 < np.median(found.n_eff / found.n) < 0.4  # design effect 1 + (n_c - 1) * 0.39


def test_intervals_cover_where_a_few_authors_write_most_and_the_simulation_would_catch_the_linearised_variance() -> None:
    rng = np.random.default_rng(7)
    n = np.minimum(np.floor(rng.pareto(1.2, (1500, 60)) + 1), 200)
    spread = 0.7 / 0.3
    y = rng.binomial(n.astype(int), rng.beta(0.3 * spread, 0.7 * spread, n.shape)).astype(float)
    sums = _sums(n, y)
    found = share_interval(sums)
    assert 0.93 <= _covered(found.low, found.high, 0.3) <= 0.98
    error = 1.96 * np.sqrt(cluster_variance(ClusterSums(*(getattr(sums, each.name) for each in fields(ClusterSums)))))
    assert _covered(found.value - error, found.value + error, 0.3) < 0.85
