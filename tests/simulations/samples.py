"""Labelled samples of 3000 texts: the share 0.3 of a class that is found with 0.75 and invented with 0.15, and a mean of ratings."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.double_sampling import double_sampling
from pipeline.stats.ppi import ppi_mean
from pipeline.stats.proportions import wilson
from pipeline.stats.quantification import independent_difference
from simulations.tally import Row
from simulations.worlds import heavy

TEXTS = 3000
SHARES, RATING = "estimates: share_* with a labelled sample", "estimates: labelled_rating"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = min(repetitions, 300)
    for labels in (20, 50, 100, 300):
        yield _labels(rng, few, labels)
        yield _ratings(rng, min(repetitions, 1500), labels)
    yield _finite(rng, few)
    yield _stratified(rng, min(repetitions, 1000))
    yield _stratified(rng, min(repetitions, 1000), 0.2)
    yield _strata_of_ratings(rng, few)
    yield _strata_of_ratings(rng, min(repetitions, 1000), 0.2)
    yield _difference(rng, few)
    yield _authors(rng, few)


def _world(rng: np.random.Generator, true: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    so = (rng.random(TEXTS) < 0.3).astype(int) if true is None else true
    return so, (rng.random(TEXTS) < np.where(so == 1, 0.75, 0.15)).astype(int)


def _labels(rng: np.random.Generator, repetitions: int, labels: int) -> Row:
    row = Row(SHARES, "double sampling", f"{labels} labels of {TEXTS} texts", "Wilson on the labels alone", "used from 30 labels on")
    for _ in range(repetitions):
        true, said = _world(rng)
        few = rng.choice(TEXTS, labels, replace=False)
        low, high = double_sampling(np.bincount(said, minlength=2), said[few], true[few], np.ones(labels), rng, 1000).interval()
        row.ours.add(low[1], high[1], 0.3)
        row.naive.add(*wilson(true[few].mean(), labels), 0.3)
    return row


def _ratings(rng: np.random.Generator, repetitions: int, labels: int) -> Row:
    row = Row(
        RATING,
        "PPI++",
        f"{labels} ratings of {TEXTS} texts, correlation 0.7",
        "t on the ratings alone",
        "how far to trust is learnt from the same few ratings",
    )
    for _ in range(repetitions):
        few = rng.choice(TEXTS, labels, replace=False)
        value = rng.normal(3, 1, TEXTS)
        score = value + rng.normal(0, 1, TEXTS)
        rest = np.delete(score, few)
        row.ours.add(*ppi_mean(value[few], score[few], (len(rest), rest.mean(), rest.var())).interval(), 3.0)
        row.naive.add(*ppi_mean(value[few], score[few], (0, 0.0, 0.0)).interval(), 3.0)
    return row


def _finite(rng: np.random.Generator, repetitions: int) -> Row:
    """A third of the file is labelled."""
    row = Row(f"{SHARES}, population = finite", "double sampling", "100 labels, the 300 texts of the file", "of the process")
    for _ in range(repetitions):
        true, said = (each[:300] for each in _world(rng))
        few = rng.choice(300, 100, replace=False)
        for finite, tally in ((True, row.ours), (False, row.naive)):
            drawn = double_sampling(np.bincount(said, minlength=2), said[few], true[few], np.ones(100), rng, 1000, finite)
            low, high = drawn.interval()
            tally.add(low[1], high[1], true.mean())
    return row


def _drawn(rng: np.random.Generator, strata: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places drawn within each stratum, and the inverse of their probability."""
    few = np.concatenate([rng.choice(np.flatnonzero(strata == h), size, replace=False) for h, size in enumerate(sizes)])
    return few, (np.bincount(strata) / sizes)[strata[few]]


