"""Two sides of an opinion: the conflict index and the share of one side."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.clusters import effective_n
from pipeline.stats.disagreement import conflict, side_interval
from simulations.tally import Row
from simulations.worlds import clustered, even, heavy, sums

EDGE = "the interval of p, carried over: it holds 1 whenever it holds sides of equal size"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    for kind, words in ((even, "about 7 texts each"), (heavy, "heavy tails")):
        n = kind(rng, repetitions, 60)
        for share in (0.5, 0.3, None):
            true = rng.beta(3, 5, (repetitions, 1)) if share is None else np.full((repetitions, 1), share)
            setting = f"60 authors, {words}; sides {'as they come, Beta(3, 5)' if share is None else f'{share} and {1 - share}'}"
            yield from _sides(rng, n, true, setting)
    yield from _sides(rng, np.ones((repetitions, 3)), rng.beta(3, 5, (repetitions, 1)), "cells of 3 texts; sides as they come, Beta(3, 5)")


def _sides(rng: np.random.Generator, n: np.ndarray, true: np.ndarray, setting: str) -> Iterator[Row]:
    y = clustered(rng, n, true) if n.shape[1] > 3 else rng.binomial(1, np.broadcast_to(true, n.shape)).astype(float)
    found = sums(n, y)
    p, truth = found.total / found.n, true[:, 0]
    index = Row("conflicts: conflict_index", "Jeffreys posterior of 4pq, n_eff by author", setting, "the same on n", EDGE)
    side = Row("conflicts: share_too_little", "Jeffreys, n_eff by author", setting, "the same on n")
    for which, number in (("ours", effective_n(found)), ("naive", found.n)):
        one, other = p * number, (1 - p) * number
        getattr(index, which).add(*conflict(one, other)[1:3], 4 * truth * (1 - truth))
        getattr(side, which).add(*side_interval(one, other), truth)
    yield from (index, side)
