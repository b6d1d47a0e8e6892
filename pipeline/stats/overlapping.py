"""The difference of a share or mean between two groups in which the same authors may write.

Shares: the limits of each share, put together by recovering variances (MOVER): Newcombe 1998, Statistics in Medicine 17:873, with the correlation of the two estimates
as in Newcombe 1998, 17:2635, and Zou & Donner 2008, 27:1693. Means: the variance of the difference between clusters, each weighed as if it had been left out, t interval with
Welch's degrees of freedom (1947, Biometrika 34:28). Few unequal clusters count as fewer, as in `clusters`.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.stats.clusters import JackknifeSums, jackknife_weight, share_interval
from pipeline.stats.proportions import Array


@dataclass(frozen=True)
class Difference:
    """`after - before` with its interval; NaN where a side is empty or has fewer than two authors."""

    before: float
    after: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """The difference itself."""
        return self.after - self.before


def of_shares(n: Array, y: Array, confidence: float = 0.95) -> Difference:
    """Of successes y of n texts, arrays (2, n_authors): before and after of each author, zeros where the author wrote nothing there."""
    sides = [share_interval(JackknifeSums.of(n[side], y[side]), confidence) for side in (0, 1)]
    (p0, p1), (low0, low1), (high0, high1) = ([float(getattr(side, name)[0]) for side in sides] for name in ("value", "low", "high"))
    together = _correlation(n, y)
    down, up = p1 - low1, high0 - p0
    further_up, further_down = high1 - p1, p0 - low0
    low = p1 - p0 - np.sqrt(max(down**2 + up**2 - 2 * together * down * up, 0))
    high = p1 - p0 + np.sqrt(max(further_up**2 + further_down**2 - 2 * together * further_up * further_down, 0))
    return Difference(p0, p1, float(low), float(high))


def of_means(n: Array, total: Array, confidence: float = 0.95) -> Difference:
    """Of the sums `total` of n values, arrays (2, n_authors)."""
    from scipy.special import stdtrit

    sizes = n.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = total.sum(axis=1) / sizes[:, 0]
        influence = (total - means[:, None] * n) / sizes * np.sqrt(jackknife_weight(n, sizes))
        effective = sizes[:, 0] ** 2 / (n**2).sum(axis=1)
    count = int((n.sum(axis=0) > 0).sum())
    if (n > 0).sum(axis=1).min() < 2:
        return Difference(float(means[0]), float(means[1]), float("nan"), float("nan"))
    squares = (influence**2).sum(axis=1)
    spread = (squares**2 / np.maximum(effective - 1, 1)).sum()
    freedom = squares.sum() ** 2 / spread if spread > 0 else 1.0
    half = stdtrit(freedom, 0.5 + confidence / 2) * np.sqrt(((influence[1] - influence[0]) ** 2).sum() * (count - 1) / count)
    value = means[1] - means[0]
    return Difference(float(means[0]), float(means[1]), float(value - half), float(value + half))


def beyond(change: Difference, control: Difference) -> Difference:
    """The change that is not in the control series too (difference of differences), its limits put together in the same way.

    Takes the two for independent: right where hardly an author writes in both.
    """
    value = change.value - control.value
    low = value - np.hypot(change.value - change.low, control.high - control.value)
    high = value + np.hypot(change.high - change.value, control.value - control.low)
    return Difference(control.value, change.value, float(low), float(high))


def _correlation(n: Array, y: Array) -> float:
    """Between the two shares, from the residuals of the authors."""
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = y - y.sum(axis=1, keepdims=True) / n.sum(axis=1, keepdims=True) * n
        found = (residual[0] * residual[1]).sum() / np.sqrt((residual[0] ** 2).sum() * (residual[1] ** 2).sum())
    return float(np.clip(found, -1, 1)) if np.isfinite(found) else 0.0
