"""True class shares from many classified texts and a random few that people labelled: no assumption on how the classifier errs."""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array
from pipeline.stats.quantification import FIRST, JEFFREYS, Draws, Rng


def double_sampling(
    said_counts: npt.ArrayLike,
    said: npt.ArrayLike,
    true: npt.ArrayLike,
    weight: npt.ArrayLike,
    rng: Rng,
    draws: int = FIRST,
    finite: bool = False,
) -> Draws:
    """Draws of the true shares (K,): Tenenbein 1970, JASA 65:1350, with Dirichlet posteriors in place of normal errors.

    `said_counts` (K,) are the classes said of all texts, effective numbers if clustered. Of the labelled texts, `said` and `true`
    (n_labelled,) are classes and `weight` the inverse probabilities of having been drawn. The share of a true class among texts said to be j is
    estimated from the labelled ones said to be j, with Kish's effective number where their weights differ; a class j of which no text was labelled
    is unknown and widens the interval. Covers better than the normal interval below about 50 labels (docs/coverage.md). `finite`: of the shares among these very texts, whose
    `said_counts` are whole; then only the classes of those not labelled are uncertain.
    """
    counts = np.asarray(said_counts, dtype=np.float64)
    classes = len(counts)
    labelled = weighted_table(said, true, weight, classes)
    among = rng.standard_gamma(labelled + JEFFREYS, size=(draws, classes, classes))
    among /= among.sum(axis=-1, keepdims=True)
    if finite:
        known = np.zeros((classes, classes), dtype=np.int64)
        np.add.at(known, (np.asarray(said, dtype=np.int64), np.asarray(true, dtype=np.int64)), 1)
        others = np.maximum(counts.astype(np.int64) - known.sum(axis=1), 0)
        shares = (known + rng.multinomial(others, among)).sum(axis=1).T / (known.sum() + others.sum())
        return Draws(shares, np.ones(draws))
    mixture = rng.standard_gamma(counts + JEFFREYS, size=(draws, classes))
    mixture /= mixture.sum(axis=-1, keepdims=True)
    return Draws(np.einsum("dj,djk->kd", mixture, among), np.ones(draws))


def weighted_table(row: npt.ArrayLike, column: npt.ArrayLike, weight: npt.ArrayLike, classes: int) -> Array:
    """Weighted counts (K, K), each row scaled to Kish's effective number (sum w)^2 / sum w^2 of its texts.

    >>> weighted_table([0, 0, 1], [0, 1, 1], [1.0, 1.0, 9.0], 2)
    array([[1., 1.],
           [0., 1.]])
    """
    at, to, w = np.asarray(row, dtype=np.int64), np.asarray(column, dtype=np.int64), np.asarray(weight, dtype=np.float64)
    table, squares = np.zeros((classes, classes)), np.zeros(classes)
    np.add.at(table, (at, to), w)
    np.add.at(squares, at, w**2)
    total = table.sum(axis=1)
    scale: Array = np.divide(total, squares, out=np.zeros(classes), where=squares > 0)
    return table * scale[:, None]
