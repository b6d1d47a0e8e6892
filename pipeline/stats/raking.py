"""Weights that make a sample agree with known margins."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

MOST = 5.0  # a weight larger than so many times the mean lets a few texts speak for everybody: none is made
ROUNDS = 200
CLOSE = 1e-9
REACHED = 0.01  # a margin further than one point from what was wanted is not reached


def rake(size: npt.ArrayLike, categories: Sequence[npt.ArrayLike], margins: Sequence[npt.ArrayLike], most: float = MOST) -> Array | None:
    """A factor for each group (n_groups,) so that the weighted sizes have the wanted margins: Deming & Stephan 1940, Annals of
    Mathematical Statistics 11:427 (raking, iterative proportional fitting), trimmed after each round to `most` times the mean factor.

    `categories` holds for each margin the category of each group, `margins` the wanted share of each category. The mean factor over texts is 1.
    None where factors of at most `most` do not bring every margin within one point, or where a wanted category is empty.

    >>> rake([30, 70], [[0, 1]], [[0.6, 0.4]]).round(3)
    array([2.   , 0.571])
    >>> rake([1, 99], [[0, 1]], [[0.5, 0.5]]) is None
    True
    """
    count = np.asarray(size, dtype=np.float64)
    factor = np.ones(len(count))
    wanted = [np.asarray(each, dtype=np.float64) / np.sum(each) * count.sum() for each in margins]
    at = [np.asarray(each, dtype=np.int64) for each in categories]
    for _ in range(ROUNDS):
        before = factor
        for place, goal in zip(at, wanted, strict=True):
            have = np.bincount(place, weights=count * factor, minlength=len(goal))
            if ((have == 0) & (goal > 0)).any():
                return None
            factor = factor * np.divide(goal, have, out=np.ones(len(goal)), where=have > 0)[place]
        factor = _trimmed(factor, count, most)
        if np.abs(factor - before).max(initial=0.0) < CLOSE:
            break
    off = [
        np.abs(np.bincount(place, weights=count * factor, minlength=len(goal)) - goal).max() for place, goal in zip(at, wanted, strict=True)
    ]
    return factor if max(off, default=0.0) <= REACHED * count.sum() else None


def _trimmed(factor: Array, count: Array, most: float) -> Array:
    """The factors over their mean over texts, those above `most` times the mean brought down to it: a lower mean may bring others above."""
    share = count / count.sum()
    above = np.zeros(len(factor), dtype=bool)
    while True:
        mean = (share * factor)[~above].sum() / (1 - most * share[above].sum())  # in which those above count `most` times itself
        more = ~above & (factor > most * mean)
        if not more.any():
            return np.where(above, most, factor / mean)
        above |= more
