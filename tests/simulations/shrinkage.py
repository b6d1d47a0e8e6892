"""Shares of few small cells: the grid against the plug-in interval of a fitted Beta."""

from typing import Any

import numpy as np

from pipeline.stats.shrinkage import shares


def simulate(rng: np.random.Generator, repetitions: int) -> list[dict[str, Any]]:
    """Coverage of the shrunken intervals by number of cells."""
    rows = []
    for cells in (5, 8, 30):
        covered, plug_in = intervals(rng, repetitions, cells)
        setting = f"{cells} cells, true shares Beta(3, 7), about 12 texts each"
        rows.append({"method": "shrunken share (hierarchical grid)", "setting": setting, "nominal": 0.95, "covered": covered})
        rows.append({"method": "for comparison: plug-in empirical Bayes", "setting": setting, "nominal": 0.95, "covered": plug_in})
    return rows


def intervals(rng: np.random.Generator, repetitions: int, cells: int) -> tuple[float, float]:
    """Share of cells whose true share is covered: by our interval, and by that of the most likely Beta."""
    ours, plug_in = [], []
    for _ in range(repetitions):
        truth = rng.beta(3, 7, cells)
        n = np.maximum(1, rng.lognormal(2.5, 1, cells).round())
        y = rng.binomial(n.astype(int), truth)
        draws = shares(n, y, rng, draws=800)
        low, high = np.quantile(draws, [0.025, 0.975], axis=0)
        ours.append(((low <= truth) & (truth <= high)).mean())
        plug_in.append(_plug_in(n, y, truth))
    return float(np.mean(ours)), float(np.mean(plug_in))


def _plug_in(n: np.ndarray, y: np.ndarray, truth: np.ndarray) -> float:
    from scipy.optimize import minimize
    from scipy.special import betaln
    from scipy.stats import beta

    def loss(at: np.ndarray) -> float:
        m, s = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
        return -float((betaln(m * s + y, (1 - m) * s + n - y) - betaln(m * s, (1 - m) * s)).sum())

    at = minimize(loss, [0.0, 1.0], method="L-BFGS-B", bounds=[(-5, 5), (-2, 8)]).x
    m, s = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
    low, high = beta.ppf([[0.025], [0.975]], m * s + y, (1 - m) * s + n - y)
    return float(((low <= truth) & (truth <= high)).mean())
