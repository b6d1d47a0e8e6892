"""How much of what a linear model explains belongs to each of its correlated predictors.

Relative weights: Johnson 2000, Multivariate Behavioral Research 35:1; they sum to R squared and lie near the average over all orders of entry (LMG: Lindeman, Merenda &
Gold 1980; Groemping 2007, The American Statistician 61:139), at the cost of one decomposition instead of 2^k fits.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array


def relative_weights(x: Array, y: Array, weight: Array | None = None) -> Array:
    """The part of R squared that belongs to each column of x (n, n_features); `weight` (n,) counts rows. A column that does not vary gets 0."""
    share = np.full(len(y), 1 / len(y)) if weight is None else weight / weight.sum()
    both = np.column_stack([x, y])
    centred = both - share @ both
    covariance = (centred * share[:, None]).T @ centred
    spread = np.sqrt(np.diag(covariance)) * (np.ptp(both, axis=0) > 0)  # what does not vary has no spread, whatever rounding says
    varying = spread[:-1] > 0
    found = np.zeros(x.shape[1])
    if spread[-1] <= 0 or not varying.any():
        return found
    kept = np.append(varying, True)
    correlation = covariance[np.ix_(kept, kept)] / np.outer(spread[kept], spread[kept])
    values, vectors = np.linalg.eigh(correlation[:-1, :-1])
    values = np.maximum(values, 0)
    root = (vectors * np.sqrt(values)) @ vectors.T  # correlation of each predictor with its uncorrelated likeness
    inverse = (vectors * np.where(values > 1e-10, 1 / np.sqrt(np.maximum(values, 1e-10)), 0)) @ vectors.T
    found[varying] = root**2 @ (inverse @ correlation[:-1, -1]) ** 2
    return found


@dataclass(frozen=True)
class Asymmetry:
    """Reward and penalty together, of each aspect, arrays (n_aspects,): below 0 where the penalty is larger."""

    value: Array
    error: Array


def asymmetry(positive: Array, negative: Array, y: Array, cluster: npt.NDArray[np.int64], also: Array) -> Asymmetry:
    """Penalty-reward contrast: least squares of y on two indicators an aspect, arrays (n, n_aspects), and on `also` (n, k); errors by cluster.

    The coefficient of being praised (reward) plus that of being blamed (penalty): Brandt 1987; Matzler & Sauerwein 2002; Mikulic & Prebezac 2008, Managing Service Quality 18:559.
    """
    count = positive.shape[1]
    x = np.column_stack([positive, negative, also, np.ones(len(y))])
    bread = np.linalg.pinv(x.T @ x)
    beta = bread @ (x.T @ y)
    _, owner = np.unique(cluster, return_inverse=True)
    sums = np.zeros((int(owner.max()) + 1, x.shape[1]))
    np.add.at(sums, owner, x * (y - x @ beta)[:, None])
    groups = len(sums)
    covariance = bread @ (sums.T @ sums) @ bread * groups / max(groups - 1, 1)
    contrast = np.zeros((count, x.shape[1]))
    contrast[np.arange(count), np.arange(count)] = contrast[np.arange(count), count + np.arange(count)] = 1
    return Asymmetry(contrast @ beta, np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", contrast, covariance, contrast), 0)))
