"""Where the level of a series of shares changes for good.

Weekly counts become arcsine shares of known variance (Freeman & Tukey 1950, Annals of Mathematical Statistics 21:607). The best place to cut is where the two weighted means differ most (Andrews
1993, Econometrica 61:821: the largest F statistic). Weeks resemble their neighbours, which looks like a change of level; so the p-value is simulated from series without a change that are as
autocorrelated as this one (parametric bootstrap: Davison & Hinkley 1997, section 4.2): weekly levels of first order, plus the chance of few texts, whose variance is known. Their strength is
chosen so that simulated series, cut where they are best cut, are on average like this one (indirect inference: Gouriéroux, Monfort & Renault 1993, J. Applied Econometrics 8:S85), because what a
cut leaves is less alike than the series was. A cut that is sure divides the series, and each side is searched again (binary segmentation, Vostrikova 1981). A level that rises and comes back
looks like autocorrelation and is not found.
"""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

SIMULATIONS = 999
STEPS = 3  # of matching the simulated series to this one: more change it by less than chance does
TINY = 1e-12
MOST = 0.8  # a stronger autocorrelation cannot be told from changes of level


def change_points(
    n: npt.ArrayLike, y: npt.ArrayLike, rng: np.random.Generator, *, shortest: int = 8, level: float = 0.05
) -> list[tuple[int, float]]:
    """First index of each new level with its p-value, in order, from y successes of n texts a week, arrays (n_weeks,), all n positive.

    No segment is shorter than `shortest` weeks. The p-value is that of one search; searching many series needs an adjustment.
    """
    size, total = np.asarray(n, dtype=np.float64), np.asarray(y, dtype=np.float64)
    found: list[tuple[int, float]] = []
    todo = [(0, len(size))]
    while todo:
        start, end = todo.pop()
        if end - start < 2 * shortest:
            continue
        where, p_value = _best(size[start:end], arcsine(size[start:end], total[start:end])[None, :], rng, shortest)
        if p_value < level:
            found.append((start + where, p_value))
            todo += [(start, start + where), (start + where, end)]
    return sorted(found)


def arcsine(n: Array, y: Array) -> Array:
    """Freeman & Tukey's double arcsine, halved: variance about 1 / (4n + 2)."""
    return np.asarray((np.arcsin(np.sqrt(y / (n + 1))) + np.arcsin(np.sqrt((y + 1) / (n + 1)))) / 2)


def likeness(n: Array, series: Array, shortest: int) -> tuple[Array, Array]:
    """Autocorrelation at lag 1 and variance of what the best cut of each series leaves, arrays (n_series, length) to (n_series,)."""
    weight = 4 * n + 2
    _, cut = _cut(weight, series, shortest)
    right = np.arange(len(n)) >= cut[:, None]
    left_mean, right_mean = ((np.where(side, series, 0) @ weight / (side @ weight))[:, None] for side in (~right, right))
    left = series - np.where(right, right_mean, left_mean)
    squares = np.maximum((left**2).sum(axis=1), TINY)
    return (left[:, 1:] * left[:, :-1]).sum(axis=1) / squares, squares / len(n)


def levels(n: Array, series: Array, rng: np.random.Generator, shortest: int) -> tuple[float, float]:
    """Autocorrelation (0 to `MOST`) and variance of the weekly levels behind a series (length,), the chance of few texts and a change of level apart."""
    alike, spread = (float(each[0]) for each in likeness(n, series[None, :], shortest))
    variance = max(spread - float((1 / (4 * n + 2)).mean()), TINY)
    rho = _kept(alike * spread / max(variance, spread / 10))
    for _ in range(STEPS):
        like, wide = (float(each.mean()) for each in likeness(n, _simulated(n, rho, variance, rng), shortest))
        variance = max(variance + (spread - wide) * variance / spread, TINY)
        rho = _kept(rho + (alike - like) * wide / max(variance, wide / 10))
    return rho, variance


def _best(n: Array, series: Array, rng: np.random.Generator, shortest: int) -> tuple[int, float]:
    """The best cut of one series (1, length) and its simulated p-value."""
    noise = _simulated(n, *levels(n, series[0], rng, shortest), rng)
    statistics, places = _cut(4 * n + 2, np.concatenate([series, noise]), shortest)
    return int(places[0]), float((1 + (statistics[1:] >= statistics[0]).sum()) / (SIMULATIONS + 1))


def _simulated(n: Array, rho: float, variance: float, rng: np.random.Generator) -> Array:
    """Series (SIMULATIONS, length) without a change of level."""
    level = rng.normal(size=(SIMULATIONS, len(n))) * np.sqrt(variance)
    level[:, 1:] *= np.sqrt(1 - rho**2)
    for week in range(1, len(n)):
        level[:, week] += rho * level[:, week - 1]
    return np.asarray(level + rng.normal(size=level.shape) / np.sqrt(4 * n + 2))


def _kept(rho: float) -> float:
    return min(max(rho, 0.0), MOST)


def _cut(weight: Array, series: Array, shortest: int) -> tuple[Array, npt.NDArray[np.int64]]:
    ahead = np.cumsum(weight)
    sums, squares = np.cumsum(weight * series, axis=1), (weight * series**2).sum(axis=1)
    cuts = np.arange(shortest, len(weight) - shortest + 1)
    left, right = ahead[cuts - 1], ahead[-1] - ahead[cuts - 1]
    between = sums[:, cuts - 1] ** 2 / left + (sums[:, -1:] - sums[:, cuts - 1]) ** 2 / right - sums[:, -1:] ** 2 / ahead[-1]
    around = squares[:, None] - sums[:, -1:] ** 2 / ahead[-1]
    statistic = between / np.maximum(around - between, TINY) * (len(weight) - 2)
    return statistic.max(axis=1), cuts[statistic.argmax(axis=1)]
