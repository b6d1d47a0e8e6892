"""Classify-and-count with known errors. Oracles are independent computations: a grid, Rogan & Gladen's formula, a simulation."""

import itertools

import numpy as np
import pytest

from pipeline.stats.pooling import fitted_beta
from pipeline.stats.proportions import wilson
from pipeline.stats.quantification import (
    TRUSTED,
    Draws,
    detector_draws,
    difference,
    fitted_prior,
    from_matrices,
    independent_difference,
    matrix_draws,
    posterior,
    weighted_quantiles,
)

# rows true, columns said: a four-class classifier of accuracy 0.7
CONFUSION = np.array([[87, 7, 16, 16], [4, 48, 3, 3], [11, 3, 45, 8], [10, 2, 7, 71]], dtype=float)
TRUE = (CONFUSION + 0.5) / (CONFUSION + 0.5).sum(axis=1, keepdims=True)
FLAT = np.ones(4)


def _simplex(steps: int) -> np.ndarray:
    cuts = itertools.combinations(range(steps + 3), 3)
    points = np.array([np.diff((-1, *cut, steps + 3)) - 1 for cut in cuts], dtype=float)
    return (points + 0.25) / (steps + 1)


def _by_grid(counts: np.ndarray, prior: np.ndarray, steps: int = 24, draws: int = 300) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The same posterior by brute force: the likelihood of each point of the simplex, averaged over matrices."""
    grid, rng, total = _simplex(steps), np.random.default_rng(11), None
    for _ in range(draws):
        gammas = rng.gamma(CONFUSION + 0.5)
        log = counts @ np.log(grid @ (gammas / gammas.sum(1, keepdims=True))).T
        total = log if total is None else np.logaddexp(total, log)
    total = total + ((prior - 1) * np.log(grid)).sum(1)
    weight = np.exp(total - total.max())
    limits = np.array([weighted_quantiles(grid[:, k], weight, [0.025, 0.975]) for k in range(4)])
    return weight @ grid / weight.sum(), limits[:, 0], limits[:, 1]


@pytest.mark.parametrize(("counts", "prior"), [([20, 10, 25, 5], FLAT), ([3, 0, 1, 0], FLAT), ([30, 12, 20, 9], np.array([4.0, 2, 5, 1]))])
def test_the_posterior_is_that_of_a_grid(counts: list[int], prior: np.ndarray) -> None:
    drawn = posterior(counts, matrix_draws(CONFUSION, np.random.default_rng(0)), prior, np.random.default_rng(1))
    mean, low, high = _by_grid(np.array(counts), prior)
    np.testing.assert_allclose(drawn.mean(), mean, atol=0.02)
    np.testing.assert_allclose(drawn.interval(), (low, high), atol=0.045)  # the grid's step is 0.04


def test_with_an_exact_matrix_and_many_texts_it_is_rogan_and_gladens_formula() -> None:
    # Rogan & Gladen 1978, American J. of Epidemiology 107:71: (apparent + specificity - 1) / (sensitivity + specificity - 1)
    sensitivity, specificity, n, found = 0.8, 0.95, 10**7, 1_700_000
    matrix = from_matrices(np.broadcast_to([[sensitivity, 1 - sensitivity], [1 - specificity, specificity]], (4096, 2, 2)))
    drawn = posterior([found, n - found], matrix, np.ones(2), np.random.default_rng(0))
    assert drawn.mean()[0] == pytest.approx((found / n + specificity - 1) / (sensitivity + specificity - 1), abs=1e-4)


def test_a_classifier_without_error_gives_the_dirichlet_posterior_of_the_counts() -> None:
    from scipy.stats import beta

    drawn = posterior([6, 3, 2, 1], from_matrices(np.broadcast_to(np.eye(4), (8192, 4, 4))), FLAT, np.random.default_rng(3))
    np.testing.assert_allclose(drawn.mean(), np.array([7, 4, 3, 2]) / 16, atol=0.01)
    low, high = drawn.interval()
    np.testing.assert_allclose((low[0], high[0]), beta(7, 9).ppf([0.025, 0.975]), atol=0.02)


def _coverage(n: int, validation: int, repeats: int, seed: int) -> tuple[float, float]:
    """How often the interval holds the share of class 0, and how often Wilson's on the share classified does."""
    rng = np.random.default_rng(seed)
    held = naive = 0
    for _ in range(repeats):
        shares = rng.dirichlet([2.4, 1.6, 4.0, 1.0])
        sizes = rng.multinomial(validation, [0.3, 0.2, 0.3, 0.2])
        confusion = np.array([rng.multinomial(size, row) for size, row in zip(sizes, TRUE, strict=True)])
        said = rng.multinomial(n, shares @ TRUE)
        drawn = posterior(said, matrix_draws(confusion, rng, 4096), FLAT, rng)
        low, high = drawn.interval() if drawn.fits else (np.zeros(4), np.ones(4))
        held += low[0] <= shares[0] <= high[0]
        near, far = wilson(said[0] / n, n)
        naive += near <= shares[0] <= far
    return held / repeats, naive / repeats


