"""How a model errs on whole texts, as the aggregate stage needs it to correct shares: counts per language, rows are true."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

import numpy as np

from pipeline.evaluate.labelled import Labelled
from pipeline.protocols import Opinion, Reading
from pipeline.tables import LABELS

EDGES = (0.6, 0.8)  # confidence bins of the warning light: unsure, likely, sure
Pair = tuple[Labelled, Reading]


def error_tables(texts: Sequence[Labelled], readings: Sequence[Reading], *, threshold: float) -> dict[str, Any]:
    """The entry `errors` of evaluation.json, from texts that the model was not trained on.

    `threshold` is that of `analyse.threshold`: a text whose best label is less probable is unscored. Per language:

    - `document`: true label x label said, the last column is unscored (4, 5);
    - `confidence`: true label x (label said, bin of its probability) of scored texts (4, 12); `edges` part the bins;
    - `mention`: for each aspect [[found, missed], [invented, rightly absent]], in texts;
    - `polarity`: of aspects that a text mentions and the model found, true polarity x polarity said (4, 4);
    - `invented`: polarity said of aspects that the text does not mention (4,).

    Texts without one sure document label are left out of the first two; aspects that a corpus does not annotate out of the others.
    """
    by_lang: dict[str, list[Pair]] = {}
    for text, reading in zip(texts, readings, strict=True):
        by_lang.setdefault(text.lang, []).append((text, reading))

    def each(make: Callable[[Sequence[Pair]], Any]) -> dict[str, Any]:
        return {lang: make(pairs) for lang, pairs in sorted(by_lang.items())}

    return {
        "threshold": threshold,
        "labels": list(LABELS),
        "edges": list(EDGES),
        "document": each(lambda pairs: _documents(pairs, threshold).tolist()),
        "confidence": each(lambda pairs: _confidence(pairs, threshold).tolist()),
        "mention": each(_mentions),
        "polarity": each(lambda pairs: _polarities(pairs)[0].tolist()),
        "invented": each(lambda pairs: _polarities(pairs)[1].tolist()),
    }


def overall_polarity(said: Collection[str]) -> str:
    """What a text says of an aspect, from what its sentences say: mixed where it both praises and blames.

    >>> overall_polarity({"neutral", "negative"}), overall_polarity({"positive", "negative"})
    ('negative', 'mixed')
    """
    if {"negative", "positive"} <= set(said):
        return "mixed"
    return next((name for name in ("negative", "positive") if name in said), "neutral")


def _labelled(pairs: Iterable[Pair]) -> Iterable[tuple[int, np.ndarray]]:
    for text, reading in pairs:
        if text.document and len(text.document) == 1:
            yield LABELS.index(text.document[0]), reading.document


def _documents(pairs: Sequence[Pair], threshold: float) -> np.ndarray:
    table = np.zeros((len(LABELS), len(LABELS) + 1), dtype=np.int64)
    for true, p in _labelled(pairs):
        table[true, int(p.argmax()) if p.max() >= threshold else len(LABELS)] += 1
    return table


def _confidence(pairs: Sequence[Pair], threshold: float) -> np.ndarray:
    bins = len(EDGES) + 1
    table = np.zeros((len(LABELS), len(LABELS) * bins), dtype=np.int64)
    for true, p in _labelled(pairs):
        if p.max() >= threshold:
            table[true, int(p.argmax()) * bins + int(np.searchsorted(EDGES, p.max(), side="right"))] += 1
    return table


def _mentions(pairs: Sequence[Pair]) -> dict[str, list[list[int]]]:
    tables: dict[str, np.ndarray] = {}
    for text, reading in pairs:
        true, said = _of_text(text.opinions or ()), _of_text(reading.opinions)
        for aspect in text.supervised:
            tables.setdefault(aspect, np.zeros((2, 2), dtype=np.int64))[int(aspect not in true), int(aspect not in said)] += 1
    return {aspect: table.tolist() for aspect, table in sorted(tables.items())}


def _polarities(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    found, invented = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64), np.zeros(len(LABELS), dtype=np.int64)
    for text, reading in pairs:
        true, said = _of_text(text.opinions or ()), _of_text(reading.opinions)
        for aspect in text.supervised & set(said):
            if aspect in true:
                found[LABELS.index(true[aspect]), LABELS.index(said[aspect])] += 1
            else:
                invented[LABELS.index(said[aspect])] += 1
    return found, invented


def _of_text(opinions: Iterable[Opinion]) -> dict[str, str]:
    """Aspects that a text mentions, and what it says of each."""
    said: dict[str, set[str]] = {}
    for opinion in opinions:
        said.setdefault(opinion.category, set()).add(opinion.polarity)
    return {aspect: overall_polarity(polarities) for aspect, polarities in said.items()}
