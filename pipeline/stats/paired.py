"""Two readers of the same texts: is one right more often?

McNemar 1947, Psychometrika 12:153, exact (binomial) form as recommended for classifiers by Dietterich 1998, Neural Computation 10:1895. Number of pairs: Miettinen 1968,
Biometrics 24:339, as given by Connor 1987, Biometrics 43:207. The bootstrap test of other scores: Berg-Kirkpatrick, Burkett & Klein 2012, EMNLP.
"""

import math

import numpy as np

from pipeline.stats.proportions import Array, normal_quantile


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value of the hypothesis that both err equally often, from the items that only one has right.

    >>> round(mcnemar(5, 15), 4)
    0.0414
    """
    from scipy.stats import binomtest

    both = only_first + only_second
    return float(binomtest(only_first, both).pvalue) if both else 1.0


def bootstrap_p(differences: Array) -> float:
    """Two-sided p-value from replicates of a difference: twice the share on the far side of 0, never below 1 / (replicates + 1)."""
    known = differences[~np.isnan(differences)]
    if not len(known) or not known.any():
        return 1.0
    tail = min((known <= 0).sum(), (known >= 0).sum())
    return float(min(1.0, 2 * (tail + 1) / (len(known) + 1)))


def pairs_needed(discordant: float, difference: float, *, level: float = 0.05, power: float = 0.8) -> float:
    """How many pairs a McNemar test needs to find a `difference` of shares right when a share `discordant` is right by one reader only.

    Infinite for no difference.

    >>> round(pairs_needed(0.2, 0.1))
    155
    """
    if difference == 0:
        return math.inf
    alpha, beta = normal_quantile(1 - level), normal_quantile(2 * power - 1)
    spread = math.sqrt(discordant), math.sqrt(max(discordant - difference**2, 0))
    return ((alpha * spread[0] + beta * spread[1]) / difference) ** 2


def size_needed(n: float, difference: float, standard_error: float, *, level: float = 0.05, power: float = 0.8) -> float:
    """How many texts a difference as large as the one seen needs, if its standard error shrinks with the root of their number.

    >>> round(size_needed(100, 0.05, 0.05))
    785
    """
    if difference == 0:
        return math.inf
    z = normal_quantile(1 - level) + normal_quantile(2 * power - 1)
    return n * (z * standard_error / difference) ** 2
