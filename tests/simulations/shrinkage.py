"""Shares of many small cells, drawn towards their kind, and their places."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.clusters import effective_n
from pipeline.stats.shrinkage import ranks, shares
from simulations.tally import Row, Tally
from simulations.worlds import clustered, heavy, sums

SHARES, METHOD = "rankings: value", "hierarchical beta-binomial"
FEW = "with few cells the prior of their spread speaks"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file. A row's cells are those of all lists."""
    for cells in (5, 8, 30):
        yield from _lists(rng, max(1, min(repetitions, 100)), cells, f"{cells} cells, true shares Beta(3, 7), about 12 texts each", _sizes)
    yield from _lists(
        rng, max(1, min(repetitions, 100)), 30, "30 cells of 3 texts, true shares Beta(3, 7)", lambda rng, cells: np.full(cells, 3.0)
    )
    yield _authors(rng, max(1, min(repetitions, 60)))


def intervals(rng: np.random.Generator, repetitions: int, cells: int) -> tuple[float, float]:
    """Share of cells whose true share is covered: by our interval, and by that of the most likely Beta."""
    row, _ = _lists(rng, repetitions, cells, "", _sizes)
    return row.ours.share, row.naive.share


def _sizes(rng: np.random.Generator, cells: int) -> np.ndarray:
    return np.maximum(1, rng.lognormal(2.5, 1, cells).round())


def _lists(rng: np.random.Generator, repetitions: int, cells: int, setting: str, sizes) -> tuple[Row, Row]:
    value = Row(SHARES, METHOD, setting, "plug-in empirical Bayes", FEW)
    place = Row(
        "rankings: rank_low, rank_high",
        "joint draws",
        setting,
        why="places are whole: the interval holds more than it promises",
        promise="covers .90",
    )
    for _ in range(repetitions):
        truth = rng.beta(3, 7, cells)
        n = sizes(rng, cells)
        y = rng.binomial(n.astype(int), truth)
        draws = shares(n, y, rng, draws=800)
        value.ours.add(*np.quantile(draws, [0.025, 0.975], axis=0), truth)
        _plug_in(value.naive, n, y, truth)
        place.ours.add(*np.quantile(ranks(draws), [0.05, 0.95], axis=0, method="inverted_cdf"), ranks(truth[None, :])[0])
    return value, place


def _authors(rng: np.random.Generator, repetitions: int) -> Row:
    row = Row(SHARES, f"{METHOD}, n_eff by author", "30 cells of 60 authors with heavy tails, true shares Beta(3, 7)", "the same on n")
    for _ in range(repetitions):
        truth = rng.beta(3, 7, 30)
        n = heavy(rng, 30, 60)
        found = sums(n, clustered(rng, n, truth[:, None]))
        for number, tally in ((effective_n(found), row.ours), (found.n, row.naive)):
            tally.add(*np.quantile(shares(number, found.total / found.n * number, rng, draws=800), [0.025, 0.975], axis=0), truth)
    return row


def _plug_in(tally: Tally, n: np.ndarray, y: np.ndarray, truth: np.ndarray) -> None:
    from scipy.optimize import minimize
    from scipy.special import betaln
    from scipy.stats import beta

    def loss(at: np.ndarray) -> float:
        m, s = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
        return -float((betaln(m * s + y, (1 - m) * s + n - y) - betaln(m * s, (1 - m) * s)).sum())

    at = minimize(loss, [0.0, 1.0], method="L-BFGS-B", bounds=[(-5, 5), (-2, 8)]).x
    m, s = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
    tally.add(*beta.ppf([[0.025], [0.975]], m * s + y, (1 - m) * s + n - y), truth)
