"""Per language: do the probabilities of a text's sentiment mean what they say, and what does leaving unsure texts out buy?"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.labelled import Labelled, as_one, three_way
from pipeline.evaluate.scoring import SEED, authors, groups
from pipeline.evaluate.tasks import LEAST, as_three
from pipeline.protocols import Reading
from pipeline.stats.calibration import brier_scores, log_losses, reliability
from pipeline.stats.proportions import Array
from pipeline.stats.resampling import bootstrap, gathered
from pipeline.stats.selective import area, guaranteed_threshold, risk_coverage
from pipeline.tables import LABELS

ERROR_RATES = (0.3, 0.2, 0.1)  # shares of wrong labels that an organisation may be ready to accept
POINTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # of the curve that is kept


def calibration(texts: Sequence[Labelled], readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """A row per corpus, language and split with at least LEAST texts that have a document label."""
    found = []
    cluster = authors(texts)
    for (corpus, lang, split), members in groups(texts).items():
        merged = three_way([text for text in texts if text.corpus == corpus])
        kept = [i for i in members if texts[i].document]
        if len(kept) >= LEAST:
            probabilities, allowed = _arrays([texts[i] for i in kept], [readings[i] for i in kept], merged)
            row = _row(probabilities, allowed, cluster[kept])
            found.append({"corpus": corpus, "lang": lang, "split": split, "n": len(kept), **row})
    return found


def _arrays(texts: Sequence[Labelled], readings: Sequence[Reading], merged: bool) -> tuple[Array, Array]:
    p = np.array([reading.document for reading in readings], dtype=np.float64)  # (n, 4)
    allowed = np.zeros_like(p)
    for i, text in enumerate(texts):
        labels = text.document or ()
        for label in as_one(labels) if merged else labels:
            allowed[i, LABELS.index(label)] = 1
    return as_three(p) if merged else p, allowed


def _row(probabilities: Array, allowed: Array, cluster: np.ndarray) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    confidence = probabilities.max(axis=1)
    right = allowed[np.arange(len(allowed)), probabilities.argmax(axis=1)]
    found = reliability(confidence, right, rng)
    _, risk = risk_coverage(confidence, 1 - right)
    advice = {most: guaranteed_threshold(confidence, 1 - right, most) for most in ERROR_RATES}
    return {
        "log_loss": _mean(log_losses(probabilities, allowed), cluster),
        "brier": _mean(brier_scores(probabilities, allowed), cluster),
        "ece": {
            "value": round(found.error, 4),
            "if_calibrated": round(found.expected, 4),
            "at_most": round(found.most, 4),
            "off": found.off,
        },
        "bins": [
            dict(zip(("confidence", "right", "n", "low", "high"), map(lambda x: round(float(x), 4), each), strict=True))
            for each in zip(found.confidence, found.right, found.n, found.low, found.high, strict=True)
        ],
        "risk_coverage": [[share, round(float(risk[max(0, int(np.ceil(share * len(risk))) - 1)]), 4)] for share in POINTS],
        "area": round(area(risk), 4),
        "thresholds": [
            {"at_most_wrong": most, "found": None if t is None else {"threshold": round(t.threshold, 3), "keeps": round(t.coverage, 3)}}
            for most, t in advice.items()
        ],
    }


def _mean(values: Array, cluster: np.ndarray) -> dict[str, float]:
    """Mean with its bootstrap interval over clusters."""
    sums = gathered(np.stack([values, np.ones_like(values)], axis=1), cluster)
    value, low, high = bootstrap(sums, lambda each: each[..., 0] / each[..., 1], np.random.default_rng(SEED))
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
