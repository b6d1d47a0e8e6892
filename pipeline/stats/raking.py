"""Weights that make a sample agree with known margins."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

MOST = 5.0  # a weight larger than so many times the mean lets a few texts speak for everybody: it is trimmed
ROUNDS = 200
CLOSE = 1e-9


def rake(size: npt.ArrayLike, categories: Sequence[npt.ArrayLike], margins: Sequence[npt.ArrayLike], most: float = MOST) -> Array | None:
    """A factor for each group (n_groups,) so that the weighted sizes have the wanted margins: Deming & Stephan 1940, Annals of
    Mathematical Statistics 11:427 (raking, iterative proportional fitting). None where it does not settle or a wanted category is empty.

    `categories` holds for each margin the category of each group, `margins` the wanted share of each category. The mean factor over texts is 1;
    factors are trimmed to `most`, after which the margins hold only nearly.

    >>> rake([30, 70], [[0, 1]], [[0.6, 0.4]]).round(3)
    array([2.   , 0.571])
    """
    count = np.asarray(size, dtype=np.float64)
    factor = np.ones(len(count))
    wanted = [np.asarray(each, dtype=np.float64) / np.sum(each) * count.sum() for each in margins]
    at = [np.asarray(each, dtype=np.int64) for each in categories]
    for _ in range(ROUNDS):
        change = 0.0
        for place, goal in zip(at, wanted, strict=True):
            have = np.bincount(place, weights=count * factor, minlength=len(goal))
            if ((have == 0) & (goal > 0)).any():
                return None
            step = np.divide(goal, have, out=np.ones(len(goal)), where=have > 0)
            factor *= step[place]
            change = max(change, float(np.abs(step[have > 0] - 1).max()))
        if change < CLOSE:
            factor = np.minimum(factor, most)
            return np.asarray(factor * count.sum() / (count * factor).sum())
    return None
