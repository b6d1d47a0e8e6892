"""Many cells at once: adjusted p-values, shrinkage, ranks, and each cell against the rest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulations.shrinkage import intervals

from pipeline.stats.distinct import distinct, how_many
from pipeline.stats.multiplicity import adjust
from pipeline.stats.rest import against_rest
from pipeline.stats.shrinkage import SUMMED, _beta_binomial_tail, ranks, shares, spread, upper_tail


@given(numbers=st.lists(st.one_of(st.integers(0, 50), st.integers(-9, 10**12)), max_size=60))
def test_different_numbers_are_those_that_sorting_finds(numbers: list[int]) -> None:
    array = np.array(numbers, dtype=np.int64)
    different, place = np.unique(array, return_inverse=True)
    found, where = distinct(array)
    np.testing.assert_array_equal(found, different)
    np.testing.assert_array_equal(where, place)
    assert how_many(array) == len(different)


@pytest.mark.parametrize("method", ["bh", "by"])
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=40))
@settings(deadline=None)
def test_q_values_are_those_of_scipy(method: str, p: list[float]) -> None:
    from scipy.stats import false_discovery_control

    np.testing.assert_allclose(adjust(p, method), false_discovery_control(p, method=method), atol=1e-12)


# Benjamini & Hochberg 1995, section 3.2: 15 tests, of which the procedure rejects 4 at .05 (Bonferroni 3)
def test_the_published_example_of_the_false_discovery_rate() -> None:
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000]
    assert (adjust(p) <= 0.05).sum() == 4


def test_a_test_that_was_not_made_does_not_count() -> None:
    np.testing.assert_array_equal(adjust([0.02, np.nan, 0.5])[[0, 2]], adjust([0.02, 0.5]))


def test_the_spread_of_the_cells_is_found_again() -> None:
    rng = np.random.default_rng(1)
    alpha, beta, weight = spread(np.full(400, 50.0), rng.binomial(50, rng.beta(3, 7, 400)))
    assert (weight * alpha / (alpha + beta)).sum() == pytest.approx(0.3, abs=0.02)
    assert 7 < (weight * (alpha + beta)).sum() < 14


def test_the_posterior_is_that_of_numerical_integration() -> None:
    """Two cells, integrated over a grid far wider and finer than the one in use."""
    from scipy.special import betaln

    n, y = np.array([4.0, 9.0]), np.array([3.0, 1.0])
    m, s = np.meshgrid(np.linspace(1e-4, 1 - 1e-4, 600), np.exp(np.linspace(-6, 14, 600)), indexing="ij")
    alpha, beta = m * s, (1 - m) * s
    typical = np.median(n)
    log = sum(betaln(alpha + one_y, beta + one_n - one_y) - betaln(alpha, beta) for one_n, one_y in zip(n, y, strict=True))
    weight = np.exp(log - log.max()) * s * typical / (s + typical) ** 2  # even steps of log s
    mean = [(weight * (alpha + one_y) / (s + one_n)).sum() / weight.sum() for one_n, one_y in zip(n, y, strict=True)]
    np.testing.assert_allclose(shares(n, y, np.random.default_rng(0), draws=100_000).mean(axis=0), mean, atol=0.01)


def test_shrunken_intervals_cover_and_plain_plug_in_intervals_of_few_cells_do_not() -> None:
    covered, plug_in = intervals(np.random.default_rng(2), repetitions=60, cells=6)
    assert 0.91 <= covered <= 0.98
    assert plug_in < covered - 0.02


def test_a_small_cell_does_not_top_the_list_by_luck() -> None:
    n, y = np.array([2.0, 200, 150, 180, 160, 170]), np.array([2.0, 120, 60, 72, 64, 68])
    draws = shares(n, y, np.random.default_rng(3))
    assert draws.mean(axis=0).argmax() == 1
    assert (ranks(draws)[:, 0] == 1).mean() < 0.6


def test_ranks_are_places_from_the_highest() -> None:
    assert ranks(np.array([[0.2, 0.9, 0.5], [0.3, 0.1, 0.2]])).tolist() == [[3, 1, 2], [1, 3, 2]]


def test_the_tail_under_a_known_spread_is_beta_binomial() -> None:
    from scipy.stats import betabinom

    known = (np.array([2.0]), np.array([3.0]), np.array([1.0]))
    assert upper_tail(12, 9, known) == pytest.approx(betabinom.sf(8, 12, 2, 3))
    assert upper_tail(12, 0, known) == pytest.approx(1)


@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0.2, 2000), st.floats(0.2, 2000))
@settings(max_examples=200, deadline=None)
def test_the_tail_is_the_sum_of_its_terms_for_any_size(n: int, part: float, alpha: float, beta: float) -> None:
    from scipy.special import betaln, gammaln, logsumexp

    y = round(part * n)
    k = np.arange(y, n + 1)
    terms = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1) + betaln(k + alpha, n - k + beta) - betaln(alpha, beta)
    found = upper_tail(n, y, (np.array([alpha]), np.array([beta]), np.array([1.0])))
    assert found == pytest.approx(min(1.0, float(np.exp(logsumexp(terms)))), rel=0.02, abs=1e-9)


def test_the_sum_of_a_tail_and_its_quadrature_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    alpha, beta, n = np.array([2.0, 30.0, 900.0]), np.array([3.0, 10.0, 2100.0]), SUMMED
    summed = [_beta_binomial_tail(n, part * n // 10, alpha, beta) for part in (2, 5, 8)]
    monkeypatch.setattr("pipeline.stats.shrinkage.SUMMED", 0)
    assert np.allclose(summed, [_beta_binomial_tail(n, part * n // 10, alpha, beta) for part in (2, 5, 8)], rtol=1e-4, atol=1e-12)


def test_cells_without_a_text_tell_nothing() -> None:
    with pytest.raises(ValueError, match="no cell holds a text"):
        spread([0.0], [0.0])


def test_the_score_test_of_a_small_table_is_as_computed_by_hand() -> None:
    """12/40 against 30/60, an author a text; residuals from the common share .42, of squares 8.976 and 15.384."""
    from scipy.stats import t

    y = np.r_[np.ones(12), np.zeros(28), np.ones(30), np.zeros(30)]
    cell = np.repeat([0, 1], [40, 60])
    z = (0.3 - 0.5) / np.sqrt((8.976 / 40**2 + 15.384 / 60**2) * 100 / 99)
    found = against_rest(cell, np.arange(100), np.ones(100), y, 2)
    np.testing.assert_allclose(found, 2 * t.cdf(z, 39), rtol=1e-9)


@pytest.mark.parametrize("both", [False, True], ids=["authors write in one cell", "authors write in both"])
def test_the_score_test_has_its_size_and_ignoring_authors_would_not(both: bool) -> None:
    rng = np.random.default_rng(4)
    p_values, ignoring = [], []
    for _ in range(600):
        author = rng.integers(0, 40, 300)
        cell = rng.integers(0, 2, 300) if both else (author % 2)
        y = rng.binomial(1, rng.beta(1, 2, 40)[author]).astype(float)
        pairs, place = np.unique(np.stack([cell, author]), axis=1, return_inverse=True)
        n, total = np.bincount(place.ravel()).astype(float), np.bincount(place.ravel(), weights=y)
        p_values.append(against_rest(pairs[0], pairs[1], n, total, 2)[0])
        ignoring.append(against_rest(cell, np.arange(300), np.ones(300), y, 2)[0])
    assert 0.02 <= np.mean(np.array(p_values) < 0.05) <= 0.075
    assert both or np.mean(np.array(ignoring) < 0.05) > 0.2


def test_what_does_not_vary_or_has_one_author_is_not_tested() -> None:
    assert np.isnan(against_rest(np.array([0, 1]), np.array([0, 1]), np.ones(2), np.ones(2), 2)).all()
    assert np.isnan(against_rest(np.array([0, 1, 1]), np.array([0, 1, 2]), np.ones(3), np.array([1.0, 0, 1]), 2)[0])
