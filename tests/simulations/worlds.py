"""Feedback as simulations make it: authors who write several texts, classifiers that err."""

import numpy as np

from pipeline.stats.clusters import JackknifeSums, jackknife_weight

# Of accuracy about 0.7, rows true: negative, neutral, positive, mixed; like models/first, whose errors are of this size
MATRIX = np.array([[0.69, 0.06, 0.13, 0.12], [0.08, 0.78, 0.09, 0.05], [0.16, 0.05, 0.67, 0.12], [0.11, 0.01, 0.09, 0.79]])
MIX = np.array([2.4, 1.6, 4.0, 1.0])  # Dirichlet from which the true shares of a cell come
LIKENESS = 0.3  # correlation of texts of one author
STARS = np.arange(1.0, 6.0)
J_SHAPE = np.array([0.15, 0.05, 0.05, 0.10, 0.65])  # of ratings, as reviews have it


def heavy(rng: np.random.Generator, cells: int, authors: int) -> np.ndarray:
    """Texts by author (cells, authors): Pareto tails, most write one, a few write a hundred."""
    return np.minimum(np.floor(rng.pareto(1.2, (cells, authors)) + 1), 200)


def even(rng: np.random.Generator, cells: int, authors: int) -> np.ndarray:
    """Texts by author (cells, authors): about seven each."""
    return 1.0 + rng.negative_binomial(1, 1 / 7, (cells, authors))


def clustered(rng: np.random.Generator, n: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Successes by author, whose own shares scatter round `share` so that texts of one author resemble each other."""
    spread = (1 - LIKENESS) / LIKENESS
    return rng.binomial(n.astype(int), rng.beta(share * spread, (1 - np.asarray(share)) * spread, n.shape)).astype(float)


def tables(rng: np.random.Generator, n: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Texts by class and author (cells, authors, K), alike within an author as `clustered`."""
    own = rng.standard_gamma(np.broadcast_to(shares * (1 - LIKENESS) / LIKENESS, (*n.shape, shares.shape[-1]))) + 1e-12
    return rng.multinomial(n.astype(int), own / own.sum(axis=-1, keepdims=True)).astype(float)


def sums(n: np.ndarray, y: np.ndarray) -> JackknifeSums:
    """Of many cells at once, arrays (cells, authors)."""
    weight = jackknife_weight(n, n.sum(1, keepdims=True))
    plain = ((n > 0).sum(1).astype(float), n.sum(1), y.sum(1), (n**2).sum(1), (n * y).sum(1), (y**2).sum(1))
    return JackknifeSums(*plain, *((weight * each).sum(1) for each in (n**2, n * y, y**2)))


def validation(rng: np.random.Generator, labels: int) -> np.ndarray:
    """A confusion matrix counted on so many labelled texts."""
    return np.array([rng.multinomial(size, row) for size, row in zip(rng.multinomial(labels, [0.3, 0.2, 0.3, 0.2]), MATRIX, strict=True)])
