"""Means of ratings that crowd at the ends, and indices of how they are spread."""

from collections.abc import Callable, Iterator

import numpy as np

from pipeline.stats.clusters import effective_n, mean_interval
from pipeline.stats.disagreement import agreement, polarisation
from pipeline.stats.ratings import mean_effective_n, mean_of_steps, share_draws
from pipeline.stats.resampling import bca_interval
from simulations.tally import Row
from simulations.worlds import J_SHAPE, STARS, even, heavy, sums, tables

FEW = "few authors, lopsided ratings: how much authors differ is learnt from too few"
TRUE_MEAN = float(J_SHAPE @ STARS)
Kind = Callable[[np.random.Generator, int, int], np.ndarray]


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = min(repetitions, 300)
    for authors, kind, words in (
        (30, _once, "who wrote once"),
        (15, even, "about 7 texts each"),
        (60, even, "about 7 texts each"),
        (60, heavy, "heavy tails"),
    ):
        yield from _of_stars(rng, few, kind, authors, f"{authors} authors, {words}; J-shaped ratings")
    yield _three(rng, few)


def _once(rng: np.random.Generator, cells: int, authors: int) -> np.ndarray:
    return np.ones((cells, authors))


def _of_stars(rng: np.random.Generator, repetitions: int, kind: Kind, authors: int, setting: str) -> Iterator[Row]:
    t = Row("estimates: mean_rating", "t, by author", setting, why=FEW)
    stars = Row("profiles: mean_rating", "Dirichlet over the stars, n_eff by author", setting, why=FEW)
    bca = Row("profiles: mean_rating on other scales", "BCa over authors, as wide as t", setting, "BCa over authors", FEW)
    index = {
        name: Row(
            f"profiles: {name}",
            "Dirichlet over the stars, least n_eff of them",
            setting,
            why="kept wide on purpose: the least n_eff of five",
        )
        for name in ("agreement", "polarisation")
    }
    texts = tables(rng, kind(rng, repetitions, authors), J_SHAPE)
    n = texts.sum(axis=2)
    counts, totals = texts.sum(axis=1), texts @ STARS
    found = mean_interval(sums(n, totals), counts @ STARS**2)
    spread = np.sqrt(counts @ STARS**2 / found.n - found.value**2)
    number, least = mean_effective_n(found, spread), np.min([effective_n(sums(n, texts[:, :, k])) for k in range(5)], axis=0)
    t.ours.add(found.low, found.high, TRUE_MEAN)
    for i in range(repetitions):
        stars.ours.add(*mean_of_steps(counts[i], STARS, float(number[i]), rng), TRUE_MEAN)
        both = np.stack([n[i], totals[i]], axis=1)
        bca.ours.add(*bca_interval(both, _ratio, rng, half=float(found.high[i] - found.low[i]) / 2), TRUE_MEAN)
        bca.naive.add(*bca_interval(both, _ratio, rng), TRUE_MEAN)
        drawn = share_draws(counts[i], float(least[i]), rng, 1000)
        for name, measure in (("agreement", agreement), ("polarisation", polarisation)):
            index[name].ours.add(*np.quantile(measure(drawn), [0.025, 0.975]), float(measure(J_SHAPE)))
    yield from (t, stars, bca, *index.values())


def _ratio(both: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.asarray(both[..., 1] / both[..., 0])


def _three(rng: np.random.Generator, repetitions: int) -> Row:
    row = Row(
        "profiles: mean_rating",
        "Dirichlet over the stars, n_eff by author",
        "cells of 3 texts; J-shaped ratings",
        why="withheld below 10 authors",
    )
    for counts in rng.multinomial(3, J_SHAPE, size=repetitions):
        row.ours.add(*mean_of_steps(counts, STARS, 3.0, rng), TRUE_MEAN)
    return row
