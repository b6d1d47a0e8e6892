"""The warning light of label shift: false alarms, and how often it sees that a class is read otherwise."""

from collections.abc import Iterator

import numpy as np

from pipeline.stats.clusters import multinomial_effective_n
from pipeline.stats.label_shift import warning_light
from simulations.tally import Row
from simulations.worlds import MATRIX, MIX, heavy, sums, tables

RIGHT, WRONG = np.array([0.2, 0.25, 0.55]), np.array([0.45, 0.35, 0.2])  # confidence below 0.6, to 0.8, above; much as models/first has it
TABLE = (MATRIX[:, :, None] * np.where(np.eye(4)[:, :, None] == 1, RIGHT, WRONG)).reshape(4, 12)
BLIND = "blind: it looks like another mix of classes, and the corrected share is wrong"


def simulate(rng: np.random.Generator, repetitions: int) -> Iterator[Row]:
    """All rows of this file."""
    few = min(repetitions, 1000)
    for labels, texts in ((3000, 2000), (600, 3000), (600, 500), (600, 100), (150, 2000), (150, 200)):
        yield _row(rng, few, labels, texts)
    yield _authors(rng, few)
    for kind in DRIFTS:
        for labels, texts in ((600, 500), (600, 3000), (150, 3000)):
            yield _row(rng, few, labels, texts, kind)


def _harder() -> np.ndarray:
    """Three texts in ten are read as by someone who half guesses."""
    guess = np.concatenate([each * np.array([0.6, 0.3, 0.1]) for each in np.full(4, 0.25)])
    return 0.7 * TABLE + 0.3 * guess


def _ironic() -> np.ndarray:
    """Three negative texts in ten are surely positive to the classifier."""
    table, said = TABLE.copy(), np.zeros(12)
    said[6:9] = [0.1, 0.2, 0.7]
    table[0] = 0.7 * TABLE[0] + 0.3 * said
    return table


def _renamed() -> np.ndarray:
    """Four negative texts in ten are read as neutral ones are."""
    table = TABLE.copy()
    table[0] = 0.6 * TABLE[0] + 0.4 * TABLE[1]
    return table


DRIFTS = {
    "three texts in ten are half guessed": _harder(),
    "three negative texts in ten are surely said positive": _ironic(),
    "four negative texts in ten are read as neutral ones are": _renamed(),
}


def labelled(rng: np.random.Generator, labels: int, repetitions: int) -> np.ndarray:
    """Tables of so many labelled texts (repetitions, 4, 12)."""
    sizes = rng.multinomial(labels, [0.3, 0.2, 0.3, 0.2], size=repetitions)
    return np.stack([[rng.multinomial(n, row) for n, row in zip(each, TABLE, strict=True)] for each in sizes]).astype(float)


def _row(rng: np.random.Generator, repetitions: int, labels: int, texts: int, drift: str = "label shift holds") -> Row:
    row = Row("coverage: label_shift", "likelihood ratio", f"{labels} labels, {texts} texts; {drift}", promise="rejects .05")
    if drift in DRIFTS:
        row.promise, row.why = "power", BLIND if drift.endswith("neutral ones are") else ""
    else:
        row.why = "fewer false alarms than promised, because some things are seldom said"
    said = np.stack([rng.multinomial(texts, rng.dirichlet(MIX) @ DRIFTS.get(drift, TABLE)) for _ in range(repetitions)])
    row.ours.reject(warning_light(said, labelled(rng, labels, repetitions)).p_value < 0.05)
    return row


def _authors(rng: np.random.Generator, repetitions: int) -> Row:
    row = Row(
        "coverage: label_shift",
        "likelihood ratio, n_eff by author",
        "600 labels, 60 authors with heavy tails; label shift holds",
        "on n",
        promise="rejects .05",
    )
    row.why = "the effective number is careful with few authors"
    n = heavy(rng, repetitions, 60)
    true = tables(rng, n, rng.dirichlet(MIX, repetitions)[:, None, :])
    said = sum(rng.multinomial(true[:, :, k].astype(int), TABLE[k]) for k in range(4)).astype(float)
    effective = multinomial_effective_n([sums(n, said[:, :, j]) for j in range(12)])
    total = said.sum(axis=1)
    tables_of = labelled(rng, 600, repetitions)
    for tally, number in ((row.ours, effective), (row.naive, n.sum(axis=1))):
        tally.reject(warning_light(total * (number / n.sum(axis=1))[:, None], tables_of).p_value < 0.05)
    return row
