"""Differences of two independent proportions."""

import numpy as np

from pipeline.stats.proportions import Array, wilson


def newcombe(one: Array, n_one: Array, other: Array, n_other: Array, confidence: float = 0.95) -> tuple[Array, Array]:
    """Limits of `one - other`, arrays (n_pairs,), from both Wilson intervals; the numbers may be effective ones.

    Newcombe 1998, Statistics in Medicine 17:873, method 10.

    >>> low, high = newcombe(np.array([56 / 70]), np.array([70]), np.array([48 / 80]), np.array([80]))
    >>> low.round(4), high.round(4)
    (array([0.0524]), array([0.3339]))
    """
    (low_one, high_one), (low_other, high_other) = wilson(one, n_one, confidence), wilson(other, n_other, confidence)
    gap = one - other
    return gap - np.hypot(one - low_one, high_other - other), gap + np.hypot(high_one - one, other - low_other)
