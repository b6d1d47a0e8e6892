"""How the true classes are spread among texts that a classifier sorted with known errors: Bayesian classify-and-count.

The classes said in a cell are multinomial with probabilities `shares @ matrix`, where row k of `matrix` is P(said | true class k);
its rows have Dirichlet posteriors from the classifier's confusion counts, the shares a Dirichlet prior, and the posterior is over
both together: Ziegler & Czyz 2024, TMLR (arXiv 2302.09159). It assumes that the classifier errs in the cell as it did where the
matrix was counted (label shift), which `Draws.fits` watches.

Computed without a chain: for a given matrix the shares are a linear function of the probabilities `said` of the classes said, so draws
`said ~ Dirichlet(counts + 1)` are carried over by the inverse matrix; those that land outside of the simplex have weight 0, the others
the prior's density times the volume 1 / |det matrix|. Tested against the integral on a grid. All cells of a language share the draws of
the matrix, so that the errors cancel in a difference of two cells as they should.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

FEW, FIRST, MOST = (
    2048,
    4096,
    32_768,
)  # draws of a cell: as many as do where nearly all count; as many as most others need; as many as are tried
PLENTY = 1500  # effective number among the few that does: a 2.5 % quantile is then off by about a fifteenth of a standard deviation
ENOUGH = 200  # effective number among more: off by about a sixth
LEAST = 50  # with fewer even after the most tries the counts do not fit the matrix
HOPELESS = 4  # possible draws among the first, below which no more are tried
JEFFREYS = 0.5  # added to each confusion count
TRUSTED = 0.5  # part of its weight that a fitted prior gets: taken for certain, intervals held the truth in .88 to .95 of simulated cells, so in .93 to .97
Rng = np.random.Generator


@dataclass(frozen=True)
class MatrixDraws:
    """Draws of the error matrix of a classifier with K classes."""

    inverse: Array  # (K said, K true, draws)
    volume: Array  # 1 / |det|, (draws,)

    @property
    def classes(self) -> int:
        """K."""
        return len(self.inverse)


@dataclass(frozen=True)
class Draws:
    """Weighted draws of the shares of one cell: `shares` (K, draws), `weight` (draws,), zero where the draw is impossible."""

    shares: Array
    weight: Array

    @cached_property
    def effective(self) -> float:
        """Kish's effective number of draws."""
        most = self.weight.max(initial=0)
        weight = self.weight.astype(np.float64) / most if most > 0 else self.weight  # squares of tiny weights would vanish
        return float(weight.sum() ** 2 / (weight**2).sum()) if most > 0 else 0.0

    @property
    def fits(self) -> bool:
        """Whether the matrix can have produced such counts: too few draws are possible where it hardly can."""
        return self.effective >= LEAST

    def first(self, number: int = FIRST) -> "Draws":
        """The first draws in half the memory, to be kept for differences."""
        weight = self.weight[:number]
        most = weight.max(initial=0)
        return Draws(self.shares[:, :number].astype(np.float32), (weight / most if most > 0 else weight).astype(np.float32))

    def mean(self) -> Array:
        """Posterior mean of each share (K,)."""
        weighted: Array = self.shares @ self.weight / self.weight.sum()
        return weighted

    def interval(self, confidence: float = 0.95) -> tuple[Array, Array]:
        """Equal-tailed limits of each share, arrays (K,)."""
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        limits = np.array([weighted_quantiles(row, self.weight, tails) for row in self.shares])
        return limits[:, 0], limits[:, 1]


def matrix_draws(counts: npt.ArrayLike, rng: Rng, draws: int = MOST, extra: float = JEFFREYS) -> MatrixDraws:
    """Draws of P(said | true) from confusion counts (K, K), rows true; `extra` is the Dirichlet prior of a row's entries."""
    table = np.asarray(counts, dtype=np.float64) + extra
    gammas = rng.standard_gamma(table, size=(draws, *table.shape))
    return from_matrices(gammas / gammas.sum(axis=-1, keepdims=True))


