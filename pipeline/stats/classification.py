"""Scores of classes and of sets, from counts. A confusion matrix has a row for each true class and a column for each class said."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array


def confusion(true: Sequence[int], said: Sequence[int], classes: int) -> npt.NDArray[np.int64]:
    """Counts (classes, classes).

    >>> confusion([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (np.asarray(true, dtype=int), np.asarray(said, dtype=int)), 1)
    return matrix


def class_f1(matrix: npt.ArrayLike) -> Array:
    """F1 of each class, 0 where it was neither true nor said: (..., K, K) -> (..., K)."""
    counts = np.asarray(matrix, dtype=np.float64)
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    result: Array = 2 * hits / np.maximum(counts.sum(-1) + counts.sum(-2), 1)
    return result


def macro_f1(matrix: npt.ArrayLike, scored: npt.ArrayLike | None = None) -> Array:
    """Mean F1 of the classes `scored` (K,), or of those that are true of something: (..., K, K) -> (...)."""
    counts = np.asarray(matrix, dtype=np.float64)
    among = counts.sum(-1) > 0 if scored is None else np.broadcast_to(np.asarray(scored, dtype=bool), counts.shape[:-1])
    result: Array = (class_f1(counts) * among).sum(-1) / np.maximum(among.sum(-1), 1)
    return result


def micro_f1(counts: npt.ArrayLike) -> Array:
    """F1 of sets from (shared, true, said) in the last axis: (..., 3) -> (...). NaN where nothing is true and nothing was said."""
    shared, true, said = np.moveaxis(np.asarray(counts, dtype=np.float64), -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Array = 2 * shared / (true + said)
    return result
