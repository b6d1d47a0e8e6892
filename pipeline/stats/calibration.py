"""Do probabilities mean what they say?

- Log loss and Brier score are proper: Gneiting & Raftery 2007, JASA 102:359.
- Reliability in bins of equal mass, and the expected calibration error: Guo et al. 2017, ICML; its bias in small samples: Kumar, Liang & Ma 2019,
  NeurIPS. So that no perfectly calibrated model is blamed, every bin and the error itself stand beside what such a model would show on the same probabilities by
  chance (consistency resampling: Broecker & Smith 2007, Weather and Forecasting 22:651).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.stats.proportions import Array

BINS = 8  # of some 40 texts each in a test split of 320
SIMULATIONS = 2_000  # limits of the null band vary by about 0.005 between seeds


@dataclass(frozen=True)
class Reliability:
    """Bins of equal mass, arrays (bins,): mean confidence, share right, texts, and the limits of the share right if confidence were true.

    `error` is the expected calibration error, `expected` its median for a calibrated model, `most` its 95th percentile.
    """

    confidence: Array
    right: Array
    n: Array
    low: Array
    high: Array
    error: float
    expected: float
    most: float

    @property
    def off(self) -> bool:
        """Whether a calibrated model would hardly show such an error."""
        return self.error > self.most


def log_losses(probabilities: npt.ArrayLike, allowed: npt.ArrayLike) -> Array:
    """-log of the probability of what is allowed: (n, K) and (n, K) of 0 and 1 -> (n,). No probability counts as less than 1e-6."""
    p, mask = np.asarray(probabilities, dtype=np.float64), np.asarray(allowed, dtype=np.float64)
    result: Array = -np.log(np.clip((p * mask).sum(axis=1), 1e-6, 1))
    return result


def brier_scores(probabilities: npt.ArrayLike, allowed: npt.ArrayLike) -> Array:
    """Squared distance to the truth over all classes (0 to 2): (n, K) and (n, K) with one 1 in a row -> (n,)."""
    result: Array = ((np.asarray(probabilities, dtype=np.float64) - np.asarray(allowed, dtype=np.float64)) ** 2).sum(axis=1)
    return result


def reliability(confidence: npt.ArrayLike, right: npt.ArrayLike, rng: np.random.Generator, bins: int = BINS) -> Reliability:
    """Of n readings with `confidence` (n,), of which some are `right` (n,) of 0 and 1."""
    p, hit = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, min(bins, len(p))) if len(part)]
    sizes = np.array([len(part) for part in parts], dtype=np.float64)
    means = np.array([p[part].mean() for part in parts])
    shares = np.array([hit[part].mean() for part in parts])
    chance = np.stack([(rng.random((SIMULATIONS, len(part))) < p[part]).mean(axis=1) for part in parts], axis=1)  # (simulations, bins)
    low, high = np.quantile(chance, [0.025, 0.975], axis=0)
    errors = (np.abs(chance - means) * sizes).sum(axis=1) / sizes.sum()
    error = float((np.abs(shares - means) * sizes).sum() / sizes.sum())
    return Reliability(means, shares, sizes, low, high, error, float(np.median(errors)), float(np.quantile(errors, 0.95)))