def test_the_interval_covers_and_the_simulation_would_catch_shares_classified() -> None:
    held, naive = _coverage(n=500, validation=400, repeats=200, seed=5)
    assert 0.90 <= held <= 0.99
    assert naive < 0.5


def test_counts_that_the_matrix_cannot_produce_do_not_fit() -> None:
    matrix = matrix_draws(CONFUSION, np.random.default_rng(0))
    assert not posterior([1960, 0, 40, 0], matrix, FLAT, np.random.default_rng(1)).fits
    assert posterior(np.array([0.3, 0.2, 0.3, 0.2]) @ TRUE * 2000, matrix, FLAT, np.random.default_rng(1)).fits


def test_errors_that_two_cells_share_cancel_in_their_difference() -> None:
    matrix = matrix_draws(CONFUSION / 4, np.random.default_rng(0))
    counts = [np.array(shares) @ TRUE * 5000 for shares in ([0.4, 0.2, 0.3, 0.1], [0.35, 0.2, 0.35, 0.1])]
    one, other = (posterior(each, matrix, FLAT, np.random.default_rng(i)) for i, each in enumerate(counts))
    shared = difference(one, other)
    apart = independent_difference(one, other, np.random.default_rng(2))
    widths = [each.interval()[1][0] - each.interval()[0][0] for each in (shared, apart)]
    assert shared.mean()[0] == pytest.approx(0.05, abs=0.02)
    assert widths[0] < 0.7 * widths[1]


def test_the_prior_of_many_cells_is_recovered() -> None:
    rng, prior = np.random.default_rng(4), np.array([2.4, 1.6, 4.0, 1.0])
    matrix = from_matrices(np.broadcast_to(TRUE, (1024, 4, 4)))
    cells = [(rng.multinomial(size, rng.dirichlet(prior) @ TRUE), matrix) for size in rng.integers(20, 120, 150)]
    found = fitted_prior(cells, np.random.default_rng, most=60.0)
    np.testing.assert_allclose(found / found.sum(), prior / prior.sum(), atol=0.05)
    assert 5 < found.sum() / TRUSTED < 16
    assert fitted_prior(cells, np.random.default_rng, most=4.0).sum() / TRUSTED <= 4.001


def test_a_fitted_prior_brings_small_cells_nearer_to_the_truth() -> None:
    rng, prior = np.random.default_rng(6), np.array([2.4, 1.6, 4.0, 1.0]) * 2
    matrix = matrix_draws(CONFUSION, np.random.default_rng(0), 4096)
    truth = rng.dirichlet(prior, 60)
    counts = [rng.multinomial(12, shares @ TRUE) for shares in truth]
    fitted = fitted_prior([(each, matrix) for each in counts], np.random.default_rng, most=30.0)
    errors = [
        np.sqrt(
            np.mean(
                [
                    (posterior(c, matrix, p, np.random.default_rng(i)).mean() - t) ** 2
                    for i, (c, t) in enumerate(zip(counts, truth, strict=True))
                ]
            )
        )
        for p in (FLAT, fitted)
    ]
    assert errors[1] < errors[0]


def test_a_detector_is_corrected_for_what_it_misses_and_invents() -> None:
    # 400 of 1000 mentions found, 500 of 10 000 absences invented: a detected rate of 12 % is a true rate of 20 %
    matrix = detector_draws((400, 600), (500, 9500), np.random.default_rng(0))
    drawn = posterior([1200, 8800], matrix, np.ones(2), np.random.default_rng(1))
    assert drawn.mean()[0] == pytest.approx((0.12 - 0.05) / (0.4 - 0.05), abs=0.01)


def test_the_spread_of_rates_is_recovered() -> None:
    rng = np.random.default_rng(8)
    n = rng.integers(10, 60, 300)
    a, b = fitted_beta(rng.binomial(n, rng.beta(4, 6, 300)), n)
    assert a / (a + b) == pytest.approx(0.4, abs=0.02) and 7 < a + b < 14
    assert fitted_beta([3, 1], [9, 9]) == (0.5, 0.5)


def test_tiny_weights_count_like_others() -> None:
    drawn = Draws(np.array([[0.2, 0.3, 0.4]]), np.full(3, 1e-300))
    assert drawn.effective == 3 and drawn.first().effective == 3


def test_draws_that_are_impossible_have_no_part() -> None:
    drawn = Draws(np.array([[0.2, -4.0, 0.4], [0.8, 5.0, 0.6]]), np.array([1.0, 0.0, 1.0]))
    np.testing.assert_allclose(drawn.mean(), [0.3, 0.7])
    assert drawn.effective == 2 and drawn.interval()[0][0] >= 0.2
