"""Shares of true classes from what a classifier that errs says: corrected shares, their differences, mention rates."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.clusters import multinomial_effective_n
from pipeline.stats.proportions import wilson
from pipeline.stats.quantification import (
    FIRST,
    MatrixDraws,
    detector_draws,
    difference,
    fitted_prior,
    independent_difference,
    matrix_draws,
    posterior,
)
from simulations.tally import Row
from simulations.worlds import MATRIX, MIX, heavy, sums, tables, validation

FLAT = np.ones(4)
SHARES, METHOD = "estimates: share_*", "Bayesian classify-and-count"
WIDE = "flat prior: half of all mixes of four classes have less than 0.21 of one, the cells here mostly more"
CELLS = 5  # of each drawn matrix


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = max(CELLS, min(repetitions, 1000))
    for labels, texts in ((3000, 2000), (600, 2000), (600, 200), (600, 30), (150, 2000), (150, 200), (150, 30)):
        yield _shares(rng, few, labels, texts)
    for labels in (600, 150):
        yield _authors(rng, few, labels)
    yield from _small(rng, few)
    yield _finite(rng, few)
    for labels in (400, 150):
        yield _difference(rng, few, labels)
    yield _languages(rng, few)
    for found, texts in ((60, 200), (60, 2000), (15, 2000)):
        yield _mentions(rng, few, found, texts)


def _matrix(rng: np.random.Generator, labels: int) -> MatrixDraws:
    return matrix_draws(validation(rng, labels), rng, 2 * FIRST)


def _shares(rng: np.random.Generator, repetitions: int, labels: int, texts: int) -> Row:
    row = Row(SHARES, METHOD, f"{labels} labels, {texts} texts", "Wilson on the share classified", WIDE)
    for _ in range(repetitions // CELLS):
        matrix = _matrix(rng, labels)
        for _ in range(CELLS):
            shares = rng.dirichlet(MIX)
            said = rng.multinomial(texts, shares @ MATRIX)
            drawn = posterior(said, matrix, FLAT, rng)
            if drawn.fits:
                low, high = drawn.interval()
                row.ours.add(low[0], high[0], shares[0])
            row.naive.add(*wilson(said[0] / texts, texts), shares[0])
    return row


def _authors(rng: np.random.Generator, repetitions: int, labels: int) -> Row:
    row = Row(SHARES, f"{METHOD}, n_eff by author", f"{labels} labels, 60 authors with heavy tails", "the same on n", WIDE)
    for _ in range(repetitions // 2):
        matrix, shares, n = _matrix(rng, labels), rng.dirichlet(MIX), heavy(rng, 1, 60)
        true = tables(rng, n, shares)[0]
        said = sum(rng.multinomial(true[:, k].astype(int), MATRIX[k]) for k in range(4))
        effective = multinomial_effective_n([sums(n, column[None, :].astype(float)) for column in said.T])[0]
        total = said.sum(axis=0)
        for counts, tally in ((total * effective / total.sum(), row.ours), (total, row.naive)):
            drawn = posterior(counts, matrix, FLAT, rng)
            if drawn.fits:
                low, high = drawn.interval()
                tally.add(low[0], high[0], shares[0])
    return row


def _small(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """The fitted prior carries cells of few texts. It is fitted to the same cells, and gets half its weight."""
    for texts, cells in ((3, 100), (30, 25)):
        row = Row(SHARES, f"{METHOD}, fitted prior", f"600 labels, {cells} cells of {texts} texts", "flat prior")
        row.why = "the fitted prior gets half its weight, whatever it rests on" + ("; withheld below 30 texts" if texts < 30 else "")
        for _ in range(max(1, 2 * repetitions // cells)):
            matrix, truth = _matrix(rng, 600), rng.dirichlet(MIX, cells)
            counts = [rng.multinomial(texts, shares @ MATRIX) for shares in truth]
            prior = fitted_prior([(each, matrix) for each in counts], lambda i: np.random.default_rng(i), 30.0)
            for shares, said in list(zip(truth, counts, strict=True))[:25]:
                for each, tally in ((prior, row.ours), (FLAT, row.naive)):
                    low, high = posterior(said, matrix, each, rng).interval()
                    tally.add(low[0], high[0], shares[0])
        yield row


def _finite(rng: np.random.Generator, repetitions: int) -> Row:
    """The shares among these very texts."""
    row = Row(f"{SHARES}, population = finite", METHOD, "600 labels, the 200 texts of the file", "of the process", WIDE)
    for _ in range(repetitions // CELLS):
        matrix = _matrix(rng, 600)
        for _ in range(CELLS):
            true = rng.multinomial(200, rng.dirichlet(MIX))
            said = sum(rng.multinomial(n, errors) for n, errors in zip(true, MATRIX, strict=True))
            for finite, tally in ((True, row.ours), (False, row.naive)):
                drawn = posterior(said, matrix, FLAT, rng, finite)
                if drawn.fits:
                    low, high = drawn.interval()
                    tally.add(low[0], high[0], true[0] / 200)
    return row


def _difference(rng: np.random.Generator, repetitions: int, labels: int) -> Row:
    row = Row("contrasts: within a language", "shared draws of the matrix", f"{labels} labels, 500 texts each", "draws not shared", WIDE)
    for _ in range(repetitions // CELLS):
        matrix = _matrix(rng, labels)
        for _ in range(CELLS):
            truth = rng.dirichlet(MIX, 2)
            one, other = (posterior(rng.multinomial(500, shares @ MATRIX), matrix, FLAT, rng) for shares in truth)
            if min(one.weight.max(), other.weight.max()) > 0 and (shared := difference(one, other)).fits:
                for drawn, tally in ((shared, row.ours), (independent_difference(one, other, rng), row.naive)):
                    low, high = drawn.interval()
                    tally.add(low[0], high[0], truth[0, 0] - truth[1, 0])
    return row


def _languages(rng: np.random.Generator, repetitions: int) -> Row:
    """The second language is read worse."""
    worse = 0.8 * MATRIX + 0.2 * np.array([0.2, 0.3, 0.3, 0.2])
    row = Row(
        "contrasts: between languages",
        "independent draws of both matrices",
        "600 labels each, 500 texts each",
        "Newcombe on shares classified",
        WIDE,
    )
    for _ in range(repetitions // 2):
        truth, drawn, raw = rng.dirichlet(MIX, 2), [], []
        for shares, errors in zip(truth, (MATRIX, worse), strict=True):
            counted = np.array([rng.multinomial(150, each) for each in errors])
            said = rng.multinomial(500, shares @ errors)
            drawn.append(posterior(said, matrix_draws(counted, rng, 2 * FIRST), FLAT, rng))
            raw.append((said[0] / 500, *(float(each) for each in wilson(said[0] / 500, 500))))
        (p, p_low, p_high), (q, q_low, q_high) = raw
        row.naive.add(p - q - np.hypot(p - p_low, q_high - q), p - q + np.hypot(p_high - p, q - q_low), truth[0, 0] - truth[1, 0])
        if all(each.fits for each in drawn):
            low, high = independent_difference(*drawn, rng).interval()
            row.ours.add(low[0], high[0], truth[0, 0] - truth[1, 0])
    return row


def _mentions(rng: np.random.Generator, repetitions: int, labelled: int, texts: int) -> Row:
    """Mention rates of a detector that finds 0.5 and invents 0.05."""
    row = Row(
        "estimates: mention_rate", "Rogan & Gladen, Bayesian", f"{labelled} labelled mentions, {texts} texts", "Wilson on the detected rate"
    )
    for _ in range(repetitions):
        rate = rng.beta(2, 20)
        found, invented = rng.binomial(labelled, 0.5), rng.binomial(500, 0.05)
        matrix = detector_draws((found + 0.5, labelled + 0.5 - found), (invented + 0.5, 500.5 - invented), rng, 2 * FIRST)
        said = rng.binomial(texts, 0.5 * rate + 0.05 * (1 - rate))
        low, high = posterior([said, texts - said], matrix, np.ones(2), rng).interval()
        row.ours.add(low[0], high[0], rate)
        row.naive.add(*wilson(said / texts, texts), rate)
    return row
