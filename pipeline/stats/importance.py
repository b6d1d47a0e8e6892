"""How much of what a linear model explains belongs to each of its correlated predictors.

Relative weights: Johnson 2000, Multivariate Behavioral Research 35:1; they sum to R squared and lie near the average over all orders of entry (LMG: Lindeman, Merenda &
Gold 1980; Groemping 2007, The American Statistician 61:139), at the cost of one decomposition instead of 2^k fits.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array


def relative_weights(x: Array, y: Array) -> Array:
    """The part of R squared that belongs to each column of x (n, n_features). A column that does not vary gets 0."""
    both, share = np.column_stack([x, y]), np.full(len(y), 1 / len(y))
    centred = both - share @ both
    return _weights((centred * share[:, None]).T @ centred, np.ptp(both, axis=0) > 0)


def resampled_weights(x: Array, y: Array, drawn: npt.NDArray[np.int64]) -> Array:
    """`relative_weights` where row i of x and y is there `drawn[b, i]` times, arrays (n_draws, n) to (n_draws, n_features).

    For x mostly of zeros: only products of what is not zero are added up, once for all draws. Of whole numbers the sums are exact, in any order.
    """
    both = np.column_stack([x, y])
    width, n = both.shape[1], drawn.sum(axis=1)[:, None]
    first = drawn @ both / n
    second = (_products(both).T @ drawn.T).T / n
    covariance = second.reshape(-1, width, width) - first[:, :, None] * first[:, None, :]
    varies = np.ptp(both, axis=0) > 0
    return np.stack([_weights(each, varies) for each in covariance])


def _products(rows: Array) -> Any:
    """Of each row the products of all pairs of its numbers, sparse (n, width ** 2)."""
    from scipy.sparse import csr_matrix

    width = rows.shape[1]
    row, column = np.nonzero(rows)
    filled = np.bincount(row, minlength=len(rows))
    begins = np.cumsum(filled) - filled  # of each row among what is not zero
    partners = filled[row]
    one = np.repeat(np.arange(len(row)), partners)
    rank = np.arange(len(one)) - np.repeat(np.cumsum(partners) - partners, partners)
    other = begins[row[one]] + rank
    value = rows[row, column]
    place = (row[one], column[one] * width + column[other])
    return csr_matrix((value[one] * value[other], place), shape=(len(rows), width**2))


def _weights(covariance: Array, varies: npt.NDArray[np.bool_]) -> Array:
    """From the covariance of the columns and, last, the outcome; what does not vary has no spread, whatever rounding says."""
    spread = np.sqrt(np.maximum(np.diag(covariance), 0)) * varies
    varying = spread[:-1] > 0
    found = np.zeros(len(covariance) - 1)
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
    _, owner = distinct(cluster)
    sums = np.zeros((int(owner.max()) + 1, x.shape[1]))
    np.add.at(sums, owner, x * (y - x @ beta)[:, None])
    groups = len(sums)
    covariance = bread @ (sums.T @ sums) @ bread * groups / max(groups - 1, 1)
    contrast = np.zeros((count, x.shape[1]))
    contrast[np.arange(count), np.arange(count)] = contrast[np.arange(count), count + np.arange(count)] = 1
    return Asymmetry(contrast @ beta, np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", contrast, covariance, contrast), 0)))
