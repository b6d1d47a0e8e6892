"""Before and after a date, trends, changes of level."""

from typing import Any

import numpy as np

from pipeline.stats.changepoints import change_points
from pipeline.stats.overlapping import of_shares
from pipeline.stats.proportions import wilson
from pipeline.stats.trends import slope


def simulate(rng: np.random.Generator, repetitions: int) -> list[dict[str, Any]]:
    """Coverage of the difference, size of the tests."""
    covered, plain = before_after(rng, repetitions)
    few = min(repetitions, 500)
    robust, naive = no_trend(rng, few)
    setting = "45 authors with about 3 texts a side, 15 on both sides; likeness .3"
    rows = [
        ("before and after (MOVER, n_eff)", setting, "covers .95", covered),
        ("for comparison: Newcombe on n", setting, "covers .95", plain),
        ("trend, robust errors", "40 weeks, 8 texts each, autocorrelation .5", "rejects .05", robust),
        ("for comparison: independent texts", "40 weeks, 8 texts each, autocorrelation .5", "rejects .05", naive),
    ]
    rows += [
        ("change of level", f"40 weeks, 30 texts each, autocorrelation {rho:.1f}", "rejects .05", false_cuts(rng, few, rho))
        for rho in (0.0, 0.3, 0.5)
    ]
    return [{"method": method, "setting": where, "nominal": nominal, "found": found} for method, where, nominal, found in rows]


def before_after(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """Coverage of a difference of .2: ours, and Newcombe's with texts taken for independent."""
    ours, plain = [], []
    for _ in range(repetitions):
        n = (1 + rng.negative_binomial(1, 1 / 2, (2, 45))).astype(float)
        n[0, 30:] = n[1, :15] = 0
        own = rng.beta(0.3 * 2.333, 0.7 * 2.333, 45)
        p = np.stack([own, own + (1 - own) * (0.2 / 0.7)])
        y = rng.binomial(n.astype(int), p).astype(float)
        found = of_shares(n, y)
        ours.append(found.low <= 0.2 <= found.high)
        share = y.sum(axis=1) / n.sum(axis=1)
        low, high = wilson(share, n.sum(axis=1))
        difference = share[1] - share[0]
        plain.append(
            difference - np.hypot(share[1] - low[1], high[0] - share[0])
            <= 0.2
            <= difference + np.hypot(high[1] - share[1], share[0] - low[0])
        )
    return float(np.mean(ours)), float(np.mean(plain))


def no_trend(rng: np.random.Generator, repetitions: int) -> tuple[float, float]:
    """How often a trend is found where there is none: ours, and least squares of independent texts."""
    ours, naive = [], []
    week = np.repeat(np.arange(40), 8)
    for _ in range(repetitions):
        level = np.zeros(40)
        noise = rng.normal(0, 0.8, 40)
        for at in range(1, 40):
            level[at] = 0.5 * level[at - 1] + noise[at]
        y = rng.binomial(1, 1 / (1 + np.exp(1 - level[week]))).astype(float)
        found = slope(week / 4.35, y, np.zeros(320, dtype=int), week, np.arange(320))
        ours.append(found.low > 0 or found.high < 0)
        x = week / 4.35 - (week / 4.35).mean()
        error = np.sqrt(((y - y.mean() - found.value * x) ** 2).sum() / 318 / (x**2).sum())
        naive.append(abs(found.value) > 1.967 * error)
    return float(np.mean(ours)), float(np.mean(naive))


def false_cuts(rng: np.random.Generator, repetitions: int, correlation: float) -> float:
    """How often a level that stays, but for autocorrelated noise, is cut."""
    cut = 0
    n = np.full(40, 30)
    for _ in range(repetitions):
        level = np.zeros(40)
        noise = rng.normal(0, 0.4, 40)
        for at in range(1, 40):
            level[at] = correlation * level[at - 1] + noise[at]
        cut += bool(change_points(n, rng.binomial(n, 1 / (1 + np.exp(1 - level))), rng))
    return cut / repetitions