def from_matrices(matrices: Array) -> MatrixDraws:
    """From drawn matrices (draws, K, K), rows P(said | true)."""
    return MatrixDraws(np.ascontiguousarray(np.linalg.inv(matrices).transpose(1, 2, 0)), 1 / np.abs(np.linalg.det(matrices)))


def detector_draws(found: tuple[float, float], invented: tuple[float, float], rng: Rng, draws: int = 4 * FIRST) -> MatrixDraws:
    """Draws for a detector that finds what is there with a probability Beta(`found`) and what is not with Beta(`invented`).

    Class 0 is there. Draws in which it invents more often than it finds are left out: no detector is kept that is worse than chance.
    """
    hit, false = rng.beta(*found, size=draws), rng.beta(*invented, size=draws)
    useful = hit > false
    gap = np.where(useful, hit - false, 1.0)
    inverse = np.array([[1 - false, hit - 1], [-false, hit]]) / gap  # inverse of [[hit, 1 - hit], [false, 1 - false]]
    return MatrixDraws(inverse, np.where(useful, 1 / gap, 0.0))


def posterior(counts: npt.ArrayLike, matrix: MatrixDraws, prior: Array, rng: Rng, finite: bool = False, least: int = FEW) -> Draws:
    """Draws of the true shares of a cell whose classes said are `counts` (K,), which may be effective numbers.

    `finite`: of the shares among these very texts, whose `counts` are whole, instead of the process that made them: only the classifier's errors are uncertain.

    Goes on until there are `least` draws and enough effective ones, in a fixed order: draw i of each cell belongs to draw i of the matrix.
    """
    found, done = [], 0
    while done < matrix.volume.size:
        until = min({0: FEW, FEW: FIRST}.get(done, 4 * done), matrix.volume.size)
        found.append(_draw(np.asarray(counts, dtype=np.float64), matrix, prior, rng, slice(done, until)))
        whole = np.concatenate([each.shares for each in found], axis=1), np.concatenate([each.weight for each in found])
        drawn = Draws(*whole) if done else found[0]
        plenty = drawn.effective >= (ENOUGH if until > FEW else PLENTY)
        if until >= least and (plenty or (until > FEW and np.count_nonzero(drawn.weight) < HOPELESS)):
            break
        done = until
    return _realised(np.asarray(counts, dtype=np.int64), drawn, matrix, rng) if finite else drawn


def _realised(counts: npt.NDArray[np.int64], drawn: Draws, matrix: MatrixDraws, rng: Rng) -> Draws:
    """Draws of the shares in a finite file from those of what made it: the true class of each text is drawn anew, given what was said of it."""
    possible = np.flatnonzero(drawn.weight > 0)
    matrices = np.linalg.inv(matrix.inverse[:, :, possible].transpose(2, 0, 1))  # (draws, K true, K said)
    joint = np.maximum(drawn.shares[:, possible].T[:, :, None] * matrices, 1e-300)
    true = rng.multinomial(counts, (joint / joint.sum(axis=1, keepdims=True)).transpose(0, 2, 1))  # (draws, K said, K true)
    shares = drawn.shares.copy()
    shares[:, possible] = true.sum(axis=1).T / max(counts.sum(), 1)
    return Draws(shares, drawn.weight)


def _draw(counts: Array, matrix: MatrixDraws, prior: Array, rng: Rng, part: slice) -> Draws:
    volume = matrix.volume[part]
    gammas = rng.standard_gamma(counts[:, None] + 1, size=(len(counts), volume.size))
    said = gammas / gammas.sum(axis=0)
    inverse = matrix.inverse[:, :, part]
    shares = said[0] * inverse[0]
    for j in range(1, len(counts)):
        shares += said[j] * inverse[j]
    possible = (shares >= 0).all(axis=0)
    weight = np.where(possible, volume, 0)
    if np.any(prior != 1):
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = np.where(possible, np.exp(((prior - 1)[:, None] * np.log(np.maximum(shares, 1e-12))).sum(axis=0)) * volume, 0)
    return Draws(shares, weight)


def difference(one: Draws, other: Draws) -> Draws:
    """Draws of the difference of the shares of two cells that share their matrix draws; cells must not share texts."""
    length = min(one.weight.size, other.weight.size)
    return Draws(one.shares[:, :length] - other.shares[:, :length], one.weight[:length] * other.weight[:length])


