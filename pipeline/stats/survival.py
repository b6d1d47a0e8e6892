"""The share that something has happened to within a time, when the newest cases have not been watched that long.

Kaplan & Meier 1958, JASA 53:457. Its variance from the influence of each case on the cumulative hazard, added up by cluster (author): Reid 1981, Annals of Statistics
9:78; with a case a cluster it is nearly Greenwood's. Each cluster is weighed as if it had been left out, and few unequal clusters count as fewer, as in
`clusters.effective_n`. Wilson's interval on the effective number that this variance amounts to: Rothman 1978, Journal of Chronic Diseases 31:557.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.clusters import jackknife_weight
from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array, normal_quantile, wilson


@dataclass(frozen=True)
class Within:
    """Share with the event by a time; `watched` is how many were still at risk then or had the event."""

    value: float
    low: float
    high: float
    n_eff: float
    watched: int


def within(limit: float, time: Array, happened: npt.NDArray[np.bool_], cluster: npt.NDArray[np.int64], confidence: float = 0.95) -> Within:
    """The share with the event by `limit`, from times to event or end of watching, arrays (n,), and whether it happened. NaN where no case was watched that long."""
    return course([limit], time, happened, cluster, confidence)[0]


def course(
    limits: Sequence[float], time: Array, happened: npt.NDArray[np.bool_], cluster: npt.NDArray[np.int64], confidence: float = 0.95
) -> list[Within]:
    """The same for several limits; cases are put in order once."""
    moments, place = np.unique(time, return_inverse=True)
    at_risk = len(time) - np.concatenate([[0], np.cumsum(np.bincount(place))[:-1]])
    events = np.bincount(place, weights=happened.astype(float))
    _, owner = distinct(cluster)
    to_the_end = bool(happened[place == len(moments) - 1].all())
    sizes, found = np.bincount(owner).astype(np.float64), []
    for limit in limits:
        watched = int(((happened & (time <= limit)) | (time >= limit)).sum())
        if not watched or (moments[-1] < limit and not to_the_end):
            found.append(Within(np.nan, np.nan, np.nan, 0.0, watched))
            continue
        counted = moments <= limit
        value = 1 - float(np.prod(np.where(counted, 1 - events / at_risk, 1)))
        hazard = np.cumsum(np.where(counted, events / at_risk**2, 0))
        influence = np.where(happened & (time <= limit), 1 / at_risk[place], 0) - hazard[place]
        sums = np.bincount(owner, weights=influence).astype(np.float64)
        found.append(_interval(value, sums, sizes, watched, confidence))
    return found


def _interval(value: float, sums: Array, sizes: Array, watched: int, confidence: float) -> Within:
    """`sums` (n_clusters,) are the influences of the cases on the cumulative hazard, `sizes` how many cases a cluster has."""
    from scipy.special import stdtrit

    count, n = len(sizes), sizes.sum()
    variance = (1 - value) ** 2 * float((jackknife_weight(sizes, n) * sums**2).sum()) * (count - 1) / count
    n_eff = float(min(count, watched))
    if 0 < value < 1 and variance > 0 and count > 1:
        freedom = max(n**2 / (sizes**2).sum() - 1, 1)
        shrunk = (normal_quantile(confidence) / stdtrit(freedom, 0.5 + confidence / 2)) ** 2
        n_eff = float(min(value * (1 - value) / variance * shrunk, n))
    low, high = wilson(value, n_eff, confidence)
    return Within(value, float(low), float(high), n_eff, watched)
