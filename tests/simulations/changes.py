"""Before and after a date, trends, changes of level, the newest month."""

from collections.abc import Iterator

import numpy as np

from pipeline.aggregate.changes import newest_against
from pipeline.stats.changepoints import change_points
from pipeline.stats.clusters import effective_n
from pipeline.stats.overlapping import Difference, beyond, of_means, of_shares
from pipeline.stats.proportions import wilson
from pipeline.stats.trends import slope
from simulations.tally import Row
from simulations.worlds import clustered, even, heavy, sums

SETTING = "45 authors with about 3 texts a side, 15 on both sides; likeness .3"
HEAVY = "60 authors with heavy tails, 20 on both sides; likeness .3"
AUTOCORRELATED = "how alike weeks are is learnt from the same 40 weeks: careful where they are not, not careful enough where they are much"

PERSISTENT = "more than a few cosine waves hold of a trend-like noise"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = min(repetitions, 250)
    many = min(repetitions, 1000)
    for setting in (SETTING, HEAVY):
        yield _before_after(rng, many, setting)
        yield _means(rng, many, setting)
    yield _controlled(rng, many)
    yield from _trends(rng, few)
    for rho in (0.0, 0.3, 0.5):
        yield _cuts(rng, few, rho)
    for months, kind, words in ((12, even, "about 7 texts each"), (12, heavy, "heavy tails"), (4, even, "about 7 texts each")):
        yield _newest(rng, min(repetitions, 100), months, kind, words)


def before_after(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """Coverage of a difference of .2: ours, and Newcombe's with texts taken for independent."""
    row = _before_after(rng, repetitions, SETTING)
    return row.ours.share, row.naive.share


def no_trend(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """How often a trend is found where there is none: ours, and least squares of independent texts."""
    row = next(_trends(rng, repetitions))
    return 1 - row.ours.share, 1 - row.naive.share


def false_cuts(rng: np.random.Generator, repetitions: int, correlation: float) -> float:
    """How often a level that stays, but for autocorrelated noise, is cut."""
    return _cuts(rng, repetitions, correlation).ours.share


def _sides(rng: np.random.Generator, setting: str) -> np.ndarray:
    """Texts by author before and after (2, authors); some authors write on one side only."""
    if setting == HEAVY:
        n = heavy(rng, 2, 60)
        n[0, 40:] = n[1, :20] = 0
    else:
        n = (1 + rng.negative_binomial(1, 1 / 2, (2, 45))).astype(float)
        n[0, 30:] = n[1, :15] = 0
    return n


def _texts(rng: np.random.Generator, setting: str, rise: float) -> tuple[np.ndarray, np.ndarray]:
    n = _sides(rng, setting)
    own = rng.beta(0.3 * 7 / 3, 0.7 * 7 / 3, n.shape[1])
    return n, rng.binomial(n.astype(int), np.stack([own, own + (1 - own) * (rise / 0.7)])).astype(float)


def _before_after(rng: np.random.Generator, repetitions: int, setting: str) -> Row:
    row = Row("changes: before_after, change_point; shares", "MOVER of Wilson limits, n_eff by author", setting, "Newcombe on n")
    for _ in range(repetitions):
        n, y = _texts(rng, setting, 0.2)
        found = of_shares(n, y)
        row.ours.add(found.low, found.high, 0.2)
        p = y.sum(axis=1) / n.sum(axis=1)
        low, high = wilson(p, n.sum(axis=1))
        gap = p[1] - p[0]
        row.naive.add(gap - np.hypot(p[1] - low[1], high[0] - p[0]), gap + np.hypot(high[1] - p[1], p[0] - low[0]), 0.2)
    return row


def _means(rng: np.random.Generator, repetitions: int, setting: str) -> Row:
    row = Row("changes: before_after; mean_rating", "t, by author", setting, "Welch's t on n")
    for _ in range(repetitions):
        n = _sides(rng, setting)
        total = n * (3.5 + rng.normal(0, 0.8, n.shape[1]) + np.array([[0.0], [0.3]])) + np.sqrt(n) * rng.normal(0, 1, n.shape)
        found = of_means(n, total)
        row.ours.add(found.low, found.high, 0.3)
        half = 1.96 * np.sqrt((1.64 / n.sum(axis=1)).sum())
        row.naive.add(found.value - half, found.value + half, 0.3)
    return row


def _controlled(rng: np.random.Generator, repetitions: int) -> Row:
    row = Row("changes: before_after_controlled", "MOVER of both changes", f"the same, and as many others; {SETTING}", "the change itself")
    for _ in range(repetitions):
        change, control = (of_shares(*_texts(rng, SETTING, rise)) for rise in (0.2, 0.1))
        found: Difference = beyond(change, control)
        row.ours.add(found.low, found.high, 0.1)
        row.naive.add(change.low, change.high, 0.1)
    return row


def _levels(rng: np.random.Generator, weeks: int, correlation: float, spread: float) -> np.ndarray:
    level, noise = np.zeros(weeks), rng.normal(0, spread, weeks)
    for at in range(1, weeks):
        level[at] = correlation * level[at - 1] + noise[at]
    return level


def _trends(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """No trend: the interval holds 0."""
    for weeks, correlation in ((40, 0.5), (100, 0.5), (40, 0.0)):
        row = Row(
            "changes: trend, trend_fixed_mix",
            "weekly scores, cosines",
            f"{weeks} weeks, 8 texts each, autocorrelation {correlation}",
            "texts taken for independent",
            PERSISTENT,
        )
        week = np.repeat(np.arange(weeks), 8)
        for _ in range(repetitions):
            y = rng.binomial(1, 1 / (1 + np.exp(1 - _levels(rng, weeks, correlation, 0.8)[week]))).astype(float)
            found = slope(week / 4.35, y, np.zeros(len(y), dtype=int), week, np.arange(len(y)))
            row.ours.add(found.low, found.high, 0.0)
            x = week / 4.35 - (week / 4.35).mean()
            half = 1.967 * np.sqrt(((y - y.mean() - found.value * x) ** 2).sum() / (len(y) - 2) / (x**2).sum())
            row.naive.add(found.value - half, found.value + half, 0.0)
        yield row


def _cuts(rng: np.random.Generator, repetitions: int, correlation: float) -> Row:
    row = Row(
        "changes: change_point",
        "largest F against autocorrelated series",
        f"40 weeks, 30 texts each, autocorrelation {correlation}",
        promise="rejects .05",
        why=AUTOCORRELATED,
    )
    n = np.full(40, 30)
    for _ in range(repetitions):
        y = rng.binomial(n, 1 / (1 + np.exp(1 - _levels(rng, 40, correlation, 0.4))))
        row.ours.reject(bool(change_points(n, y, rng)))
    return row


def _newest(rng: np.random.Generator, repetitions: int, months: int, kind, words: str) -> Row:
    """Months whose shares scatter by themselves (Beta, standard deviation .05)."""
    row = Row(
        "changes: newest_month",
        "beta-binomial tail, n_eff by author",
        f"{months} months before, 30 authors a month, {words}",
        "on n",
        promise="rejects .05",
    )
    row.why = "whole effective numbers and few months: fewer false alarms than promised"
    for _ in range(repetitions):
        n = kind(rng, months + 1, 30)
        found = sums(n, clustered(rng, n, rng.beta(25, 58, (months + 1, 1))))
        for number, tally in ((effective_n(found), row.ours), (found.n, row.naive)):
            tally.reject(newest_against(number, found.total / found.n * number) < 0.05)
    return row
