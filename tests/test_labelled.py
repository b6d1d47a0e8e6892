"""Estimates from labelled samples: double sampling, prediction-powered means, allocation. Oracles name their origin."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.aggregate.planning import plans
from pipeline.stats.allocation import allocate, labels_needed
from pipeline.stats.double_sampling import double_sampling, weighted_table
from pipeline.stats.ppi import ppi_mean


def _population(rng: np.random.Generator, texts: int, share: float = 0.3) -> tuple[np.ndarray, np.ndarray]:
    """Two classes; class 1 has `share` and is found with 0.75, invented with 0.15."""
    true = (rng.random(texts) < share).astype(int)
    return true, (rng.random(texts) < np.where(true == 1, 0.75, 0.15)).astype(int)


def test_the_point_estimate_is_tenenbeins() -> None:
    rng = np.random.default_rng(0)
    true, said = _population(rng, 5000)
    few = rng.choice(5000, 600, replace=False)
    drawn = double_sampling(np.bincount(said), said[few], true[few], np.ones(600), rng)
    by_hand = sum((said == j).mean() * true[few][said[few] == j].mean() for j in (0, 1))
    assert drawn.mean()[1] == pytest.approx(by_hand, abs=0.004)
    assert drawn.mean().sum() == pytest.approx(1)


@pytest.mark.parametrize("labels", [20, 100])
def test_double_sampling_covers_and_is_narrower_than_the_labels_alone(labels: int) -> None:
    from pipeline.stats.proportions import wilson

    rng = np.random.default_rng(labels)
    held, width, alone = [], [], []
    for _ in range(250):
        true, said = _population(rng, 3000)
        few = rng.choice(3000, labels, replace=False)
        low, high = double_sampling(np.bincount(said, minlength=2), said[few], true[few], np.ones(labels), rng, 1000).interval()
        held.append(low[1] <= 0.3 <= high[1])
        width.append(high[1] - low[1])
        near, far = wilson(true[few].mean(), labels)
        alone.append(far - near)
    assert 0.90 <= np.mean(held) <= 0.99
    assert np.mean(width) < np.mean(alone)


def test_a_sample_of_the_unsure_is_right_only_with_its_probabilities() -> None:
    rng = np.random.default_rng(3)
    true, said = _population(rng, 20_000)
    hard = (true != said) | (rng.random(20_000) < 0.2)
    probability = np.where(hard, 0.2, 0.02)
    few = np.flatnonzero(rng.random(20_000) < probability)
    arguments = np.bincount(said), said[few], true[few]
    right = double_sampling(*arguments, 1 / probability[few], rng).mean()[1]
    wrong = double_sampling(*arguments, np.ones(len(few)), rng).mean()[1]
    assert 3 * abs(right - 0.3) < abs(wrong - 0.3) and abs(right - 0.3) < 0.02


def test_a_class_of_which_nothing_was_labelled_widens_the_interval() -> None:
    rng = np.random.default_rng(4)
    low, high = double_sampling([500, 500], [0] * 100, [0] * 95 + [1] * 5, np.ones(100), rng).interval()
    assert high[0] - low[0] > 0.4


def test_equal_weights_leave_counts_as_they_are() -> None:
    table = weighted_table([0, 0, 1, 1, 1], [0, 1, 1, 1, 0], np.full(5, 7.0), 3)
    np.testing.assert_allclose(table, [[1, 1, 0], [1, 2, 0], [0, 0, 0]])


def test_useless_predictions_leave_the_plain_t_interval() -> None:
    from scipy.stats import ttest_1samp

    y = np.random.default_rng(2).normal(3, 1, 40)
    found = ppi_mean(y, np.full(40, 2.0), (1000, 2.0, 0.0))
    expected = ttest_1samp(y, 0).confidence_interval()
    np.testing.assert_allclose(found.interval(), (expected.low, expected.high))
    assert found.trust == 0


def test_a_score_on_another_scale_helps_as_much() -> None:
    rng = np.random.default_rng(7)
    y = rng.normal(3, 1, 60)
    f, others = y + rng.normal(0, 0.5, 60), rng.normal(3, np.sqrt(1.25), 3000)
    found = [ppi_mean(y, unit * f, (3000, float(unit * others.mean()), float(unit**2 * others.var()))) for unit in (1.0, 0.1)]
    assert found[0].trust < 1 < found[1].trust
    np.testing.assert_allclose(found[0].interval(), found[1].interval())


def test_the_variance_of_a_stratified_mean_is_that_of_the_textbook() -> None:
    # Cochran 1977, Sampling Techniques, 5.4: sum W_h^2 s_h^2 / n_h, W_h the part of the population
    y, strata = np.array([1.0, 2, 3, 10, 14]), np.array([0, 0, 0, 1, 1])
    found = ppi_mean(y, np.zeros(5), (0, 0.0, 0.0), strata, np.array([10.0, 10, 10, 35, 35]))
    assert found.value == pytest.approx(0.3 * 2 + 0.7 * 12)
    assert found.error == pytest.approx(np.sqrt(0.09 * 1 / 3 + 0.49 * 8 / 2))
    assert found.freedom == 3


def test_the_variance_of_a_weighted_mean_is_that_of_a_ratio() -> None:
    # By hand: mean (1*1 + 3*5)/4 = 4; sum of (w (y - mean))^2 = 9 + 9, over 4^2, times n / (n - 1) = 2
    found = ppi_mean([1.0, 5.0], [0.0, 0.0], (0, 0.0, 0.0), None, [1.0, 3.0])
    assert (found.value, found.error) == pytest.approx((4, 1.5))


def test_prediction_powered_means_cover_in_stratified_samples_and_need_fewer_labels() -> None:
    rng = np.random.default_rng(5)
    held, width, alone = [], [], []
    for _ in range(400):
        true = rng.normal(3, 1, 3000)
        predicted = true + rng.normal(0, 0.7, 3000)
        strata = (predicted > 3).astype(int)
        few = np.concatenate([rng.choice(np.flatnonzero(strata == h), 40, replace=False) for h in (0, 1)])
        weight = np.bincount(strata)[strata[few]] / 40
        rest = np.delete(predicted, few)
        for trusted, widths in ((predicted, width), (np.zeros(3000), alone)):
            everywhere = (len(rest), rest.mean(), rest.var(ddof=1)) if trusted is predicted else (0, 0.0, 0.0)
            low, high = ppi_mean(true[few], trusted[few], everywhere, strata[few], weight).interval()
            widths.append(high - low)
            if trusted is predicted:
                held.append(low <= 3 <= high)
    assert 0.92 <= np.mean(held) <= 0.98
    assert np.mean(width) < 0.9 * np.mean(alone)


@given(st.lists(st.tuples(st.integers(1, 200), st.floats(0, 0.5), st.integers(0, 20)), min_size=1, max_size=8), st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_an_allocation_keeps_its_promises(strata: list[tuple[int, float, int]], total: int) -> None:
    sizes, deviations, floor = (np.array(column) for column in zip(*strata, strict=True))
    given_ = allocate(sizes, deviations, total, floor)
    least = np.minimum(floor, sizes)
    assert (given_ >= least).all() and (given_ <= sizes).all()
    assert given_.sum() == max(min(total, sizes.sum()), least.sum())


def test_the_allocation_has_less_variance_than_a_proportional_one() -> None:
    sizes, deviations = np.array([1000, 1000, 2000]), np.array([0.5, 0.1, 0.3])
    spread = lambda n: ((sizes / sizes.sum()) ** 2 * deviations**2 / n).sum()  # noqa: E731
    assert spread(allocate(sizes, deviations, 120, [2, 2, 2])) < spread(np.array([30, 30, 60]))


def test_as_many_labels_are_planned_as_give_the_width() -> None:
    rng = np.random.default_rng(6)
    true, said = _population(rng, 200_000)
    correlation = np.corrcoef(true, said)[0, 1]
    halves = []
    for _ in range(60):
        few = rng.choice(200_000, 300, replace=False)
        low, high = double_sampling(np.bincount(said), said[few], true[few], np.ones(300), rng, 1000).interval()
        halves.append((high[1] - low[1]) / 2)
    assert labels_needed(float(np.mean(halves)), 200_000, 0.3, correlation) == pytest.approx(300, rel=0.16)


def test_the_plan_says_so_where_all_texts_are_too_few() -> None:
    many, few = plans({}, {"cy": 400, "de": 58}, 0.05)
    assert (few.needed, few.enough) == (58, False) and few.half == pytest.approx(1.96 * np.sqrt(0.21 / 58), rel=1e-3)
    assert (many.needed, many.enough) == (323, True) and many.half == pytest.approx(0.05, rel=0.01)


def test_the_number_of_labels_is_that_of_the_design_table() -> None:
    # samplesize_confint_proportion of statsmodels 0.15: 897 for 0.3 +- 0.03; 457 for 0.05 +- 0.02
    assert (labels_needed(0.03, 10**9, 0.3, 0.0), labels_needed(0.02, 10**9, 0.05, 0.0)) == (897, 457)
    assert labels_needed(0.01, 500, 0.3, 0.0) == 500
    assert labels_needed(0.05, 400, 0.3, 0.7) > labels_needed(0.05, 10**9, 0.3, 0.7)  # fewer texts to be predicted
