"""The difference of two groups at equal starting points.

The comparison group is weighted so that its starting values are distributed as in the group of interest (exact matching by post-stratification: Cochran 1968, Biometrics
24:295; the estimate is for the group of interest). Starting values that one group lacks are left out. Welch's t interval with the weighted variance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array


@dataclass(frozen=True)
class Matched:
    """Difference with its interval, and how many were matched; NaN limits where it cannot be computed."""

    value: float
    low: float
    high: float
    matched: int


def matched_difference(y: Array, treated: npt.NDArray[np.bool_], start: Array, confidence: float = 0.95) -> Matched:
    """Mean y of the treated less that of the others at the same starting values, arrays (n,)."""
    from scipy.special import stdtrit

    both = [value for value in np.unique(start) if treated[start == value].any() and not treated[start == value].all()]
    inside = np.isin(start, both)
    y, treated, start = y[inside], treated[inside], start[inside]
    if treated.sum() < 2 or (~treated).sum() < 2:
        return Matched(float("nan"), float("nan"), float("nan"), len(y))
    weight = np.ones(len(y))
    for value in both:
        here = start == value
        weight[here & ~treated] = (here & treated).sum() / (here & ~treated).sum()
    parts = [_mean(y[side], weight[side]) for side in (treated, ~treated)]
    value = parts[0][0] - parts[1][0]
    variance = parts[0][1] + parts[1][1]
    freedom = variance**2 / max(sum(part[1] ** 2 / (part[2] - 1) for part in parts), 1e-300) if variance > 0 else 1.0
    half = stdtrit(freedom, 0.5 + confidence / 2) * np.sqrt(variance)
    return Matched(float(value), float(value - half), float(value + half), len(y))


def _mean(y: Array, weight: Array) -> tuple[float, float, float]:
    """Weighted mean, its variance, and Kish's effective number."""
    share = weight / weight.sum()
    mean = float((share * y).sum())
    n = float(1 / (share**2).sum())
    return mean, float((share**2 * (y - mean) ** 2).sum()) * n / max(n - 1, 1e-9), max(n, 1.0 + 1e-9)
