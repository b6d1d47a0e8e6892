"""The cluster bootstrap of any statistic that is computed from sums over texts.

Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 6 and 13 (percentile interval); clusters are drawn whole: Davison & Hinkley 1997,
Bootstrap Methods and their Application, 3.8. Where each cluster adds one to one cell of a table, drawing clusters is drawing the table from
a multinomial distribution with its own shares.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

REPLICATES = 1_000  # limits vary by about 0.005 between seeds
AT_ONCE = 2_000_000  # draws held in memory: 16 MB


def gathered(values: npt.ArrayLike, clusters: npt.ArrayLike) -> Array:
    """Sums of rows over clusters: values (n, m) and cluster numbers (n,) -> (n_clusters, m)."""
    rows, numbers = np.asarray(values, dtype=np.float64), np.asarray(clusters)
    _, place = np.unique(numbers, return_inverse=True)
    sums = np.zeros((int(place.max()) + 1 if len(place) else 0, rows.shape[1]))
    np.add.at(sums, place, rows)
    return sums


def drawn_sums(sums: Array, rng: np.random.Generator, replicates: int = REPLICATES) -> Array:
    """Totals of `replicates` samples of clusters with replacement: (n_clusters, m) -> (replicates, m)."""
    count = len(sums)
    if not count:
        return np.zeros((replicates, sums.shape[1]))
    step = max(1, AT_ONCE // count)
    sizes = [min(step, replicates - at) for at in range(0, replicates, step)]
    return np.concatenate([rng.multinomial(count, np.full(count, 1 / count), size=size) @ sums for size in sizes])


def percentile_interval(values: Array, confidence: float = 0.95) -> tuple[float, float]:
    """Limits between which most replicates lie; NaN ones are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def bootstrap(
    sums: Array, statistic: Callable[[Array], Array], rng: np.random.Generator, *, confidence: float = 0.95, replicates: int = REPLICATES
) -> tuple[float, float, float]:
    """Value and limits of `statistic`, which takes totals (..., m) and gives (...), over clusters (n_clusters, m)."""
    value = float(statistic(sums.sum(axis=0)))
    return value, *percentile_interval(statistic(drawn_sums(sums, rng, replicates)), confidence)
