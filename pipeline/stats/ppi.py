"""Means from many predicted values and a random few true ones: prediction-powered inference."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array


@dataclass(frozen=True)
class Mean:
    """An estimated mean with its standard error, degrees of freedom, and how far the predictions were trusted: what one more in them adds (0: not at all)."""

    value: float
    error: float
    freedom: int
    trust: float

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """t interval; NaN without degrees of freedom."""
        from scipy.special import stdtrit

        half = float(stdtrit(self.freedom, 0.5 + confidence / 2)) * self.error if self.freedom > 0 else np.nan
        return self.value - half, self.value + half


def ppi_mean(
    true: npt.ArrayLike,
    predicted: npt.ArrayLike,
    everywhere: tuple[float, float, float],
    stratum: npt.ArrayLike | None = None,
    weight: npt.ArrayLike | None = None,
) -> Mean:
    """PPI++ mean: Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453; with strata Fisch et al. 2024, arXiv 2406.04291.

    `true` and `predicted` (n_labelled,) are of the labelled texts, `everywhere` is number, mean and variance of the predictions of all other texts.
    With `stratum` and `weight` (inverse probabilities), the labelled texts are a stratified sample: the rectifier and its variance are
    added up over strata, each as large as the sum of its weights; one text alone in a stratum takes the variance of all.
    """
    y, f = np.asarray(true, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
    strata = np.zeros(len(y), dtype=np.int64) if stratum is None else np.unique(np.asarray(stratum), return_inverse=True)[1]
    number, mean, variance = everywhere
    if len(y) < 2:
        return Mean(float("nan"), float("nan"), 0, 0.0)
    trust = _trust(y, f, w, strata, number, variance)
    value, squared = _stratified(y - trust * f, w, strata)
    spread = trust**2 * variance / number if number else 0.0
    return Mean(float(trust * mean + value), float(np.sqrt(spread + squared)), len(y) - int(strata.max()) - 1, trust)


def _trust(y: Array, f: Array, w: Array, strata: npt.NDArray[np.int64], number: float, variance: float) -> float:
    """The weight of the predictions that makes the variance least: a parabola in it, whose terms are added up over strata.

    Not held at 1 or less, as where predictions are of the same scale: a score from -1 to 1 that goes with stars from 1 to 5 is worth about two stars.
    """
    if number == 0 or variance == 0:
        return 0.0
    both, plus, minus = (_stratified(each, w, strata)[1] for each in (f, y + f, y - f))
    covariance = (plus - minus) / 4
    return float(max(covariance / (both + variance / number), 0.0)) if both + variance / number > 0 else 0.0


def _stratified(values: Array, w: Array, strata: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Mean over strata as large as their weights, and the variance of that mean."""
    size, n = np.bincount(strata, weights=w), np.bincount(strata)
    mean = np.bincount(strata, weights=w * values) / size
    squares = (
        np.bincount(strata, weights=(w * (values - mean[strata])) ** 2) / size**2
    )  # of a ratio, Cochran 1977, 6.13; s^2 / n of equal weights
    spread = np.where(n > 1, squares * n / np.maximum(n - 1, 1), values.var(ddof=1))
    part = size / size.sum()
    return float(part @ mean), float((part**2 * spread).sum())
