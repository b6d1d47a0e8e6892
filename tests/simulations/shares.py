"""Shares and means as they stand in the file, of texts that come in clusters by author; weights; differences."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.clusters import mean_interval, share_interval
from pipeline.stats.differences import newcombe
from pipeline.stats.proportions import wilson
from pipeline.stats.raking import rake
from simulations.tally import Row
from simulations.worlds import clustered, even, heavy, sums

SHARES = "estimates: classified_*, detected_rate, share_unscored; profiles: share_rating_*, share_extremes; drivers: mention_rate, performance; mentions"
DISCRETE = "three texts have four outcomes; withheld below 30 texts"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    for kind, words in ((even, "about 7 texts each"), (heavy, "heavy tails")):
        for authors, share in ((200, 0.3), (60, 0.3), (60, 0.05), (15, 0.3)):
            yield _share(rng, repetitions, kind(rng, repetitions, authors), share, f"{authors} authors, {words}; share {share}")
    yield _three(rng, repetitions)
    yield from _means(rng, repetitions)
    yield from _differences(rng, repetitions)
    yield from _weights(rng, repetitions)


def _share(rng: np.random.Generator, repetitions: int, n: np.ndarray, share: float, setting: str) -> Row:
    row = Row(
        SHARES,
        "Wilson, n_eff by author",
        setting,
        "Wilson on n",
        "more than it promises: 15 authors are taken for fewer still, because some write most",
    )
    found = share_interval(sums(n, clustered(rng, n, share)))
    row.ours.add(found.low, found.high, share)
    row.naive.add(*wilson(found.value, found.n), share)
    return row


def _three(rng: np.random.Generator, repetitions: int) -> Row:
    row = Row(SHARES, "Wilson, n_eff by author", "cells of 3 texts, true shares Beta(3, 7)", why=DISCRETE)
    share = rng.beta(3, 7, (repetitions, 1))
    found = share_interval(sums(np.ones((repetitions, 3)), rng.binomial(1, np.broadcast_to(share, (repetitions, 3))).astype(float)))
    row.ours.add(found.low, found.high, share[:, 0])
    return row


def _means(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    for authors, kind, words in ((60, heavy, "heavy tails"), (60, even, "about 7 texts each"), (15, even, "about 7 texts each")):
        row = Row("estimates: mean_rating", "t, by author", f"{authors} authors, {words}; normal ratings", "normal on n")
        n = kind(rng, repetitions, authors)
        totals = n * (3.5 + rng.normal(0, 0.8, n.shape)) + rng.normal(0, 1, n.shape) * np.sqrt(n)
        squares = (totals**2 / n + np.where(n > 1, rng.chisquare(np.maximum(n - 1, 1e-9)), 0)).sum(1)
        found = mean_interval(sums(n, totals), squares)
        row.ours.add(found.low, found.high, 3.5)
        half = 1.96 * np.sqrt((squares / found.n - found.value**2) / found.n)
        row.naive.add(found.value - half, found.value + half, 3.5)
        yield row


def _differences(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    for authors, kind, words in ((60, even, "about 7 texts each"), (60, heavy, "heavy tails")):
        row = Row(
            "contrasts: where nothing is known of the errors",
            "Newcombe, n_eff by author",
            f"{authors} authors a side, {words}; shares 0.3 and 0.4",
            "Newcombe on n",
        )
        sides = [share_interval(sums(n, clustered(rng, n, p))) for p in (0.3, 0.4) for n in (kind(rng, repetitions, authors),)]
        row.ours.add(*newcombe(sides[0].value, sides[0].n_eff, sides[1].value, sides[1].n_eff), -0.1)
        row.naive.add(*newcombe(sides[0].value, sides[0].n, sides[1].value, sides[1].n), -0.1)
        yield row


def _weights(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """Four groups of customers, a quarter each, of whom some write more often than others; each text of its own author."""
    likely, own = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.2, 0.3, 0.4, 0.5])
    group = np.stack([rng.choice(4, 200, p=likely) for _ in range(repetitions)])
    y = rng.binomial(1, own[group]).astype(float)
    survey = Row(
        "estimates with weights", "Wilson, Kish's n_eff", "200 texts, inverse probability weights 0.6 to 2.5", "Wilson on n, unweighted"
    )
    _weighted(survey, 0.25 / likely[group], y)
    raked = Row("estimates with margins", "Wilson, Kish's n_eff", "200 texts raked to two known margins", "Wilson on n, unweighted")
    parts = [group // 2, group % 2]
    factors = np.ones(group.shape)
    for i in range(repetitions):
        size = np.bincount(group[i], minlength=4)
        factor = rake(size, [[0, 0, 1, 1], [0, 1, 0, 1]], [[0.5, 0.5], [0.5, 0.5]]) if size.all() else None
        factors[i] = np.nan if factor is None else factor[2 * parts[0][i] + parts[1][i]]
    known = np.isfinite(factors[:, 0])
    _weighted(raked, factors[known], y[known])
    yield survey
    yield raked


def _weighted(row: Row, weight: np.ndarray, y: np.ndarray) -> None:
    """The share of all customers is 0.35."""
    scaled = weight * weight.sum(1, keepdims=True) / (weight**2).sum(1, keepdims=True)
    found = share_interval(sums(scaled, scaled * y))
    row.ours.add(found.low, found.high, 0.35)
    row.naive.add(*wilson(y.mean(1), y.shape[1]), 0.35)
