"""A straight trend of a share over time, at a fixed mix of kinds of texts, with an interval that withstands autocorrelation.

Least squares of the outcome on time with a level for each kind (within-estimator): a kind that becomes more frequent is no trend. Errors by
Driscoll & Kraay 1998, Review of Economics and Statistics 80:549 (any likeness of texts of one week, and of weeks near each other; Bartlett weights as in Newey & West
1987, Econometrica 55:703), or clustered by author where that is larger. t distribution with two degrees of freedom fewer than weeks.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array


@dataclass(frozen=True)
class Trend:
    """Change per unit of time with its interval and two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float


def slope(
    time: Array, y: Array, kind: npt.NDArray[np.int64], week: npt.NDArray[np.int64], author: npt.NDArray[np.int64], confidence: float = 0.95
) -> Trend:
    """The trend of y over `time`, from texts, arrays (n_texts,). Raises ValueError with fewer than four weeks or where time does not vary within kinds."""
    from scipy.special import stdtr, stdtrit

    weeks = np.unique(week)
    x, outcome = _within(time, kind), _within(y, kind)
    squares = float((x**2).sum())
    if len(weeks) < 4 or squares <= 0:
        raise ValueError("a trend needs texts of four weeks, at different times within a kind")
    value = float((x * outcome).sum() / squares)
    score = x * (outcome - value * x)
    error = np.sqrt(max(_serial(score, week, weeks), _clustered(score, author))) / squares
    freedom = len(weeks) - 2
    half = stdtrit(freedom, 0.5 + confidence / 2) * error
    p_value = 2 * stdtr(freedom, -abs(value) / error) if error > 0 else float("nan")
    return Trend(value, float(value - half), float(value + half), float(p_value))


def _within(values: Array, kind: npt.NDArray[np.int64]) -> Array:
    """Less the mean of its kind."""
    _, place = np.unique(kind, return_inverse=True)
    return np.asarray(values - (np.bincount(place, weights=values) / np.bincount(place))[place])


def _serial(score: Array, week: npt.NDArray[np.int64], weeks: npt.NDArray[np.int64]) -> float:
    """Variance of the sum of scores, with the covariances of weeks near each other (empty weeks count as zero)."""
    sums = np.bincount(week - weeks[0], weights=score)
    length = len(weeks)
    lags = int(4 * (length / 100) ** (2 / 9))
    covariances = [(sums[lag:] * sums[: len(sums) - lag]).sum() for lag in range(lags + 1)]
    total = covariances[0] + 2 * sum((1 - lag / (lags + 1)) * covariances[lag] for lag in range(1, lags + 1))
    return float(max(total, 0) * length / (length - 2))


def _clustered(score: Array, author: npt.NDArray[np.int64]) -> float:
    _, place = np.unique(author, return_inverse=True)
    sums = np.bincount(place, weights=score)
    return float((sums**2).sum() * len(sums) / max(len(sums) - 1, 1))
