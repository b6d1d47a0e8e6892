"""A linear classifier moved towards new labels, no further than they carry it.

Multinomial logistic regression whose coefficients have a normal prior round those of the classifier as it is; the mode of the posterior is taken. Chelba & Acero 2006, Computer
Speech & Language 20:382. How far the prior lets go is chosen by cross-validated log loss, the least far within one standard error of the best (Breiman et al. 1984, Classification and
Regression Trees, 3.4.3), and "leave it as it is" is one of the choices. What the choice buys is measured on folds that took no part in it (Varma & Simon 2006, BMC
Bioinformatics 7:91).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.calibration import log_losses
from pipeline.stats.proportions import Array

REACHES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)  # standard deviation that the prior gives the change of a text's logit; 0: as it is
FOLDS = 5
STEPS = 200  # of the optimiser: a posterior this smooth needs some twenty


@dataclass(frozen=True)
class Adaptation:
    """The new `weights` (k, d), the reach chosen, and probabilities (n, k) of each text by classifiers that never saw its cluster."""

    weights: Array
    reach: float
    held_out: Array

    @property
    def changed(self) -> bool:
        """Whether the labels carried the classifier anywhere."""
        return self.reach > 0


def probabilities(x: npt.ArrayLike, weights: Array) -> Array:
    """x (n, k, d), what each class sees of each text, and weights (k, d) -> (n, k)."""
    logits = np.einsum("nkd,kd->nk", np.asarray(x, dtype=np.float64), weights)
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: Array = shifted / shifted.sum(axis=1, keepdims=True)
    return result


def fit(x: npt.ArrayLike, allowed: npt.ArrayLike, start: npt.ArrayLike, held: float) -> Array:
    """Weights (k, d) nearest to `start` that explain the labels: x (n, k, d) with a last 1 where an intercept is wanted, allowed (n, k) of 0 and 1.

    Several labels may be allowed for a text: it then counts with the sum of their probabilities. The penalty is held / 2 times the squared distance from `start`.
    """
    from scipy.optimize import minimize

    rows, labels, begin = (np.asarray(each, dtype=np.float64) for each in (x, allowed, start))
    if not np.isfinite(held):
        return np.array(begin)

    def cost(flat: Array) -> tuple[float, Array]:
        weights = flat.reshape(begin.shape)
        p = probabilities(rows, weights)
        inside = np.maximum((p * labels).sum(axis=1), 1e-300)
        error = p - p * labels / inside[:, None]
        away = weights - begin
        return float(-np.log(inside).sum() + held / 2 * (away**2).sum()), (np.einsum("nk,nkd->kd", error, rows) + held * away).ravel()

    found = minimize(cost, begin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 1e-7})
    result: Array = found.x.reshape(begin.shape)
    return result


def adapt(x: npt.ArrayLike, allowed: npt.ArrayLike, start: npt.ArrayLike, clusters: npt.ArrayLike, rng: np.random.Generator) -> Adaptation:
    """Choose the reach and fit. Texts of a cluster (n,) stay in one fold; needs at least FOLDS clusters."""
    rows, labels, begin = (np.asarray(each, dtype=np.float64) for each in (x, allowed, start))
    fold = _folds(np.asarray(clusters), rng)
    held_out = np.zeros((len(rows), len(begin)))
    for number in range(FOLDS):
        inside, outside = fold != number, fold == number
        reach = _chosen(rows[inside], labels[inside], begin, fold[inside])
        held_out[outside] = probabilities(rows[outside], fit(rows[inside], labels[inside], begin, precision(rows, reach)))
    reach = _chosen(rows, labels, begin, fold)
    return Adaptation(fit(rows, labels, begin, precision(rows, reach)), reach, held_out)


def precision(x: Array, reach: float) -> float:
    """Of the coefficients' prior, so that the logit of a text of usual size changes by `reach` as its standard deviation.

    >>> precision(np.ones((5, 2, 4)), 0.5), precision(np.ones((5, 2, 4)), 0)
    (16.0, inf)
    """
    return float((x**2).sum(axis=-1).mean() / reach**2) if reach else np.inf


def _chosen(x: Array, allowed: Array, start: Array, fold: npt.NDArray[np.int64]) -> float:
    """The least reach whose mean log loss on left-out folds is within a standard error of the best."""
    losses = np.zeros((len(REACHES), len(x)))
    for number in np.unique(fold):
        inside, outside = fold != number, fold == number
        for place, reach in enumerate(REACHES):
            weights = fit(x[inside], allowed[inside], start, precision(x, reach))
            losses[place, outside] = log_losses(probabilities(x[outside], weights), allowed[outside])
    best = losses[losses.mean(axis=1).argmin()]
    excess = losses - best  # paired: both were measured on the same texts
    error = excess.std(axis=1, ddof=1) / np.sqrt(len(x))
    return REACHES[int(np.flatnonzero(excess.mean(axis=1) <= error)[0])]


def _folds(clusters: npt.NDArray[np.int64], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """A fold for each text, by lot of its cluster."""
    _, place = np.unique(clusters, return_inverse=True)
    order = rng.permutation(int(place.max()) + 1)
    result: npt.NDArray[np.int64] = (order % FOLDS)[place]
    return result
