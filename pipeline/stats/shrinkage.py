"""Shares of many small cells, each drawn towards what cells of its kind are like, and their order with its uncertainty.

The true shares of the cells are taken as draws from one Beta(ms, (1 - m)s), whose m and s the cells themselves tell: empirical Bayes
(Robbins 1956; Efron & Morris 1975, JASA 70:311), here with the uncertainty of m and s kept, by summing over a grid of them, because few cells tell
them badly. Prior: m uniform; s as in Christiansen & Morris 1997, JASA 92:618, uniform on the amount of shrinkage of a cell of median size.
Ranks from joint draws: Laird & Louis 1989, J. Educational Statistics 14:29.

It takes the cells for exchangeable: nothing but n and y tells them apart. So one kind of cell at a time.
"""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

GRID = 24
PASSES = 3  # each narrows the grid to where the posterior is
NEGLIGIBLE = 1e-6  # of the highest weight
SUMMED = 400  # terms of a tail that cost less than the quadrature
NODES = 20  # of the quadrature: within 1e-9 of sums of up to 30,000 terms
DRAWS = 2000  # a probability is known within 1.1 points (one standard error)


def shares(n: npt.ArrayLike, y: npt.ArrayLike, rng: np.random.Generator, draws: int = DRAWS) -> Array:
    """Joint posterior draws of the true shares, array (draws, n_cells), from successes y of n, arrays (n_cells,).

    Both may be effective numbers, not whole. A cell without texts gets draws of the prior. Raises ValueError with no cell that has any.
    """
    size, total = np.asarray(n, dtype=np.float64), np.asarray(y, dtype=np.float64)
    alpha, beta, weight = spread(size, total)
    chosen = rng.choice(len(weight), size=draws, p=weight)
    return rng.beta(alpha[chosen, None] + total, beta[chosen, None] + size - total)


def spread(n: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """The posterior of the Beta that the cells come from: alpha, beta and weight of each grid point, arrays (GRID**2,)."""
    from scipy.special import gammaln, logit

    size, total = np.asarray(n, dtype=np.float64), np.asarray(y, dtype=np.float64)
    size, total = size[size > 0], total[size > 0]
    if not len(size):
        raise ValueError("no cell holds a text: there is nothing to learn a spread from")
    pairs, counts = np.unique(np.stack([size, total], axis=1), axis=0, return_counts=True)
    typical = float(np.median(size))
    # on the scale of logits and logarithms
    box = [(float(logit(0.002)), float(logit(0.998))), (np.log(typical) - 5.0, np.log(typical) + 9.0)]
    for last in [False] * (PASSES - 1) + [True]:
        axes = [np.linspace(low, high, GRID) for low, high in box]
        place, scale = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
        m, s = 1 / (1 + np.exp(-place)), np.exp(scale)
        alpha, beta = m * s, (1 - m) * s
        logarithm = np.log(m * (1 - m)) + np.log(s * typical) - 2 * np.log(s + typical)  # priors, with the Jacobians of the scales
        for (one_n, one_y), times in zip(pairs, counts, strict=True):
            logarithm = logarithm + times * (gammaln(alpha + one_y) + gammaln(beta + one_n - one_y) - gammaln(s + one_n))
        logarithm = logarithm - len(size) * (gammaln(alpha) + gammaln(beta) - gammaln(s))
        weight = np.exp(logarithm - logarithm.max())
        if not last:
            kept = weight.reshape(GRID, GRID) > NEGLIGIBLE
            box = [_around(axes[0], kept.any(axis=1)), _around(axes[1], kept.any(axis=0))]
    return alpha, beta, weight / weight.sum()


def upper_tail(n: float, y: float, peers: tuple[Array, Array, Array]) -> float:
    """Probability that a cell of the peers' kind (`spread` of them) would have y or more successes in n whole texts."""
    alpha, beta, weight = peers
    kept = weight > NEGLIGIBLE**2 * weight.max()
    return float(min(1.0, weight[kept] @ _beta_binomial_tail(n, y, alpha[kept], beta[kept])))


def _beta_binomial_tail(n: float, y: float, alpha: Array, beta: Array) -> Array:
    """P(X >= y) of n trials whose chance of success is Beta(alpha, beta), arrays (n_grid,).

    That is P(p > q) with q ~ Beta(y, n - y + 1), because a binomial tail is a beta distribution function (Abramowitz & Stegun 1964, 26.5.24). The expectation is taken over the
    narrower of the two, by Gauss-Hermite quadrature of its normal scores: the cost does not grow with n. A few texts are summed: that is quicker.
    """
    from scipy.special import betainc, betaincc, betainccinv, betaincinv, betaln, ndtr

    if y <= 0 or y > n:
        return np.full(len(alpha), float(y <= 0))
    if n <= SUMMED:
        k = np.arange(y, n + 1)[:, None]
        ways = -np.log(n + 1) - betaln(k + 1, n - k + 1)  # of choosing k of n
        return np.asarray(np.exp(ways + betaln(k + alpha, n - k + beta) - betaln(alpha, beta)).sum(axis=0), dtype=np.float64)
    score, mass = np.polynomial.hermite_e.hermegauss(NODES)
    mass = mass / mass.sum()

    def points(a: Array, b: Array) -> Array:
        """Quantiles of Beta(a, b) at the normal scores, arrays (n_points, NODES); from the near end, for precision in both tails."""
        low, high = score[score < 0], score[score >= 0]  # in ascending order
        return np.hstack([betaincinv(a[:, None], b[:, None], ndtr(low)), betainccinv(a[:, None], b[:, None], ndtr(-high))])

    own = np.array([float(y)]), np.array([n - y + 1.0])
    found, narrow = np.empty(len(alpha)), alpha + beta > n + 1
    found[narrow] = betainc(*own, points(alpha[narrow], beta[narrow])) @ mass
    found[~narrow] = betaincc(alpha[~narrow, None], beta[~narrow, None], points(*own)) @ mass
    return found


def ranks(draws: Array) -> npt.NDArray[np.int64]:
    """The place of each cell in each draw, array (draws, n_cells); 1 is the highest share."""
    order = np.argsort(-draws, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, draws.shape[1] + 1)[None, :], axis=1)
    return places


def _around(axis: Array, kept: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """The part of an axis that is kept, with a step on each side."""
    inside = np.flatnonzero(kept)
    step = axis[1] - axis[0]
    return float(axis[inside[0]] - step), float(axis[inside[-1]] + step)
