"""How many texts to label, and which: stratified samples and their precision."""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import normal_quantile

Numbers = npt.NDArray[np.int64]


def allocate(sizes: npt.ArrayLike, deviations: npt.ArrayLike, total: int, floor: npt.ArrayLike) -> Numbers:
    """Texts to draw from each stratum (n_strata,): Neyman 1934, J. Royal Statistical Society 97:558, never below `floor` nor above the stratum.

    The rest is shared in proportion to size times standard deviation, whole numbers by largest remainder. Adds up to `total` unless the
    strata are smaller together, or the floors larger.

    >>> allocate([1000, 1000, 4], [0.5, 0.1, 0.5], 60, [5, 5, 5])
    array([47,  9,  4])
    """
    size = np.asarray(sizes, dtype=np.int64)
    least = np.minimum(np.asarray(floor, dtype=np.int64), size)
    given = least.copy()
    weight = size * np.maximum(np.asarray(deviations, dtype=np.float64), 1e-9)
    fixed = np.zeros(len(size), dtype=bool)
    while (left := total - int(given[fixed].sum())) > 0 and not fixed.all():
        wish = np.where(fixed, 0, weight * left / weight[~fixed].sum())
        low, high = ~fixed & (wish < least), ~fixed & (wish > size)
        if not (low | high).any():
            share = np.floor(wish).astype(np.int64)
            order = np.lexsort((np.arange(len(size)), -(wish - share)))
            rest = left - int(share[~fixed].sum())
            more = [i for i in order if not fixed[i] and share[i] < size[i]][:rest]
            share[more] += 1
            given[~fixed] = share[~fixed]
            break
        excess, lack = (wish - size)[high].sum(), (least - wish)[low].sum()
        chosen = high if excess >= lack else low  # as in water filling: the larger violation is settled first
        given[chosen] = (size if excess >= lack else least)[chosen]
        fixed |= chosen
    return given


def labels_needed(half: float, texts: int, share: float, correlation: float, confidence: float = 0.95) -> int:
    """How many of `texts` to label at random so that the interval of a share is no wider than twice `half`; at most all.

    Tenenbein 1970: the variance of the share is `share (1 - share) / n * (1 - r^2 (1 - n / texts))` with n labels, where r is the correlation of being said and being so.

    >>> labels_needed(0.05, 10**9, 0.3, 0.0), labels_needed(0.05, 10**9, 0.3, 0.7)
    (323, 165)
    """
    spread = (normal_quantile(confidence) / half) ** 2 * share * (1 - share)
    number = spread * (1 - correlation**2) / (1 - spread * correlation**2 / texts) if spread * correlation**2 < texts else texts
    return int(min(np.ceil(number), texts))


def reached(labels: int, texts: int, share: float, correlation: float, confidence: float = 0.95) -> float:
    """Half the width of the interval of a share that `labels` of `texts` give: the same variance read the other way round.

    >>> round(reached(323, 10**9, 0.3, 0.0), 3), round(reached(58, 58, 0.3, 0.9), 3)
    (0.05, 0.118)
    """
    return float(normal_quantile(confidence) * np.sqrt(share * (1 - share) / labels * (1 - correlation**2 * (1 - labels / texts))))
