"""How many labels buy which precision, from what is known of the model's mistakes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.aggregate.errors import read_errors
from pipeline.stats.allocation import labels_needed, reached
from pipeline.stats.clusters import ROUNDING
from pipeline.tables import LABELS

SHARE = 0.3  # planned for: near the middle, where intervals are widest, as shares of complaints often are


@dataclass(frozen=True)
class Plan:
    """How many labels a language needs: with the classifier's help, and without."""

    lang: str
    texts: int
    correlation: float  # of being called negative and being so, in the model's evaluation
    needed: int
    alone: int
    half: float  # half the width of the interval that `needed` labels give
    enough: bool  # False where even all texts labelled give a wider interval than wanted


def plans(evaluation: Mapping[str, Any], texts: Mapping[str, int], half: float) -> Iterator[Plan]:
    """For each language, from a model's evaluation and the number of texts, how many to label for an interval of a share of 30 % no wider than twice `half`."""
    errors = read_errors(evaluation)
    for lang, number in sorted(texts.items()):
        counts = errors[lang].document if lang in errors else None
        correlation = 0.0 if counts is None else _correlation(counts)
        needed, alone = (labels_needed(half, number, SHARE, r) for r in (correlation, 0.0))
        needed = min(needed, alone)
        given = reached(needed, number, SHARE, correlation)
        yield Plan(lang, number, correlation, needed, alone, given, given <= half * (1 + ROUNDING))


def _correlation(counts: np.ndarray) -> float:
    """Phi of being called negative and being so (Tenenbein's reliability, at the mix of classes of the evaluation)."""
    k = LABELS.index("negative")
    both, true, said, total = counts[k, k], counts[k].sum(), counts[:, k].sum(), counts.sum()
    spread = true * (total - true) * said * (total - said)
    return float((both * total - true * said) / np.sqrt(spread)) if spread > 0 else 0.0
