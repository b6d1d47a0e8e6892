"""True class shares from many classified texts and a random few that people labelled: no assumption on how the classifier errs."""

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array
from pipeline.stats.quantification import FIRST, JEFFREYS, Draws, Rng

Numbers = npt.NDArray[np.int64]
ENOUGH = 2  # labelled texts of a stratum: one alone does not show that they differ


def double_sampling(
    said_counts: npt.ArrayLike,
    said: npt.ArrayLike,
    true: npt.ArrayLike,
    weight: npt.ArrayLike,
    rng: Rng,
    draws: int = FIRST,
    finite: bool = False,
    stratum: npt.ArrayLike | None = None,
) -> Draws:
    """Draws of the true shares (K,): Tenenbein 1970, JASA 65:1350, with Dirichlet posteriors in place of normal errors.

    `said_counts` (K,) are the classes said of all texts, effective numbers if clustered. Of the labelled texts, `said` and `true`
    (n_labelled,) are classes and `weight` the inverse probabilities of having been drawn. The share of a true class among texts said to be j is
    estimated from the labelled ones said to be j, with Kish's effective number where their weights differ; a class j of which no text was labelled
    is unknown and widens the interval.

    Where the sample was drawn unequally from S strata of each class said, `said_counts` are (K, S), and `stratum` (n_labelled,) tells those of the labelled texts: each stratum is
    then estimated by itself and counts by its size (post-stratification: Holt & Smith 1979, JRSS A 142:33), so that unequal probabilities cost nothing. The strata of a
    class are taken together where one of them has fewer than 2 labelled texts. The prior of a class is divided among its strata by their size.

    Covers better than the normal interval below about 50 labels (docs/coverage.md). `finite`: of the shares among these very texts, whose
    `said_counts` are whole; then only the classes of those not labelled are uncertain.
    """
    row, counts, prior = _strata(np.asarray(said_counts, dtype=np.float64), np.asarray(said, dtype=np.int64), stratum)
    classes = len(said_counts)  # type: ignore[arg-type]
    labelled = weighted_table(row, true, weight, classes, len(counts))
    among = rng.standard_gamma(labelled + prior[:, None], size=(draws, *labelled.shape))
    among /= among.sum(axis=-1, keepdims=True)
    if finite:
        known = np.zeros(labelled.shape, dtype=np.int64)
        np.add.at(known, (row, np.asarray(true, dtype=np.int64)), 1)
        others = np.maximum(np.rint(counts).astype(np.int64) - known.sum(axis=1), 0)
        shares = (known + rng.multinomial(others, among)).sum(axis=1).T / (known.sum() + others.sum())
        return Draws(shares, np.ones(draws))
    mixture = rng.standard_gamma(counts + prior, size=(draws, len(counts)))
    mixture /= mixture.sum(axis=-1, keepdims=True)
    return Draws(np.einsum("dj,djk->kd", mixture, among), np.ones(draws))


def _strata(counts: Array, said: Numbers, stratum: npt.ArrayLike | None) -> tuple[Numbers, Array, Array]:
    """The row of each labelled text, and of each row (a class said, or a stratum of it) how many texts it has and its prior."""
    counts = counts.reshape(len(counts), -1)
    own = np.zeros(len(said), dtype=np.int64) if stratum is None else np.asarray(stratum, dtype=np.int64)
    labelled, total = np.zeros(counts.shape), counts.sum(axis=1)
    np.add.at(labelled, (said, own), 1)
    apart = np.where(counts > 0, labelled >= ENOUGH, labelled == 0).all(axis=1) & (total > 0)
    first = np.eye(1, counts.shape[1])  # all texts in the first stratum
    sizes = np.where(apart[:, None], counts, total[:, None] * first)
    part = np.divide(sizes, total[:, None], out=np.repeat(first, len(counts), axis=0), where=total[:, None] > 0).ravel()
    row = (np.cumsum(part > 0) - 1)[said * counts.shape[1] + np.where(apart[said], own, 0)]
    return row, sizes.ravel()[part > 0], JEFFREYS * part[part > 0]


def weighted_table(row: npt.ArrayLike, column: npt.ArrayLike, weight: npt.ArrayLike, classes: int, rows: int | None = None) -> Array:
    """Weighted counts (rows, K), as many rows as classes unless said, each row scaled to Kish's effective number (sum w)^2 / sum w^2 of its texts.

    >>> weighted_table([0, 0, 1], [0, 1, 1], [1.0, 1.0, 9.0], 2)
    array([[1., 1.],
           [0., 1.]])
    """
    at, to, w = np.asarray(row, dtype=np.int64), np.asarray(column, dtype=np.int64), np.asarray(weight, dtype=np.float64)
    rows = classes if rows is None else rows
    table, squares = np.zeros((rows, classes)), np.zeros(rows)
    np.add.at(table, (at, to), w)
    np.add.at(squares, at, w**2)
    total = table.sum(axis=1)
    scale: Array = np.divide(total, squares, out=np.zeros(rows), where=squares > 0)
    return table * scale[:, None]
