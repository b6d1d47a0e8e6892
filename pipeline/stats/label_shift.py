"""A warning light for label shift: can what a classifier says of these texts come from how it was seen to err?

Corrections by an error matrix assume that texts of a true class are said to be this or that, with this or that confidence, as often here as where the matrix was counted (label
shift). Then what is said here is a mixture of the matrix's rows. The test compares the best such mixture with what was said, by the likelihood ratio of both multinomials together
(the labelled counts are a sample too), with as many degrees of freedom as there are ways to say it less true classes (Wilks 1938, Annals of Mathematical Statistics
9:60; mixture fitted by EM, Dempster, Laird & Rubin 1977, JRSS B 39:1). That label shift can be tested in this way: Lipton, Wang & Smola 2018, ICML (arXiv 1802.03916). It sees little: what
changes within the span of the rows looks like another mixture. Its false alarms and its power are in docs/coverage.md.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

STEPS = 400  # of the EM algorithm; then the statistic stands still in the second decimal
START = 0.5  # added to each labelled count at the start, so that no way of saying a class is impossible


class Light(NamedTuple):
    """`p_value` that chance gives as bad a fit; `distance`, the share of texts said otherwise than the best mixture has it; arrays (...)."""

    p_value: Array
    distance: Array


def warning_light(said: npt.ArrayLike, labelled: npt.ArrayLike) -> Light:
    """Of texts by what is said of them, `said` (..., J), perhaps effective numbers, and labelled texts by true class and what is said, `labelled` (..., K, J).

    Ways of saying that are never met are left out of the degrees of freedom. NaN without texts, or with no more ways of saying than classes.
    """
    from scipy.special import chdtrc, rel_entr

    m, table = np.asarray(said, dtype=np.float64), np.asarray(labelled, dtype=np.float64)
    n, rows = m.sum(axis=-1), table.sum(axis=-1, keepdims=True)
    mixture, matrix = _fit(m, table)
    expected = (mixture[..., None] * matrix).sum(axis=-2)
    ratio = 2 * (rel_entr(m, n[..., None] * expected).sum(axis=-1) + rel_entr(table, rows * matrix).sum(axis=(-1, -2)))
    distance = np.abs(m / np.maximum(n, 1e-300)[..., None] - expected).sum(axis=-1) / 2
    ways, classes = ((m > 0) | (table > 0).any(axis=-2)).sum(axis=-1), (rows[..., 0] > 0).sum(axis=-1)
    known = (n > 0) & (ways > classes)
    p_value = np.where(known, chdtrc(np.maximum(ways - classes, 1), np.maximum(ratio, 0)), np.nan)
    return Light(p_value, np.where(known, distance, np.nan))


def _fit(m: Array, table: Array) -> tuple[Array, Array]:
    """The most likely mixture (..., K) and matrix (..., K, J) of both together."""
    matrix = (table + START) / (table + START).sum(axis=-1, keepdims=True)
    mixture = np.full(matrix.shape[:-1], 1 / matrix.shape[-2])
    for _ in range(STEPS):
        part = mixture[..., None] * matrix
        total = part.sum(axis=-2, keepdims=True)
        part *= np.divide(m[..., None, :], total, out=np.zeros_like(total), where=total > 0)
        counts = table + part
        sizes = counts.sum(axis=-1, keepdims=True)
        matrix = np.divide(counts, sizes, out=np.zeros_like(counts), where=sizes > 0)
        weight = part.sum(axis=-1)
        mixture = weight / np.maximum(weight.sum(axis=-1, keepdims=True), 1e-300)
    return mixture, matrix
