"""What is gained by leaving unsure readings out.

- Risk-coverage curve and the area under it: Geifman & El-Yaniv 2017, NeurIPS.
- Thresholds with a guarantee: learn then test, Angelopoulos, Bates, Candes, Jordan & Lei 2021 (arXiv 2110.01052), with exact binomial tests and
  Bonferroni's correction over the shares kept that are tried, which are fixed beforehand.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

TRIED = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)  # shares of the texts kept
LEAST = 20  # texts kept; fewer prove nothing


@dataclass(frozen=True)
class Threshold:
    """Keep readings whose confidence is at least `threshold`: a share `coverage` of them, of which `risk` were wrong here."""

    threshold: float
    coverage: float
    risk: float
    n: int


def risk_coverage(confidence: npt.ArrayLike, wrong: npt.ArrayLike) -> tuple[Array, Array]:
    """Share kept and share wrong among those kept, surest first: (n,) and (n,)."""
    p, fault = np.asarray(confidence, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    order = np.argsort(-p, kind="stable")
    kept = np.arange(1, len(p) + 1)
    return kept / len(p), np.cumsum(fault[order]) / kept


def area(risk: Array) -> float:
    """Area under a risk-coverage curve, the mean risk over all shares kept: lower is better.

    >>> round(area(risk_coverage([0.9, 0.8, 0.7], [0, 0, 1])[1]), 4)
    0.1111
    """
    return float(risk.mean())


def guaranteed_threshold(confidence: npt.ArrayLike, wrong: npt.ArrayLike, most: float, *, doubt: float = 0.05) -> Threshold | None:
    """The threshold that keeps most readings while at most a share `most` of those kept is wrong, in all but `doubt` of samples; None where none is proven."""
    from scipy.stats import binom

    p, fault = np.asarray(confidence, dtype=np.float64), np.asarray(wrong, dtype=np.float64)
    if not len(p):
        return None
    for share in TRIED:
        threshold = float(np.quantile(p, 1 - share)) if share < 1 else 0.0
        kept = p >= threshold
        n, faults = int(kept.sum()), int(fault[kept].sum())
        if n >= LEAST and binom.cdf(faults, n, most) <= doubt / len(TRIED):
            return Threshold(threshold, n / len(p), faults / n, n)
    return None
