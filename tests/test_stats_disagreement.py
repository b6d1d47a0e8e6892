"""Divided opinions: published values first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stats.bursts import crowding
from pipeline.stats.disagreement import agreement, conflict, equal_sides, polarisation, side_interval

COUNTS = st.lists(st.integers(0, 50), min_size=5, max_size=5).filter(any)


# van der Eijk 2001, Quality & Quantity 35:325: -1 for two opposite halves, 0 for the uniform, 1 for one category; 1 - (S-1)/(k-1) for S neighbours
@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([1, 0, 0, 0, 1], -1),
        ([7, 7, 7, 7, 7], 0),
        ([0, 4, 0, 0, 0], 1),
        ([1, 1, 0, 0, 0], 0.75),
        ([0, 2, 2, 2, 0], 0.5),
        ([1, 0, 0, 0, 0, 0, 1], -1),
    ],
)
def test_agreement_of_the_published_patterns(counts: list[int], expected: float) -> None:
    assert agreement(counts) == pytest.approx(expected)


# the design's table, computed there by other code: 30/5/5/10/50 and the J-shape 5/5/5/10/75
@pytest.mark.parametrize(("counts", "a", "er"), [([30, 5, 5, 10, 50], -0.24, 0.63), ([5, 5, 5, 10, 75], 0.73, 0.34), ([1] * 5, 0, 0.32)])
def test_a_split_and_a_j_shape_are_told_apart(counts: list[int], a: float, er: float) -> None:
    assert agreement(counts) == pytest.approx(a, abs=0.006)
    assert polarisation(counts) == pytest.approx(er, abs=0.006)


@given(COUNTS, st.integers(1, 9))
def test_the_indices_depend_on_shares_only_and_not_on_the_side(counts: list[int], times: int) -> None:
    for index, low in ((agreement, -1.0), (polarisation, 0.0)):
        value = float(index(counts))
        assert low - 1e-9 <= value <= 1 + 1e-9
        assert value == pytest.approx(float(index(counts[::-1]))) == pytest.approx(float(index([times * each for each in counts])))


def test_agreement_adds_up_its_layers_by_hand() -> None:
    """4/1/1: one layer of all three (A 0, weight 3), one of the first alone (A 1, weight 3)."""
    assert agreement([4, 1, 1]) == pytest.approx(0.5)


def test_no_opinions_have_no_agreement() -> None:
    assert np.isnan(agreement([0, 0, 0]))


def test_the_conflict_index_agrees_with_a_million_draws_and_its_interval_is_that_of_the_share() -> None:
    p = np.random.default_rng(1).beta(14.5, 5.5, 1_000_000)
    middle, low, high, split = (float(each) for each in conflict(14, 5))
    assert middle == pytest.approx(np.median(4 * p * (1 - p)), abs=0.003)
    below, above = np.quantile(p, [0.025, 0.975])
    assert below > 0.5 and (low, high) == pytest.approx((4 * above * (1 - above), 4 * below * (1 - below)), abs=0.003)
    assert split == pytest.approx(((p >= 0.25) & (p <= 0.75)).mean(), abs=0.003)


def test_the_interval_of_two_equal_sides_holds_the_index_of_two_equal_sides() -> None:
    one = np.random.default_rng(1).binomial(40, 0.5, 2000)
    _, low, high, _ = conflict(one, 40 - one)
    assert 0.93 <= (high == 1).mean() <= 0.98 and (low < 1).all()


def test_equal_sides_is_the_exact_binomial_test() -> None:
    from scipy.stats import binomtest

    for one, other in [(2, 10), (5, 5), (0, 6), (14, 11), (30, 10)]:
        assert equal_sides(one, other) == pytest.approx(binomtest(one, one + other).pvalue)


def test_the_interval_of_a_side_is_that_of_statsmodels() -> None:
    from statsmodels.stats.proportion import proportion_confint

    np.testing.assert_allclose(side_interval(7, 13), proportion_confint(7, 20, method="jeffreys"))
    (low, high), (other_low, other_high) = side_interval(17, 0), side_interval(0, 17)
    assert (float(high), float(other_low)) == (1, 0) and float(low) == pytest.approx(1 - float(other_high))


def test_a_finding_of_a_split_is_rare_where_there_is_none() -> None:
    rng = np.random.default_rng(2)
    one = rng.binomial(25, 0.12, 4000)  # 88 % on one side
    assert (conflict(one, 25 - one)[3] >= 0.9).mean() < 0.01
    one = rng.binomial(25, 0.5, 4000)
    assert (conflict(one, 25 - one)[3] >= 0.9).mean() > 0.7


def test_three_days_of_praise_are_a_burst_and_an_even_half_year_is_not() -> None:
    rng = np.random.default_rng(3)
    others = rng.uniform(0, 180, 60)
    value, reference, p_value = crowding(rng.uniform(130, 133, 12), others, rng)
    assert (value, p_value) == (1.0, 0.001) and reference < 0.4
    assert crowding(rng.uniform(0, 180, 40), others, rng)[2] > 0.05


def test_bursts_are_no_more_frequent_by_chance_than_they_should_be() -> None:
    rng = np.random.default_rng(4)
    p = [crowding(rng.uniform(0, 180, 20), rng.uniform(0, 180, 400), rng)[2] for _ in range(100)]
    assert np.mean(np.array(p) <= 0.05) <= 0.08


def test_a_burst_needs_days() -> None:
    with pytest.raises(ValueError, match="needs days"):
        crowding(np.array([]), np.array([1.0]), np.random.default_rng(0))
