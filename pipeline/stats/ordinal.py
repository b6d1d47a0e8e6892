"""Proportional odds: an ordered outcome on indicators, with errors clustered by author.

McCullagh 1980, Journal of the Royal Statistical Society B 42:109: logit P(y <= k) = threshold_k - x beta. Errors: sandwich over clusters, Binder 1983, International
Statistical Review 51:279. A weak normal prior on beta (`prior_sd`) keeps coefficients finite where an indicator goes with one outcome only.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.distinct import distinct
from pipeline.stats.proportions import Array

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fit:
    """`beta` (n_features,) in log-odds of a higher outcome, its `covariance`, and the `thresholds` (n_levels - 1,)."""

    beta: Array
    covariance: Array
    thresholds: Array


def proportional_odds(x: Array, y: Whole, cluster: Whole, prior_sd: float = np.inf) -> Fit:
    """Fit by Newton's method with halved steps; x (n, n_features), y (n,) levels 0, 1, ... all of which occur.

    Raises ValueError when a level is missing or the fit does not converge.
    """
    levels = int(y.max()) + 1
    counts = np.bincount(y, minlength=levels)
    if levels < 2 or (counts == 0).any():
        raise ValueError("the outcome needs two or more levels, numbered from 0 without gaps")
    below = np.cumsum(counts)[:-1] / len(y)
    at = np.concatenate([np.log(below / (1 - below)), np.zeros(x.shape[1])])
    penalty = np.concatenate([np.zeros(levels - 1), np.full(x.shape[1], 0.0 if np.isinf(prior_sd) else prior_sd**-2)])
    value = _log_posterior(at, x, y, penalty)
    for _ in range(100):
        scores, hessian = _derivatives(at, x, y, levels)
        gradient, information = scores.sum(axis=0) - penalty * at, -hessian + np.diag(penalty)
        step = np.linalg.solve(information + 1e-10 * np.eye(len(at)), gradient)
        size = 1.0
        while size > 1e-8 and not (after := _log_posterior(at + size * step, x, y, penalty)) >= value - 1e-12:
            size /= 2
        at, value = at + size * step, after
        if np.abs(size * step).max() < 1e-8:
            return _fitted(at, x, y, levels, cluster, penalty)
    raise ValueError("the fit does not converge: an indicator may go with one outcome only")


def _fitted(at: Array, x: Array, y: Whole, levels: int, cluster: Whole, penalty: Array) -> Fit:
    scores, hessian = _derivatives(at, x, y, levels)
    _, owner = distinct(cluster)
    sums = np.zeros((int(owner.max()) + 1, len(at)))
    np.add.at(sums, owner, scores)
    bread = np.linalg.inv(-hessian + np.diag(penalty) + 1e-10 * np.eye(len(at)))
    count = len(sums)
    covariance = bread @ (sums.T @ sums) @ bread * count / max(count - 1, 1)
    return Fit(at[levels - 1 :], covariance[levels - 1 :, levels - 1 :], at[: levels - 1])


def _edges(at: Array, x: Array, y: Whole) -> tuple[Array, Array]:
    """The cumulative probabilities at the upper and lower edge of each outcome, arrays (n,)."""
    thresholds = at[: len(at) - x.shape[1]]
    ends = np.concatenate([[-np.inf], thresholds, [np.inf]])
    centre = x @ at[len(thresholds) :]
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(centre - ends[y + 1])), 1 / (1 + np.exp(centre - ends[y]))


def _log_posterior(at: Array, x: Array, y: Whole, penalty: Array) -> float:
    upper, lower = _edges(at, x, y)
    chance = upper - lower
    if (chance <= 0).any():
        return -np.inf
    return float(np.log(chance).sum() - (penalty * at**2).sum() / 2)


def _derivatives(at: Array, x: Array, y: Whole, levels: int) -> tuple[Array, Array]:
    """Scores (n, n_parameters) and the Hessian of the log likelihood. The parameters are the thresholds and beta."""
    upper, lower = _edges(at, x, y)
    chance = np.maximum(upper - lower, 1e-300)
    slope_up, slope_low = upper * (1 - upper), lower * (1 - lower)
    curve_up, curve_low = slope_up * (1 - 2 * upper), slope_low * (1 - 2 * lower)
    thresholds = np.arange(levels - 1)
    # derivatives of the two edges by all parameters: (n, n_parameters)
    by_up = np.hstack([(y[:, None] == thresholds).astype(float), -x])
    by_low = np.hstack([(y[:, None] - 1 == thresholds).astype(float), -x])
    scores = (slope_up[:, None] * by_up - slope_low[:, None] * by_low) / chance[:, None]
    hessian = (by_up * (curve_up / chance)[:, None]).T @ by_up - (by_low * (curve_low / chance)[:, None]).T @ by_low - scores.T @ scores
    return scores, hessian
