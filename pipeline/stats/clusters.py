"""Shares and means of texts that come in clusters, as when one author writes several: texts of a cluster resemble each other.

Everything is computed from sums over clusters.

- Variance: the delete-one-cluster jackknife (Quenouille 1949, Tukey 1958; of cluster-robust variances the one that errs least where clusters are
  unequal: Bell & McCaffrey 2002, Survey Methodology 28:169), from `JackknifeSums`. From plain `ClusterSums` the linearised variance of a
  ratio with correction G / (G - 1), as in Korn & Graubard 1999, Analysis of Health Surveys; equal to ordinary least squares with cluster-robust errors.
- Degrees of freedom: Kish's effective number of clusters n^2 / sum n_c^2, less one, after Carter, Schnepel & Steigerwald 2017, Review of
  Economics and Statistics 99:698: sixty authors of whom one wrote half of the texts are not sixty. docs/coverage.md has what both are worth.
- Effective number of texts: Korn & Graubard 1998, Survey Methodology 24:193; in Wilson's interval: Dean & Pagano 2015, Journal of
  Survey Statistics and Methodology 3:484; Franco et al. 2019, same journal 7:334 (PMC6690503).
- Without variation the variance is unknown: then the effective number is Kish's n^2 / sum n_c^2 (Kish 1965, Survey Sampling),
  which takes the texts of a cluster for copies of one another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array, normal_quantile, wilson

ROUNDING = 1e-9  # relative; sums of weights differ by less from what they would be without rounding


@dataclass(frozen=True)
class ClusterSums:
    """Sums over the clusters c of each cell, arrays (n_cells,): n_c texts with the total y_c (of successes, or of values)."""

    clusters: Array  # how many clusters have n_c > 0
    n: Array  # sum of n_c
    total: Array  # sum of y_c
    nn: Array  # sum of n_c^2
    ny: Array  # sum of n_c y_c
    yy: Array  # sum of y_c^2

    @classmethod
    def of(cls, n: npt.ArrayLike, y: npt.ArrayLike) -> "ClusterSums":
        """The sums of one cell, from n_c and y_c of its clusters, arrays (n_clusters,)."""
        size, total = np.asarray(n, dtype=np.float64), np.asarray(y, dtype=np.float64)
        parts = ((size > 0).sum(), size.sum(), total.sum(), (size**2).sum(), (size * total).sum(), (total**2).sum())
        return cls(*(np.array([part], dtype=np.float64) for part in parts))

    def __add__(self, other: "ClusterSums") -> "ClusterSums":
        """The sums of both together; right only where no cluster lies on both sides."""
        return ClusterSums(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True)
class JackknifeSums(ClusterSums):
    """Also sums in which cluster c is weighted by 1 / (1 - n_c / n)^2, which makes its residual that of the mean without it.

    Unlike the others they do not merge: n must be known. So they are made last, when all texts of a cell are together.
    """

    jnn: Array  # weighted sum of n_c^2
    jny: Array  # weighted sum of n_c y_c
    jyy: Array  # weighted sum of y_c^2

    @classmethod
    def of(cls, n: npt.ArrayLike, y: npt.ArrayLike) -> "JackknifeSums":
        """The sums of one cell, from n_c and y_c of its clusters, arrays (n_clusters,)."""
        size, total, plain = np.asarray(n, dtype=np.float64), np.asarray(y, dtype=np.float64), ClusterSums.of(n, y)
        weight = jackknife_weight(size, plain.n)
        weighted = ((weight * each).sum(keepdims=True) for each in (size**2, size * total, total**2))
        return cls(**vars(plain), **dict(zip(("jnn", "jny", "jyy"), weighted, strict=True)))


def jackknife_weight(size: Array, n: Array) -> Array:
    """1 / (1 - size / n)^2 of clusters of this size among n texts; 1 for a cluster that is all there is.

    >>> jackknife_weight(np.array([5.0, 10.0]), np.array([10.0]))
    array([4., 1.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / (1 - size / n) ** 2
    return np.where(size < n, weight, 1.0)


@dataclass(frozen=True)
class Interval:
    """An estimate of each cell, arrays (n_cells,); NaN where there is nothing to estimate from."""

    value: Array
    low: Array
    high: Array
    n: Array
    n_eff: Array


def cluster_variance(sums: ClusterSums) -> Array:
    """Variance of `total / n` between clusters; NaN with fewer than two clusters."""
    g = sums.clusters
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = sums.total / sums.n
        if isinstance(sums, JackknifeSums):
            squares, correction = sums.jyy - 2 * ratio * sums.jny + ratio**2 * sums.jnn, (g - 1) / g
        else:
            squares, correction = sums.yy - 2 * ratio * sums.ny + ratio**2 * sums.nn, g / (g - 1)
        variance = correction * np.maximum(squares, 0) / sums.n**2
    return np.where(g > 1, variance, np.nan)


def effective_n(sums: ClusterSums, confidence: float = 0.95) -> Array:
    """How many independent texts would tell as much about each share as these do; never more than there are.

    `p (1 - p) / variance`, shrunk by `(z / t)^2` with one degree of freedom fewer than effective clusters. Kish's number where all
    or none succeed or there is one cluster. Where each text is its own cluster it is the number of texts itself.

    >>> effective_n(ClusterSums.of([1, 1, 1, 1], [0, 1, 1, 0]))
    array([4.])
    """
    variance = cluster_variance(sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums.total / sums.n
        robust = share * (1 - share) / variance * (normal_quantile(confidence) / _t_quantile(sums, confidence)) ** 2
        kish = sums.n**2 / sums.nn
    level = (sums.total == 0) | (sums.total == sums.n) | (sums.clusters < 2)
    number = np.where(level, kish, np.minimum(robust, sums.n))
    return np.where(sums.n > 0, np.where(_apart(sums), sums.clusters, _settled(number)), 0.0)


def multinomial_effective_n(classes: Sequence[ClusterSums], confidence: float = 0.95) -> Array:
    """How many independent texts would tell as much about all class shares together; `classes` are the sums of each class of the cells.

    The classes' variances are added before dividing, a mean design effect after Rao & Scott 1981, JASA 76:221. Two classes give `effective_n`.
    """
    first = classes[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = [each.total / each.n for each in classes]
        spread = np.sum([share * (1 - share) for share in shares], axis=0)
        variance = np.sum([cluster_variance(each) for each in classes], axis=0)
        robust = spread / variance * (normal_quantile(confidence) / _t_quantile(first, confidence)) ** 2
        kish = first.n**2 / first.nn
    number = np.where((spread <= 1e-12) | (first.clusters < 2), kish, np.minimum(robust, first.n))
    return np.where(first.n > 0, np.where(_apart(first), first.clusters, _settled(number)), 0.0)


def share_interval(sums: ClusterSums, confidence: float = 0.95) -> Interval:
    """The share of successes with Wilson's interval on the effective number of texts."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums.total / sums.n
    number = effective_n(sums, confidence)
    low, high = wilson(share, number, confidence)
    return Interval(share, low, high, sums.n, number)


def mean_interval(sums: ClusterSums, squares: Array, confidence: float = 0.95) -> Interval:
    """The mean with its cluster-robust t interval; `squares` is the sum of squared values of each cell, for the effective number.

    NaN limits with fewer than two clusters. Values that do not vary give an interval of no width: the caller must not show it as certain.
    """
    level = squares * sums.n - sums.total**2 <= 1e-12 * squares * sums.n  # what is left of a difference of large numbers is rounding
    variance = np.where(level, 0 * cluster_variance(sums), cluster_variance(sums))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums.total / sums.n
        half = _t_quantile(sums, confidence) * np.sqrt(variance)
        spread = np.maximum(squares - sums.n * mean**2, 0) / (sums.n - 1)
        number = np.where(variance > 0, np.minimum(spread / variance, sums.n), sums.n**2 / sums.nn)
    number = np.where(_apart(sums), sums.clusters, _settled(number))
    return Interval(mean, mean - half, mean + half, sums.n, np.where(sums.n > 0, number, 0.0))


def _apart(sums: ClusterSums) -> npt.NDArray[np.bool_]:
    """Whether each text is its own cluster, up to the rounding of weights."""
    return np.isclose(sums.n, sums.clusters, rtol=ROUNDING, atol=0)


def _settled(number: Array) -> Array:
    """Whole numbers where only rounding keeps them from being whole: 30 texts of equal weight are not 29.999999999999996."""
    whole = np.rint(number)
    return np.where(np.isclose(number, whole, rtol=ROUNDING, atol=0), whole, number)


def _t_quantile(sums: ClusterSums, confidence: float) -> Array:
    from scipy.special import stdtrit

    with np.errstate(divide="ignore", invalid="ignore"):
        effective = sums.n**2 / sums.nn
    freedom = np.where(sums.clusters > 1, np.maximum(effective - 1, 1), np.nan)
    return np.asarray(stdtrit(freedom, 0.5 + confidence / 2), dtype=np.float64)