def independent_difference(one: Draws, other: Draws, rng: Rng, draws: int = FIRST) -> Draws:
    """Draws of the difference of two cells that have nothing in common, such as two languages."""
    picked = [each.shares[:, rng.choice(each.weight.size, draws, p=each.weight / each.weight.sum())] for each in (one, other)]
    return Draws(picked[0] - picked[1], np.ones(draws))


def weighted_quantiles(values: Array, weights: Array, at: Sequence[float]) -> Array:
    """Quantiles of weighted values (n,), interpolated between the middles of their weights.

    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0, 9.0]), np.array([1.0, 1.0, 1.0, 0.0]), [0.5])
    array([2.])
    """
    possible = np.flatnonzero(weights > 0)
    order = possible[_in_order(values[possible])]
    weight = weights[order]
    middle = np.cumsum(weight, dtype=np.float64) - weight / 2
    found: Array = np.interp(np.asarray(at) * weight.sum(dtype=np.float64), middle, values[order])
    return found


def _in_order(values: Array) -> npt.NDArray[np.int64]:
    """The places of values (n,) in ascending order, to single precision: sorted are numbers that hold a value in their upper and its place in their lower half, which takes half as long."""
    bits = np.ascontiguousarray(values, dtype=np.float32).view(np.int32).astype(np.int64)
    rising = np.where(bits < 0, bits ^ 0x7FFFFFFF, bits)  # as whole numbers, negative ones stand in the wrong order
    keys = (rising << 32) | np.arange(len(values))
    keys.sort()
    places: npt.NDArray[np.int64] = keys & 0xFFFFFFFF
    return places


def fitted_prior(cells: Sequence[tuple[npt.ArrayLike, MatrixDraws]], rng: Callable[[int], Rng], most: float, draws: int = 1024) -> Array:
    """The Dirichlet prior (K,) under which the counts of all cells are most likely, at half its weight: empirical Bayes inside the error model.

    `cells` are counts and matrices; `rng(i)` is the stream of cell i. The prior never weighs more than `most` texts. Each cell's likelihood is the mean weight of its draws
    under a flat prior, times the prior's density there (Casella 1985, American Statistician 39:83, for the method). It is fitted to the same cells and by the same matrix as it
    is used with, so it knows less than it seems to (Laird & Louis 1987, JASA 82:739): hence the half.
    """
    from scipy.optimize import minimize
    from scipy.special import digamma, gammaln

    flat = np.ones(cells[0][1].classes)
    drawn = [_draw(np.asarray(m, dtype=np.float64), matrix, flat, rng(i), slice(0, draws)) for i, (m, matrix) in enumerate(cells)]
    drawn = [each for each in drawn if np.count_nonzero(each.weight) >= 20]
    if not drawn:
        return flat
    logs = np.log(np.maximum(np.stack([each.shares for each in drawn], axis=1), 1e-9)).reshape(len(flat), -1)  # (K, cells * draws)
    with np.errstate(divide="ignore"):
        weight = np.log(np.stack([each.weight for each in drawn]))  # minus infinity where it is impossible

    def loss(log_prior: Array) -> tuple[float, Array]:
        alpha = np.exp(log_prior)
        terms = ((alpha - 1) @ logs).reshape(weight.shape) + weight
        top = terms.max(axis=1, keepdims=True)
        parts = np.exp(terms - top)
        whole = parts.sum(axis=1, keepdims=True)
        value = len(drawn) * (gammaln(alpha.sum()) - gammaln(alpha).sum()) + (top + np.log(whole)).sum()
        slope = len(drawn) * (digamma(alpha.sum()) - digamma(alpha)) + logs @ (parts / whole).ravel()
        return -float(value), -slope * alpha

    best = minimize(loss, 0 * flat, jac=True, method="L-BFGS-B", bounds=[(np.log(0.1), np.log(most))] * len(flat))
    alpha: Array = np.exp(best.x)
    alpha *= TRUSTED * min(1.0, most / alpha.sum())
    return alpha
