"""Adjusting p-values for the number of questions asked.

Benjamini & Hochberg 1995, Journal of the Royal Statistical Society B 57:289 (`bh`: independent or positively dependent tests);
Benjamini & Yekutieli 2001, Annals of Statistics 29:1165 (`by`: any dependence).
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array


def adjust(p_values: npt.ArrayLike, method: Literal["bh", "by"] = "bh") -> Array:
    """The q-value of each p-value, array (n,): rejecting those below q keeps the expected share of false rejections below q.

    NaN (no test was made) stays NaN and does not count.

    >>> adjust([0.01, 0.04, 0.03, np.nan]).round(3).tolist()
    [0.03, 0.04, 0.04, nan]
    """
    p = np.asarray(p_values, dtype=np.float64)
    made = np.flatnonzero(~np.isnan(p))
    order = made[np.argsort(p[made], kind="stable")]
    count = len(order)
    harmonic = float(np.sum(1 / np.arange(1, count + 1))) if method == "by" else 1.0
    found = np.full(p.shape, np.nan)
    steps = p[order] * count * harmonic / np.arange(1, count + 1)
    found[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    return found
