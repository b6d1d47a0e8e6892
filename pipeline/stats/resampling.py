"""The cluster bootstrap of any statistic that is computed from sums over texts.

Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 6 and 13 (percentile interval); corrected for bias and skewness (BCa): Efron 1987, JASA 82:171; clusters are drawn whole: Davison & Hinkley 1997,
Bootstrap Methods and their Application, 3.8. Where each cluster adds one to one cell of a table, drawing clusters is drawing the table from
a multinomial distribution with its own shares.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array, normal_quantile

REPLICATES = 1_000  # limits vary by about 0.005 between seeds
AT_ONCE = 2_000_000  # draws held in memory: 16 MB


def gathered(values: npt.ArrayLike, clusters: npt.ArrayLike) -> Array:
    """Sums of rows over clusters: values (n, m) and cluster numbers (n,) -> (n_clusters, m)."""
    rows, numbers = np.asarray(values, dtype=np.float64), np.asarray(clusters)
    _, place = distinct(numbers)
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


def bca_interval(
    sums: Array,
    statistic: Callable[[Array], Array],
    rng: np.random.Generator,
    *,
    half: float | None = None,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
) -> tuple[float, float]:
    """BCa limits of `statistic`, which takes totals (..., m) and gives (...), over clusters (n_clusters, m); NaN where it never varies.

    The acceleration comes from leaving out one cluster after another. A few clusters that hold most texts are seldom drawn together, and the replicates spread too little;
    with `half`, half the width of an interval that knows better, the quantiles are taken as far out as makes up for it (expanded as in Hesterberg 2015, The American Statistician
    69:371), while the lopsidedness stays. docs/coverage.md has what both are worth.
    """
    from scipy.special import ndtr

    total = sums.sum(axis=0)
    value, drawn, without = statistic(total), statistic(drawn_sums(sums, rng, replicates)), statistic(total - sums)
    drawn, without = drawn[~np.isnan(drawn)], without[~np.isnan(without)]
    skew = without.mean() - without if len(without) else np.zeros(1)
    if not len(drawn) or not skew.any() or np.ptp(drawn) == 0:
        return float("nan"), float("nan")
    z = normal_quantile(confidence) if half is None else half / drawn.std()
    below = ((drawn < value).mean() + (drawn <= value).mean()) / 2
    bias = normal_quantile(abs(2 * below - 1)) * np.sign(below - 0.5) if 0 < below < 1 and below != 0.5 else 0.0
    acceleration = (skew**3).sum() / (6 * (skew**2).sum() ** 1.5)
    out = bias + np.array([-z, z])
    low, high = np.quantile(drawn, ndtr(bias + out / np.maximum(1 - acceleration * out, 0.1)))
    return float(low), float(high)
