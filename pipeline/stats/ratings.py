"""The mean of ratings on a few ordered steps, which crowd at the ends: an interval that stays within the scale and is as lopsided as they are.

The shares of the steps have a Dirichlet posterior from their counts, and the mean is a function of the shares: the Bayesian bootstrap (Rubin 1981, Annals of
Statistics 9:130) with one text's worth of prior spread over the steps (Dirichlet-multinomial; Perks 1947, J. Institute of Actuaries 73:285), so that ratings which are all
the same still leave room for others. Texts that come in clusters count as their effective number.
"""

import numpy as np
import numpy.typing as npt

from pipeline.stats.clusters import Interval
from pipeline.stats.proportions import Array, normal_quantile

DRAWS = 4000  # limits vary by about a hundredth of the width between seeds


def share_draws(counts: npt.ArrayLike, n_eff: float, rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """Posterior draws of the shares of K steps, array (draws, K), from counts (K,) worth `n_eff` independent texts."""
    found = np.asarray(counts, dtype=np.float64)
    return rng.dirichlet(1 / len(found) + found * (n_eff / found.sum()), size=draws)


def mean_of_steps(
    counts: npt.ArrayLike, steps: npt.ArrayLike, n_eff: float, rng: np.random.Generator, confidence: float = 0.95
) -> tuple[float, float]:
    """Limits of the mean of ratings, each of `steps` (K,) given `counts` (K,) times.

    >>> low, high = mean_of_steps([0, 0, 0, 0, 20], [1, 2, 3, 4, 5], 20, np.random.default_rng(0))
    >>> 4.5 < low < 4.7, high > 4.95
    (True, True)
    """
    means = share_draws(counts, n_eff, rng) @ np.asarray(steps, dtype=np.float64)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def mean_effective_n(interval: Interval, spread: npt.ArrayLike, confidence: float = 0.95) -> Array:
    """How many independent texts would tell as much of the mean as these do, arrays (n_cells,): those whose normal interval has the width of the clusters' t interval.

    `interval` is of `clusters.mean_interval`, `spread` the standard deviation of single ratings. Where they do not vary it is Kish's number, as `interval` has it.
    """
    half = (interval.high - interval.low) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        number = (normal_quantile(confidence) * np.asarray(spread, dtype=np.float64) / half) ** 2
    return np.where(half > 0, np.minimum(number, interval.n), interval.n_eff)
