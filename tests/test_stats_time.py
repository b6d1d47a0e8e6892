"""Differences, trends, changes of level, waiting times, matching."""

import numpy as np
import pytest
from simulations import changes as simulated
from simulations import waiting

from pipeline.stats.changepoints import arcsine, change_points, levels, likeness
from pipeline.stats.matching import matched_difference
from pipeline.stats.overlapping import beyond, of_means, of_shares
from pipeline.stats.survival import course, within
from pipeline.stats.trends import long_run_variance, slope


def _alone(*sides: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Texts of authors who write once: n and y, (2, n_authors), from (successes, texts) of each side."""
    n = np.zeros((2, sum(size for _, size in sides)))
    y, start = n.copy(), 0
    for side, (successes, size) in enumerate(sides):
        n[side, start : start + size] = 1
        y[side, start : start + successes] = 1
        start += size
    return n, y


# Newcombe 1998, Statistics in Medicine 17:873, table II, method 10: 56/70 less 48/80, and 9/10 less 3/10
@pytest.mark.parametrize(("one", "other", "low", "high"), [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)])
def test_the_published_intervals_of_a_difference_of_shares(one: tuple[int, int], other: tuple[int, int], low: float, high: float) -> None:
    found = of_shares(*_alone(other, one))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00005)


def test_the_difference_of_shares_is_that_of_statsmodels() -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = of_shares(*_alone((4, 30), (17, 41)))
    assert (found.low, found.high) == pytest.approx(confint_proportions_2indep(17, 41, 4, 30, compare="diff", method="newcomb"))


def test_the_difference_of_means_of_authors_who_write_once_is_that_of_statsmodels() -> None:
    """HC3 leaves out one text after another, as the jackknife does one author."""
    import statsmodels.api as sm
    from scipy.stats import t

    rng = np.random.default_rng(1)
    after = (np.arange(60) < 25).astype(float)
    y = rng.normal(3 + 0.5 * after, 1 + after)
    fit = sm.OLS(y, sm.add_constant(after)).fit(cov_type="HC3")
    n = np.stack([1 - after, after])
    found = of_means(n, n * y)
    parts = np.array([y[after == side].var() * size / (size - 1) ** 2 for side, size in ((0, 35), (1, 25))])  # Welch 1947
    freedom = parts.sum() ** 2 / (parts**2 / np.array([34, 24])).sum()
    half = t.ppf(0.975, freedom) * fit.bse[1] * np.sqrt(59 / 60)
    assert (found.value, found.high - found.value) == pytest.approx((fit.params[1], half))


def test_one_author_who_wrote_most_makes_the_difference_of_means_uncertain() -> None:
    rng = np.random.default_rng(2)
    n = np.ones((2, 40))
    total = rng.normal(3, 1, (2, 40))
    even = of_means(n, total)
    n[1, 0], total[1, 0] = 40, 40 * 5.5
    heavy = of_means(n, total)
    assert heavy.high - heavy.low > 2 * (even.high - even.low)


def test_what_changed_everywhere_is_no_change_beyond_the_controls() -> None:
    change = of_shares(*_alone((20, 100), (50, 100)))
    found = beyond(change, change)
    assert found.value == 0 and found.low < 0 < found.high
    assert found.high - found.low > change.high - change.low


def test_before_after_covers_with_authors_on_both_sides_and_plain_newcombe_would_not() -> None:
    covered, plain = simulated.before_after(np.random.default_rng(2), 400)
    assert 0.91 <= covered <= 0.98
    assert plain < covered - 0.02


def test_the_trend_is_that_of_statsmodels_and_so_is_its_error_where_authors_matter_more_than_weeks() -> None:
    import statsmodels.api as sm
    from scipy.stats import t

    rng = np.random.default_rng(3)
    week, author = np.repeat(np.arange(60), 5), np.tile(np.arange(5), 60)
    y = rng.normal(week * (0.01 + np.array([0.1, 0.05, -0.1, -0.05, 0.0])[author]), 0.5)
    fit = sm.OLS(y, sm.add_constant(week)).fit(cov_type="cluster", cov_kwds={"groups": author, "use_correction": False})
    found = slope(week.astype(float), y, np.zeros(300, dtype=int), week, author)
    half = t.ppf(0.975, int(0.4 * 60 ** (2 / 3))) * fit.bse[1] * np.sqrt(5 / 4)
    assert (found.value, found.high - found.value) == pytest.approx((fit.params[1], half), rel=1e-6)


def test_all_cosine_waves_together_are_the_plain_variance_and_a_few_see_what_neighbours_share() -> None:
    series = np.random.default_rng(4).normal(0, 1, 50)
    series -= series.mean()
    assert long_run_variance(series, 49) == pytest.approx(50 * (series**2).sum() / 49)  # the waves are an orthonormal basis
    slow = np.repeat(series[:10], 5)
    assert long_run_variance(slow - slow.mean(), 5) > 2 * long_run_variance(slow - slow.mean(), 49)


def test_a_channel_that_grows_is_no_trend_at_a_fixed_mix() -> None:
    rng = np.random.default_rng(4)
    week = rng.integers(0, 40, 2000)
    app = rng.random(2000) < week / 40
    y = rng.binomial(1, np.where(app, 0.6, 0.2)).astype(float)
    crude, fixed = (slope(week / 4.3, y, kind, week, np.arange(2000)) for kind in (np.zeros(2000, dtype=int), app.astype(int)))
    assert crude.low > 0.02
    assert fixed.low < 0 < fixed.high


def test_a_trend_is_seldom_found_where_weeks_only_resemble_their_neighbours() -> None:
    """Nominal .05 with autocorrelation .5 over 40 weeks; errors of independent texts would reject far more."""
    robust, naive = simulated.no_trend(np.random.default_rng(5), 300)
    assert robust < 0.10 and naive > robust + 0.1


def test_a_trend_needs_weeks() -> None:
    with pytest.raises(ValueError, match="four weeks"):
        slope(np.arange(3.0), np.ones(3), np.zeros(3, dtype=int), np.arange(3), np.arange(3))


def test_the_cut_is_where_brute_force_finds_it() -> None:
    rng = np.random.default_rng(6)
    n = rng.integers(5, 40, 40)
    y = rng.binomial(n, np.r_[np.full(17, 0.2), np.full(23, 0.5)])
    ((found, p_value),) = change_points(n, y, rng)
    z, w = arcsine(n.astype(float), y.astype(float)), 4 * n + 2.0

    def around(start: int, end: int) -> float:
        part, weight = z[start:end], w[start:end]
        return float((weight * (part - np.average(part, weights=weight)) ** 2).sum())

    def best() -> int:
        return min(range(8, 33), key=lambda cut: around(0, cut) + around(cut, 40))

    assert found == best()
    assert abs(found - 17) <= 1 and p_value < 0.05


def test_two_rises_are_both_found() -> None:
    rng = np.random.default_rng(7)
    n = np.full(60, 60)
    points = change_points(n, rng.binomial(n, np.repeat([0.2, 0.5, 0.8], 20)), rng)
    assert [at for at, _ in points] == pytest.approx([20, 40], abs=2)


@pytest.mark.parametrize("correlation", [0.0, 0.5])
def test_changes_of_level_are_as_rare_as_promised_also_where_weeks_resemble_their_neighbours(correlation: float) -> None:
    """Nominal .05; prewhitened series against white noise were cut in .19 at .5."""
    assert simulated.false_cuts(np.random.default_rng(8), 120, correlation) <= 0.11


def test_the_likeness_of_weeks_is_found_behind_the_chance_of_few_texts_and_a_change_of_level() -> None:
    """What it was simulated with, on average; what the cut leaves shows about half of it."""
    rng, n = np.random.default_rng(9), np.full(60, 30.0)
    found, naive = [], []
    for _ in range(40):
        level = np.zeros(60)
        for week in range(1, 60):
            level[week] = 0.5 * level[week - 1] + rng.normal(0, 0.08)
        series = level + np.where(np.arange(60) < 25, 0.5, 0.7) + rng.normal(0, 1 / np.sqrt(122), 60)
        found.append(levels(n, series, rng, 8)[0])
        naive.append(float(likeness(n, series[None, :], 8)[0][0]))
    assert np.mean(found) == pytest.approx(0.5, abs=0.12) and np.mean(naive) < 0.3


def test_a_short_series_is_not_cut() -> None:
    assert change_points(np.full(15, 50), np.r_[np.zeros(7), np.full(8, 50)], np.random.default_rng(0)) == []


def test_waiting_times_are_those_of_statsmodels() -> None:
    from statsmodels.duration.survfunc import SurvfuncRight

    rng = np.random.default_rng(9)
    time, happened = rng.exponential(6, 80).round(1), rng.random(80) < 0.6
    curve = SurvfuncRight(time, happened.astype(int))
    found = course([1, 7], time, happened, np.arange(80))
    for days, together in zip((1, 7), found, strict=True):
        assert together == within(days, time, happened, np.arange(80))
        place = np.searchsorted(curve.surv_times, days, side="right") - 1
        assert within(days, time, happened, np.arange(80)).value == pytest.approx(1 - curve.surv_prob[place])


def test_without_waiting_the_interval_is_wilsons_on_nearly_n() -> None:
    from pipeline.stats.proportions import wilson

    happened = np.r_[np.ones(30), np.zeros(70)].astype(bool)
    found = within(7, np.where(happened, 1.0, 50.0), happened, np.arange(100))
    assert found.value == pytest.approx(0.3)
    assert 94 < found.n_eff <= 100
    assert (found.low, found.high) == pytest.approx([float(each) for each in wilson(0.3, found.n_eff)])


def test_nobody_watched_long_enough_is_unknown() -> None:
    assert np.isnan(within(30, np.array([2.0, 5.0]), np.array([True, False]), np.arange(2)).value)


def test_waiting_intervals_cover_and_the_share_answered_so_far_does_not() -> None:
    covered, naive = waiting.covered(np.random.default_rng(10), 400)
    assert 0.91 <= covered <= 0.98
    assert naive < 0.8


def test_matching_on_the_start_takes_away_regression_to_the_mean() -> None:
    """The treated started lower and rise more by themselves: by 1 for each star of distance from 3."""
    rng = np.random.default_rng(11)
    start = rng.integers(1, 3, 600).astype(float)
    treated = rng.random(600) < np.where(start == 1, 0.8, 0.2)
    y = (3 - start) + rng.normal(0, 1, 600) + 0.5 * treated
    found = matched_difference(y, treated, start)
    assert found.low < 0.5 < found.high and found.matched == 600
    assert y[treated].mean() - y[~treated].mean() > found.high


def test_matching_with_one_start_is_welchs_test() -> None:
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(12)
    y, treated = rng.normal(0, 1, 30), np.arange(30) < 12
    expected = ttest_ind(y[treated], y[~treated], equal_var=False).confidence_interval()
    found = matched_difference(y, treated, np.ones(30))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_those_who_cannot_be_matched_are_left_out_and_nobody_at_all_is_said() -> None:
    start, treated = np.array([1.0, 1, 1, 1, 2]), np.array([True, True, False, False, True])
    assert matched_difference(np.arange(5.0), treated, start).matched == 4
    assert np.isnan(matched_difference(np.arange(4.0), np.array([True, True, False, False]), np.array([1.0, 1, 2, 2])).low)
