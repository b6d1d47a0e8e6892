"""Where the level of a series of shares changes for good.

Weekly counts become arcsine shares of known variance (Freeman & Tukey 1950, Annals of Mathematical Statistics 21:607) and are prewhitened with an autocorrelation
estimated from what is left after the best cut, so that a change of level is not taken for it (with Kendall's 1954 correction of its bias, Biometrika 41:403). The best place to cut is
where the two weighted means differ most (Andrews 1993, Econometrica 61:821: the largest F statistic). Its p-value is simulated from white noise that goes through the same steps; a cut that
is sure divides the series, and each side is searched again (binary segmentation, Vostrikova 1981). A level that rises and comes back looks like autocorrelation and is not found.
"""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

SIMULATIONS = 999
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


def autocorrelation(residual: Array) -> Array:
    """At lag 1 of each series of residuals, arrays (n_series, length) to (n_series,), with the bias of two fitted levels taken off; kept within 0 and 0.8."""
    length = residual.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (residual[:, 1:] * residual[:, :-1]).sum(axis=1) / (residual**2).sum(axis=1)
    return np.asarray(np.clip(np.nan_to_num(found + (2 + 4 * found) / length), 0, MOST))


def _best(n: Array, series: Array, rng: np.random.Generator, shortest: int) -> tuple[int, float]:
    """The best cut of one series (1, length) and its simulated p-value."""
    noise = rng.normal(size=(SIMULATIONS, len(n))) / np.sqrt(4 * n + 2)
    statistics, places = _largest(n, np.concatenate([series, noise]), shortest)
    return int(places[0]), float((1 + (statistics[1:] >= statistics[0]).sum()) / (SIMULATIONS + 1))


def _largest(n: Array, series: Array, shortest: int) -> tuple[Array, npt.NDArray[np.int64]]:
    """The largest F statistic of each prewhitened series over all cuts, and the first index after the cut."""
    weight = 4 * n + 2
    _, cut = _cut(weight, series, shortest)
    right = np.arange(len(n)) >= cut[:, None]
    left_mean, right_mean = ((np.where(side, series, 0) @ weight / (side @ weight))[:, None] for side in (~right, right))
    rho = autocorrelation(series - np.where(right, right_mean, left_mean))[:, None]
    white = series.copy()
    white[:, 1:] -= rho * series[:, :-1]
    white[:, :1] *= 1 - rho  # as if the week before had been like it
    return _cut(weight, white, shortest)


def _cut(weight: Array, series: Array, shortest: int) -> tuple[Array, npt.NDArray[np.int64]]:
    ahead = np.cumsum(weight)
    sums, squares = np.cumsum(weight * series, axis=1), (weight * series**2).sum(axis=1)
    cuts = np.arange(shortest, len(weight) - shortest + 1)
    left, right = ahead[cuts - 1], ahead[-1] - ahead[cuts - 1]
    between = sums[:, cuts - 1] ** 2 / left + (sums[:, -1:] - sums[:, cuts - 1]) ** 2 / right - sums[:, -1:] ** 2 / ahead[-1]
    around = squares[:, None] - sums[:, -1:] ** 2 / ahead[-1]
    statistic = between / np.maximum(around - between, 1e-12) * (len(weight) - 2)
    return statistic.max(axis=1), cuts[statistic.argmax(axis=1)]
