"""The difference of two independent estimates from their intervals alone.

Method of variance estimates recovery, MOVER: Zou & Donner 2008, Statistics in Medicine 27:1693. For two proportions with Wilson intervals it is
method 10 of Newcombe 1998, Statistics in Medicine 17:873. It keeps intervals lopsided where those of the estimates are.
"""

from typing import NamedTuple

import numpy as np

from pipeline.stats.proportions import Array, normal_quantile


class Difference(NamedTuple):
    """Second less first, with its interval and a two-sided p-value; arrays (n,)."""

    value: Array
    low: Array
    high: Array
    p_value: Array


class Estimated(NamedTuple):
    """Estimates with their intervals, arrays (n,)."""

    value: Array
    low: Array
    high: Array


def difference(first: Estimated, second: Estimated, confidence: float = 0.95) -> Difference:
    """Second less first. Both intervals must be of `confidence`.

    The p-value takes the half of the interval on the side of 0 for a normal quantile's worth of standard errors: p < 1 - confidence exactly where the
    interval leaves out 0.
    """
    from scipy.special import ndtr

    value = second.value - first.value
    below = np.hypot(second.value - second.low, first.high - first.value)
    above = np.hypot(second.high - second.value, first.value - first.low)
    towards_zero = np.where(value >= 0, below, above)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(value == 0, 0.0, np.abs(value) / towards_zero * normal_quantile(confidence))
    return Difference(value, value - below, value + above, np.asarray(2 * ndtr(-z)))