def _stratified(rng: np.random.Generator, repetitions: int, part: float = 1) -> Row:
    """Strata by what was said and how surely, the unsure ones drawn from four times as often; `part` of the texts make the cell."""
    labels = round(120 / part)
    where = "" if part == 1 else ", in a cell of a fifth of the texts"
    row = Row(
        SHARES,
        "double sampling, by strata",
        f"{labels} labels, four strata drawn from unequally{where}",
        "double sampling by what was said alone",
    )
    for _ in range(repetitions):
        true, said = _world(rng)
        sure = (rng.random(TEXTS) < np.where(true == said, 0.8, 0.3)).astype(int)
        few, weight = _drawn(rng, 2 * said + sure, labels * np.array([2, 1, 2, 1]) // 6)
        own = rng.random(TEXTS) < part
        few, weight = few[own[few]], weight[own[few]]
        sizes = np.bincount(2 * said[own] + sure[own], minlength=4).reshape(2, 2)
        for counts, stratum, tally in ((sizes, sure[few], row.ours), (sizes.sum(axis=1), None, row.naive)):
            low, high = double_sampling(counts, said[few], true[few], weight, rng, 1000, stratum=stratum).interval()
            tally.add(low[1], high[1], 0.3)
    return row


def _strata_of_ratings(rng: np.random.Generator, repetitions: int, part: float = 1) -> Row:
    """Strata by the score; of a cell of `part` of the texts nobody drew so many of each, so that it is weighted, without strata."""
    labels = round(120 / part)
    where, how, other = "", "stratified PPI++", "t on the ratings alone, unweighted"
    if part < 1:
        where, how, other = ", in a cell of a fifth of the texts", "weighted PPI++", "stratified PPI++"
    row = Row(RATING, how, f"{labels} ratings, four strata drawn from unequally{where}", other)
    for _ in range(repetitions):
        value = rng.normal(3, 1, TEXTS)
        score = value + rng.normal(0, 1, TEXTS)
        strata = np.digitize(score, [2, 3, 4])
        few, weight = _drawn(rng, strata, labels * np.array([3, 1, 1, 3]) // 8)
        own = rng.random(TEXTS) < part
        rest = score[np.setdiff1d(np.flatnonzero(own), few)]
        few, weight = few[own[few]], weight[own[few]]
        everywhere = (len(rest), rest.mean(), rest.var())
        stratified = ppi_mean(value[few], score[few], everywhere, strata[few], weight)
        if part < 1:
            row.ours.add(*ppi_mean(value[few], score[few], everywhere, None, weight).interval(), 3.0)
            row.naive.add(*stratified.interval(), 3.0)
        else:
            row.ours.add(*stratified.interval(), 3.0)
            row.naive.add(*ppi_mean(value[few], score[few], (0, 0.0, 0.0)).interval(), 3.0)
    return row


def _difference(rng: np.random.Generator, repetitions: int) -> Row:
    row = Row(
        "contrasts with a labelled sample",
        "draws of both sides independent",
        f"100 labels of {TEXTS} texts each side",
        "Newcombe on the labels alone",
    )
    for _ in range(repetitions):
        drawn, raw = [], []
        for _ in range(2):
            true, said = _world(rng)
            few = rng.choice(TEXTS, 100, replace=False)
            drawn.append(double_sampling(np.bincount(said, minlength=2), said[few], true[few], np.ones(100), rng, 1000))
            raw.append((true[few].mean(), *(float(each) for each in wilson(true[few].mean(), 100))))
        low, high = independent_difference(*drawn, rng).interval()
        row.ours.add(low[1], high[1], 0.0)
        (p, p_low, p_high), (q, q_low, q_high) = raw
        row.naive.add(p - q - np.hypot(p - p_low, q_high - q), p - q + np.hypot(p_high - p, q - q_low), 0.0)
    return row


def _authors(rng: np.random.Generator, repetitions: int) -> Row:
    """Authors with heavy tails, alike in what they think; a sample of texts meets most of them once."""
    row = Row(SHARES, "double sampling", f"100 labels of {TEXTS} texts by about 700 authors with heavy tails", "Wilson on the labels alone")
    row.why = "the sample is of texts: that its authors repeat themselves is not counted"
    for _ in range(repetitions):
        author = np.repeat(np.arange(TEXTS), heavy(rng, 1, TEXTS)[0].astype(int))[:TEXTS]
        own = rng.beta(0.7, 1.633, TEXTS)
        true, said = _world(rng, (rng.random(TEXTS) < own[author]).astype(int))
        few = rng.choice(TEXTS, 100, replace=False)
        n = np.bincount(author).astype(float)
        n_eff = n.sum() ** 2 / (n**2).sum()  # as the product scales what was said, here by Kish's number
        counts = np.bincount(said, minlength=2) * n_eff / TEXTS
        low, high = double_sampling(counts, said[few], true[few], np.ones(100), rng, 1000).interval()
        row.ours.add(low[1], high[1], 0.3)
        row.naive.add(*wilson(true[few].mean(), 100), 0.3)
    return row
