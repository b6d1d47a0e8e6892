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
    """Second less first. Both intervals must be of `confidence`."""
    value = second.value - first.value
    low = value - np.hypot(second.value - second.low, first.high - first.value)
    high = value + np.hypot(second.high - second.value, first.value - first.low)
    return Difference(value, low, high, p_value(value, low, high, confidence))


def p_value(value: Array, low: Array, high: Array, confidence: float = 0.95) -> Array:
    """Two-sided, against 0, of estimates with intervals of `confidence`, arrays (n,): the half of the interval on the side of 0 stands for a normal
    quantile's worth of standard errors, so p < 1 - confidence exactly where the interval leaves out 0. NaN stays NaN.

    >>> p_value(np.array([0.2, -0.2]), np.array([0.0, -0.3]), np.array([0.3, -0.1])).round(4)
    array([0.05  , 0.0001])
    """
    from scipy.special import ndtr

    towards_zero = np.where(value >= 0, value - low, high - value)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(value == 0, 0.0, np.abs(value) / towards_zero * normal_quantile(confidence))
    return np.asarray(2 * ndtr(-z))
