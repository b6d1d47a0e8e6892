"""Do the texts of a group crowd into a few days more than others do? The scan statistic, its distribution simulated.

The statistic is the largest share of texts within a window of days: Naus 1965, JASA 60:532. Under the null hypothesis the texts fall on days as those of the others do,
independently of each other; p by Monte Carlo with the observed value counted among the simulated: Davison & Hinkley 1997, Bootstrap Methods, 4.2.
"""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

SIMULATIONS = 999  # p cannot be below 1 / 1000


def crowding(days: Array, others: Array, rng: np.random.Generator, window: int = 7) -> tuple[float, float, float]:
    """The largest share of texts within `window` days, its mean under the null hypothesis, and the p-value.

    `days` (n,) and `others` (m,) are days of texts, fractions cut. Raises ValueError where either is empty.
    """
    if not len(days) or not len(others):
        raise ValueError("crowding needs days of the texts and of others to compare with")
    first = np.floor(min(days.min(), others.min()))
    length = int(max(days.max(), others.max()) - first) + 1
    observed = _largest(_daily(days, first, length)[None, :], window)[0] / len(days)
    chances = _daily(others, first, length) / len(others)
    simulated = _largest(rng.multinomial(len(days), chances, size=SIMULATIONS), window) / len(days)
    p_value = (1 + int((simulated >= observed - 1e-12).sum())) / (SIMULATIONS + 1)
    return float(observed), float(simulated.mean()), p_value


def _daily(days: Array, first: float, length: int) -> Array:
    return np.bincount((np.floor(days) - first).astype(np.int64), minlength=length).astype(np.float64)


def _largest(counts: npt.NDArray[np.generic], window: int) -> Array:
    """Of each row of daily counts, the largest sum of `window` days in a row."""
    sums = np.cumsum(np.pad(counts.astype(np.float64), ((0, 0), (window, 0))), axis=1)
    return np.asarray((sums[:, window:] - sums[:, :-window]).max(axis=1))
