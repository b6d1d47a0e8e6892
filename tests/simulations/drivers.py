"""Effects of aspects on ratings: ordinal regression, importance, asymmetry."""

from collections.abc import Iterator

import numpy as np
from scipy.special import stdtrit

from pipeline.aggregate.drivers import importance_interval
from pipeline.stats.importance import asymmetry, relative_weights
from pipeline.stats.ordinal import proportional_odds
from simulations.tally import Row

LITTLE = "where an aspect explains hardly anything its part of R squared grows by chance, and is moved back too far or too little"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = min(repetitions, 200)
    yield _effect(rng, few)
    for texts in (300, 1000):
        yield from _parts(rng, max(2, min(repetitions, 80)), texts)


def covered(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """Coverage of no effect, with errors by author and without."""
    row = _effect(rng, repetitions)
    return row.ours.share, row.naive.share


def _effect(rng: np.random.Generator, repetitions: int) -> Row:
    """The author's own level goes with nothing else, so that the marginal effect is none too."""
    row = Row(
        "drivers: effect_negative, effect_positive",
        "proportional odds, by author",
        "300 texts of 60 authors, who resemble themselves in aspect and rating",
        "texts taken for independent",
    )
    author = np.repeat(np.arange(60), 5)
    for _ in range(repetitions):
        habit = rng.random(60) < 0.4
        x = (rng.random(300) < np.where(habit[author], 0.9, 0.1)).astype(float)[:, None]
        latent = rng.normal(0, 1.5, 60)[author] + rng.logistic(size=300)
        y = np.digitize(latent, [-1.5, 0, 1.5]).astype(np.int64)
        for tally, owner in ((row.ours, author), (row.naive, np.arange(300))):
            fit = proportional_odds(x, y, owner)
            half = stdtrit(len(np.unique(owner)) - 1, 0.975) * np.sqrt(fit.covariance[0, 0])
            tally.add(fit.beta[0] - half, fit.beta[0] + half, 0.0)
    return row


def _ratings(rng: np.random.Generator, texts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ratings with four aspects, the fourth of no account: praise, blame, ratings, authors with five texts each."""
    author = np.arange(texts) // 5
    side = rng.random((texts, 4))
    praise, blame = (side < 0.15).astype(float), (side > 0.85).astype(float)
    y = (
        3.5
        + praise @ [0.8, 0.3, 0.2, 0.0]
        - blame @ [0.8, 1.0, 0.2, 0.0]
        + rng.normal(0, 0.5, texts // 5)[author]
        + rng.normal(0, 0.8, texts)
    )
    return praise, blame, y, author


def _parts(rng: np.random.Generator, repetitions: int, texts: int) -> Iterator[Row]:
    praise, blame, y, author = _ratings(rng, 400_000)
    parts = relative_weights(np.column_stack([praise, blame]), y)
    truth = parts[:4] + parts[4:]
    weight = Row(
        "drivers: importance",
        "relative weights, bootstrap over authors",
        f"{texts} texts of {texts // 5} authors; aspects that matter",
        why=LITTLE,
    )
    idle = Row(
        "drivers: importance",
        "relative weights, bootstrap over authors",
        f"{texts} texts of {texts // 5} authors; an aspect of no account",
        why=LITTLE,
    )
    contrast = Row("drivers: asymmetry", "least squares, by author", f"{texts} texts of {texts // 5} authors")
    for _ in range(repetitions):
        praise, blame, y, author = _ratings(rng, texts)
        _, low, high = importance_interval(np.column_stack([praise, blame]), y, author, 4, 0.95, rng)
        weight.ours.add(low[:3], high[:3], truth[:3])
        idle.ours.add(low[3:], high[3:], truth[3:])
        found = asymmetry(praise, blame, y, author, np.zeros((texts, 0)))
        half = stdtrit(texts // 5 - 1, 0.975) * found.error
        contrast.ours.add(found.value - half, found.value + half, np.array([0.0, -0.7, 0.0, 0.0]))
    yield from (weight, idle, contrast)
