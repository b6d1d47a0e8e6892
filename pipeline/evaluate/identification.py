"""Does the detector name the language of the texts? Per true language and length, with what it said instead."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.scoring import SEED, Score, authors, groups
from pipeline.evaluate.tasks import LEAST
from pipeline.protocols import Detector
from pipeline.stats.resampling import bootstrap, gathered

METRIC = "share named right"
SHOWN = 4  # wrong answers that are listed


def identification(texts: Sequence[Labelled], detector: Detector) -> tuple[list[Score], list[dict[str, Any]]]:
    """Scores per corpus, language, split and part of it, and what was said instead, the commonest first."""
    said = [guess.lang for guess in detector.detect([text.text for text in texts])]
    right = np.array([answer == text.lang for answer, text in zip(said, texts, strict=True)], dtype=np.float64)
    cluster = authors(texts)
    found: list[Score] = []
    confused: list[dict[str, Any]] = []
    for (corpus, lang, split), members in groups(texts).items():
        found.append(_score(right[members], cluster[members], (corpus, lang, split, "", "")))
        for side in ("length", "variety"):
            for within in sorted({texts[i].sides.get(side, "") for i in members} - {""}):
                part = [i for i in members if texts[i].sides.get(side) == within]
                found.append(_score(right[part], cluster[part], (corpus, lang, split, side, within)))
        wrong = Counter(said[i] for i in members if said[i] != lang)
        confused.append({"corpus": corpus, "lang": lang, "split": split, "said": wrong.most_common(SHOWN)})
    return found, confused


def _score(right: np.ndarray, cluster: np.ndarray, key: tuple[str, str, str, str, str]) -> Score:
    reason = f"fewer than {LEAST} texts" if len(right) < LEAST else None
    value = low = high = None
    if reason is None:
        sums = gathered(np.stack([right, np.ones_like(right)], axis=1), cluster)
        rng = np.random.default_rng(SEED)
        value, low, high = (round(x, 4) for x in bootstrap(sums, lambda each: each[..., 0] / each[..., 1], rng))
    return Score("language", METRIC, *key, len(right), "texts", len(right), value, low, high, (), reason)
