"""How divided opinions are, which a mean does not show."""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

SIDE = 0.25  # from this share on, a side is too large to be passed over


def agreement(counts: npt.ArrayLike) -> Array:
    """Van der Eijk's A of each distribution over ordered categories, arrays (..., k) to (...): 1 all in one, 0 uniform, -1 half at each end.

    Van der Eijk 2001, Quality & Quantity 35:325: the distribution is taken apart into layers of equal height; a layer's A is U * (1 - (S - 1) / (k - 1)),
    where S categories are filled and U compares the triples of categories that speak for one peak (filled, filled, empty) with those against
    it (filled, empty, filled). NaN without counts.

    >>> agreement([[1, 0, 0, 0, 1], [1, 1, 1, 1, 1], [0, 0, 3, 0, 0]]).tolist()
    [-1.0, 0.0, 1.0]
    """
    filled = np.asarray(counts, dtype=np.float64)
    layers = np.sort(filled, axis=-1)
    heights = np.diff(np.concatenate([np.zeros((*layers.shape[:-1], 1)), layers], axis=-1), axis=-1)  # of each layer
    total = filled.sum(axis=-1)
    found = np.zeros(total.shape)
    for level in range(filled.shape[-1]):
        pattern = filled >= layers[..., level : level + 1]
        weight = heights[..., level] * pattern.sum(axis=-1)
        found += np.where(heights[..., level] > 0, weight * _layer(pattern), 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, found / total, np.nan))


def polarisation(counts: npt.ArrayLike) -> Array:
    """Esteban & Ray's index with alpha = 1 over ordered categories, arrays (..., k) to (...), scaled so that half at each end gives 1.

    Esteban & Ray 1994, Econometrica 62:819: sum over i, j of p_i^2 p_j |i - j|.

    >>> polarisation([[1, 0, 0, 0, 1], [0, 0, 3, 0, 0], [1, 1, 1, 1, 1]]).round(2).tolist()
    [1.0, 0.0, 0.32]
    """
    filled = np.asarray(counts, dtype=np.float64)
    k = filled.shape[-1]
    distance = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = filled / filled.sum(axis=-1, keepdims=True)
    return np.asarray(4 / (k - 1) * np.einsum("...i,...j,ij->...", p**2, p, distance))


def conflict(one: npt.ArrayLike, other: npt.ArrayLike, confidence: float = 0.95) -> tuple[Array, Array, Array, Array]:
    """The conflict index 4pq of two sides: posterior median, ends of its interval, and P(both sides hold a quarter).

    `one` and `other`, arrays (n_cells,), are (effective) numbers of each side; p has the posterior Beta(one + 1/2, other + 1/2) (Jeffreys).
    The index is 1 for equal sides, 0 for one side alone. Its interval is what the equal-tailed interval of p can give: quantiles of the index itself would never hold
    the index of two equal sides, 1.

    >>> [round(float(x), 2) for x in conflict(14, 11)]
    [0.97, 0.77, 1.0, 0.98]
    """
    from scipy.special import betainc

    a, b = np.asarray(one, dtype=np.float64) + 0.5, np.asarray(other, dtype=np.float64) + 0.5
    below, above = side_interval(one, other, confidence)
    ends = 4 * below * (1 - below), 4 * above * (1 - above)
    high = np.where((below <= 0.5) & (above >= 0.5), 1.0, np.maximum(*ends))
    split = betainc(a, b, 1 - SIDE) - betainc(a, b, SIDE)
    return _index_quantile(a, b, 0.5), np.minimum(*ends), high, np.asarray(split)


def side_interval(one: npt.ArrayLike, other: npt.ArrayLike, confidence: float = 0.95) -> tuple[Array, Array]:
    """Jeffreys's interval of the first side's share; it reaches to 0 or 1 where one side is empty, so that it holds the share itself: Brown, Cai & DasGupta 2001,
    Statistical Science 16:101, 4.1.2.
    """
    from scipy.special import betaincinv

    first, second = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    low, high = (betaincinv(first + 0.5, second + 0.5, level) for level in (0.5 - confidence / 2, 0.5 + confidence / 2))
    return np.where(first == 0, 0.0, low), np.where(second == 0, 1.0, high)


def equal_sides(one: npt.ArrayLike, other: npt.ArrayLike) -> Array:
    """Two-sided p-value of sides of equal size: the exact binomial test at 1/2, by the incomplete beta function, so that effective numbers fit too.

    >>> equal_sides(2, 10).round(4).tolist()
    0.0386
    """
    from scipy.special import betainc

    a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    smaller, larger = np.minimum(a, b), np.maximum(a, b)
    tail = betainc(np.maximum(larger, 1e-9), smaller + 1, 0.5)  # P(X <= smaller) of Binomial(n, 1/2)
    return np.asarray(np.minimum(2 * tail, 1))


def _index_quantile(a: Array, b: Array, level: float) -> Array:
    """The quantile of 4p(1 - p), found by halving: it is below v where p is outside of the middle 1 +- sqrt(1 - v)."""
    from scipy.special import betainc

    low, high = np.zeros(np.broadcast(a, b).shape), np.ones(np.broadcast(a, b).shape)
    for _ in range(50):
        middle = (low + high) / 2
        half = np.sqrt(1 - middle) / 2
        below = betainc(a, b, 0.5 - half) + 1 - betainc(a, b, 0.5 + half)
        low, high = np.where(below < level, middle, low), np.where(below < level, high, middle)
    return (low + high) / 2


def _layer(pattern: npt.NDArray[np.bool_]) -> Array:
    """A of patterns of filled and empty categories, arrays (..., k) to (...)."""
    k = pattern.shape[-1]
    count = pattern.sum(axis=-1)
    for_one_peak = np.zeros(pattern.shape[:-1])
    against = np.zeros(pattern.shape[:-1])
    for i in range(k):
        for j in range(i + 1, k):
            for last in range(j + 1, k):
                first, middle, third = pattern[..., i], pattern[..., j], pattern[..., last]
                for_one_peak += (first & middle & ~third) | (~first & middle & third)
                against += first & ~middle & third
    with np.errstate(divide="ignore", invalid="ignore"):
        unimodal = ((k - 2) * for_one_peak - (k - 1) * against) / ((k - 2) * (for_one_peak + against))
    unimodal = np.where(for_one_peak + against > 0, unimodal, 1.0)
    return np.where(count == k, 0.0, unimodal * (1 - (count - 1) / (k - 1)))
