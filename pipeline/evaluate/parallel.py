"""Consistency: texts that say the same in several languages deserve the same answer."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.scoring import SEED, Score
from pipeline.evaluate.tasks import LEAST
from pipeline.protocols import Reading
from pipeline.stats.resampling import bootstrap, gathered

METRIC = "same label in both languages"


def consistency(texts: Sequence[Labelled], readings: Sequence[Reading]) -> list[Score]:
    """Per corpus, split and language: of the pairs of one of its texts with its counterpart in another language, the share read alike.

    Only pairs that people labelled alike (or not at all) are asked for. The interval resamples the scenarios.
    """
    scenarios: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        if text.parallel:
            scenarios[text.corpus, text.split, text.parallel].append(i)
    rows: dict[tuple[str, str, str], list[tuple[int, float]]] = defaultdict(list)
    for number, ((corpus, split, _), members) in enumerate(sorted(scenarios.items())):
        for one, other in combinations(members, 2):
            if texts[one].lang != texts[other].lang and texts[one].document == texts[other].document:
                same = float(readings[one].document.argmax() == readings[other].document.argmax())
                for i in (one, other):
                    rows[corpus, texts[i].lang, split].append((number, same))
    return [_score(key, pairs) for key, pairs in sorted(rows.items())]


def _score(key: tuple[str, str, str], pairs: Sequence[tuple[int, float]]) -> Score:
    corpus, lang, split = key
    value = low = high = None
    reason = f"fewer than {LEAST} pairs" if len(pairs) < LEAST else None
    if reason is None:
        sums = gathered([(same, 1.0) for _, same in pairs], [number for number, _ in pairs])
        rng = np.random.default_rng(SEED)
        value, low, high = (round(x, 4) for x in bootstrap(sums, lambda each: each[..., 0] / each[..., 1], rng))
    scenarios = len({number for number, _ in pairs})
    return Score("consistency", METRIC, corpus, lang, split, "", "", len(pairs), "pairs", scenarios, value, low, high, (), reason)
