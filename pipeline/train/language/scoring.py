"""Numbers of language detection: precision, recall and F1, coverage at a precision, calibration error with its null value."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

BINS = 15  # of probability, equally wide (Guo et al. 2017)
DRAWS = 200


def prf(true: Sequence[str], said: Sequence[str], lang: str) -> dict[str, float | int]:
    """Precision, recall and F1 of one language, and the number of its texts.

    >>> prf(["cy", "cy", "de"], ["cy", "de", "de"], "cy")
    {'precision': 1.0, 'recall': 0.5, 'f1': 0.6667, 'n': 2}
    """
    hits = sum(t == lang == s for t, s in zip(true, said, strict=True))
    named, owned = sum(s == lang for s in said), sum(t == lang for t in true)
    return {
        "precision": _ratio(hits, named),
        "recall": _ratio(hits, owned),
        "f1": _ratio(2 * hits, named + owned),
        "n": owned,
    }


def coverage(probabilities: np.ndarray, right: np.ndarray, precision: float) -> float:
    """The largest share of texts that can be answered, the surest first, so that `precision` of the answers are right.

    >>> coverage(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]), 0.99)
    0.5
    """
    if not len(right):
        return 0.0
    order = np.argsort(-probabilities, kind="stable")
    ordered, hits = probabilities[order], right[order].cumsum()
    whole = np.append(ordered[1:] < ordered[:-1], True)  # equal probabilities are answered together
    good = np.flatnonzero(whole & (hits / np.arange(1, len(hits) + 1) >= precision))
    return round(float((good.max() + 1) / len(right)), 4) if len(good) else 0.0


def calibration_error(probabilities: np.ndarray, right: np.ndarray, rng: np.random.Generator) -> dict[str, float]:
    """Expected calibration error (Naeini et al. 2015), and what a perfectly calibrated detector of these probabilities would show by chance
    alone: mean and 95th percentile of `DRAWS` draws."""
    chance = [_error(probabilities, rng.random(len(right)) < probabilities) for _ in range(DRAWS)]
    return {
        "ece": round(_error(probabilities, right), 4),
        "null": round(float(np.mean(chance)), 4),
        "null95": round(float(np.quantile(chance, 0.95)), 4),
    }


def confusions(true: Sequence[str], said: Sequence[str], most: int) -> list[list[str | int]]:
    """The commonest pairs of a language and what it was taken for, with their counts."""
    found = Counter((t, s) for t, s in zip(true, said, strict=True) if t != s)
    return [[t, s, n] for (t, s), n in sorted(found.items(), key=lambda item: (-item[1], item[0]))[:most]]


def _error(probabilities: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = np.bincount(bins, weights=probabilities - right, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
