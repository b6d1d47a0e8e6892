"""The same cases by other libraries. QuaPy and ppi-python are too heavy to install for this: tests/oracles.py wrote their numbers, with their versions."""

import json
from pathlib import Path

import numpy as np
import pytest
from oracles import COUNTS, MATRIX, SAMPLES, TARGET, sample

from pipeline.stats.label_shift import warning_light
from pipeline.stats.ppi import ppi_mean
from pipeline.stats.quantification import matrix_draws, posterior
from pipeline.stats.ratings import mean_of_steps
from pipeline.stats.resampling import bca_interval

NUMBERS = json.loads(Path(TARGET).read_text(encoding="utf-8"))
POSSIBLE = [i for i, adjusted in enumerate(NUMBERS["quapy"]["adjusted"]) if min(adjusted) > 0.01]


@pytest.mark.parametrize("case", POSSIBLE)
def test_with_much_data_the_corrected_shares_are_quapys_adjusted_count(case: int) -> None:
    """QuaPy solves said = shares @ matrix; with hundred times the labels and texts the posterior shrinks to that."""
    matrix = matrix_draws(100 * np.array(MATRIX, dtype=float), np.random.default_rng(0))
    drawn = posterior(100.0 * np.array(COUNTS[case]), matrix, np.ones(4), np.random.default_rng(1))
    np.testing.assert_allclose(drawn.mean(), NUMBERS["quapy"]["adjusted"][case], atol=0.01)


def test_there_are_cases_that_a_mixture_can_and_cannot_explain() -> None:
    assert 2 <= len(POSSIBLE) < len(COUNTS)


@pytest.mark.parametrize(("case", "number"), enumerate(SAMPLES))
def test_the_powered_mean_is_that_of_ppi_python(case: int, number: tuple[int, int, float, int]) -> None:
    """It pools the variances of labelled and other predictions and takes a normal quantile, we do not: equal up to a fiftieth of the width."""
    y, f, others = sample(*number)
    value, low, high = NUMBERS["ppi-python"]["means"][case]
    found = ppi_mean(y, f, (len(others), float(others.mean()), float(others.var())))
    assert found.value == pytest.approx(value, abs=(high - low) / 50)
    assert found.interval() == pytest.approx((low, high), abs=(high - low) / 50)


def test_the_light_with_one_class_is_the_likelihood_ratio_test_of_scipy() -> None:
    from scipy.stats import chi2_contingency

    said, labelled = [30, 12, 8, 50], [40, 30, 6, 24]
    expected = chi2_contingency([said, labelled], lambda_="log-likelihood", correction=False).pvalue
    assert float(warning_light(said, [labelled]).p_value) == pytest.approx(expected)


def test_bca_limits_of_independent_ratings_are_those_of_scipy() -> None:
    from scipy.stats import bootstrap

    values = np.repeat([1.0, 2, 3, 4, 5], [5, 1, 2, 6, 26])
    expected = bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(0)).confidence_interval
    sums = np.stack([np.ones(len(values)), values], axis=1)
    found = bca_interval(sums, lambda both: both[..., 1] / both[..., 0], np.random.default_rng(1), replicates=20_000)
    assert found == pytest.approx((expected.low, expected.high), abs=0.03)
    assert found[0] < 2 * values.mean() - found[1]  # longer towards the few low ratings


def test_the_dirichlet_interval_of_two_steps_is_the_beta_posterior_of_scipy() -> None:
    from scipy.stats import beta

    low, high = mean_of_steps([7, 13], [0, 1], 20, np.random.default_rng(0))
    assert (low, high) == pytest.approx(tuple(beta.ppf([0.025, 0.975], 13.5, 7.5)), abs=0.015)
