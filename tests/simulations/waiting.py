"""Complaints: shares answered within 7 days when the newest have not waited that long, and ratings of those who were answered."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.matching import matched_difference
from pipeline.stats.proportions import wilson
from pipeline.stats.survival import within
from simulations.tally import Row
from simulations.worlds import heavy

ANSWERED = "replies: answered_7d (and _1d, _30d)"
TRUTH = (0.6 * 0.7 + 0.4 * 0.35) * (1 - np.exp(-7 / 3))


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = min(repetitions, 2000)
    for size, authors, tails in ((80, 40, False), (30, 20, False), (300, 60, True)):
        yield _answered(rng, few, size, authors, tails)
    for pairs in (200, 40):
        yield _recovery(rng, few, pairs)


def covered(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """Coverage of ours and of Wilson's interval of the share answered when the file ends."""
    row = _answered(rng, repetitions, 80, 40, False)
    return row.ours.share, row.naive.share


def _answered(rng: np.random.Generator, repetitions: int, size: int, authors: int, tails: bool) -> Row:
    """An author's complaints share their luck."""
    about = f"{authors} authors with heavy tails" if tails else f"{authors} authors"
    row = Row(
        ANSWERED,
        "Kaplan-Meier, Wilson on n_eff by author",
        f"{size} complaints of {about} over 14 days, truth .51",
        "share answered so far",
    )
    for _ in range(repetitions):
        part = heavy(rng, 1, authors)[0] if tails else np.ones(authors)
        author = rng.choice(authors, size, p=part / part.sum())
        lucky = rng.random(authors)[author] < 0.6
        answered = np.where(lucky, rng.random(size) < 0.7, rng.random(size) < 0.35)
        delay = rng.exponential(3, size)
        asked = rng.uniform(0, 14, size)
        happened = answered & (asked + delay < 14)
        time = np.where(happened, delay, 14 - asked)
        found = within(7, time, happened, author)
        row.ours.add(found.low, found.high, TRUTH)
        row.naive.add(*wilson((happened & (time <= 7)).mean(), size), TRUTH)
    return row


def _recovery(rng: np.random.Generator, repetitions: int, pairs: int) -> Row:
    """Ratings of 1 or 2, then a later one; those who began at 1 are answered more often and rise more by themselves. The answer adds half a star."""
    row = Row("replies: recovery", "matched on the first rating, t", f"{pairs} complainers who rated again", "Welch's t, not matched")
    for _ in range(repetitions):
        first = 1.0 + (rng.random(pairs) < 0.4)
        answered = rng.random(pairs) < np.where(first == 1, 0.6, 0.3)
        later = np.clip(np.round(2.2 + 0.2 * first + rng.normal(0, 1.2, pairs)), 1, 4) + (rng.random(pairs) < 0.5) * answered
        change = later - first
        found = matched_difference(change, answered, first)
        row.ours.add(found.low, found.high, 0.5)
        plain = matched_difference(change, answered, np.ones(pairs))
        row.naive.add(plain.low, plain.high, 0.5)
    return row
