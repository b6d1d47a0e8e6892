"""Measure a model through the code that users run: labels, terms, categories, per corpus, language and split."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analyse.heads import softmax
from pipeline.protocols import Analyser, Reading
from pipeline.tables import LABELS
from pipeline.train.examples import Example

RESAMPLES = 1000
# From example and reading to (true items, said items); None where the corpus has no such labels.
Extract = Callable[[Example, Reading], tuple[set[object], set[object]] | None]


@dataclass(frozen=True)
class Score:
    """A value with its 95 % interval and what it was measured on."""

    task: str
    corpus: str
    lang: str
    split: str
    metric: str
    n: int
    value: float
    low: float
    high: float


def read_all(analyser: Analyser, examples: Sequence[Example], chunk: int = 512) -> list[Reading]:
    """Readings of examples, given their own sentence borders."""
    readings: list[Reading] = []
    for at in range(0, len(examples), chunk):
        part = examples[at : at + chunk]
        spans = [[(s.start, s.end) for s in e.segments] for e in part]
        readings += analyser.analyse([e.text for e in part], spans, [e.lang for e in part])
    return readings


def scores(examples: Sequence[Example], readings: Sequence[Reading], rng: np.random.Generator) -> list[Score]:
    """All scores that the labels of the examples allow, per corpus, language and split."""
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for i, example in enumerate(examples):
        groups[example.corpus, example.lang, example.split].append(i)
    found: list[Score] = []
    for (corpus, lang, split), members in sorted(groups.items()):
        pairs = [(examples[i], readings[i]) for i in members]
        for task, metric, score in (
            ("document", "macro-F1", _documents(pairs, rng)),
            ("sentence", "macro-F1", _sentences(pairs, rng)),
            ("terms", "micro-F1 exact, with polarity", _micro(pairs, _terms, rng)),
            ("categories", "micro-F1 with polarity", _micro(pairs, _categories, rng)),
        ):
            if score is not None:
                n, value, low, high = score
                found.append(Score(task, corpus, lang, split, metric, n, round(value, 4), round(low, 4), round(high, 4)))
    return found


def macro_f1(confusion: np.ndarray) -> np.ndarray:
    """Mean F1 of the classes that occur. `confusion` (..., K, K), rows are true."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    true, said = confusion.sum(-1), confusion.sum(-2)
    f1 = 2 * hits / np.maximum(true + said, 1)
    present = true > 0
    result: np.ndarray = (f1 * present).sum(-1) / np.maximum(present.sum(-1), 1)
    return result


def confusion(true: Sequence[int], said: Sequence[int], classes: int) -> np.ndarray:
    """Counts, rows are true."""
    matrix = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(matrix, (np.asarray(true, dtype=int), np.asarray(said, dtype=int)), 1)
    return matrix


def _documents(pairs: Iterable[tuple[Example, Reading]], rng: np.random.Generator) -> tuple[int, float, float, float] | None:
    rows = [(example.document, reading.document) for example, reading in pairs if example.document]
    return _labels(rows, rng)


def _sentences(pairs: Iterable[tuple[Example, Reading]], rng: np.random.Generator) -> tuple[int, float, float, float] | None:
    rows = [
        (segment.labels, p)
        for example, reading in pairs
        if example.corpus == "own"
        for segment, p in zip(example.segments, reading.sentences, strict=True)
        if segment.labels
    ]
    return _labels(rows, rng)


def _labels(rows: Sequence[tuple[tuple[str, ...], np.ndarray]], rng: np.random.Generator) -> tuple[int, float, float, float] | None:
    """Macro-F1 over the labels of the corpus; where "neutral" may hold mixed texts, neutral and mixed are one class.

    The interval is a multinomial bootstrap of the confusion matrix.
    """
    if not rows:
        return None
    three = any(len(labels) > 1 for labels, _ in rows)
    true = [LABELS.index(labels[0]) for labels, _ in rows]
    said = [_best(p, three) for _, p in rows]
    matrix = confusion(true, said, len(LABELS))
    draws = rng.multinomial(len(rows), (matrix / matrix.sum()).ravel(), size=RESAMPLES).reshape(-1, *matrix.shape)
    low, high = np.quantile(macro_f1(draws), [0.025, 0.975])
    return len(rows), float(macro_f1(matrix)), float(low), float(high)


def _best(p: np.ndarray, three: bool) -> int:
    if not three:
        return int(p.argmax())
    merged = p.copy()
    merged[1] += merged[3]
    merged[3] = 0
    return int(merged.argmax())


def _micro(pairs: Sequence[tuple[Example, Reading]], extract: Extract, rng: np.random.Generator) -> tuple[int, float, float, float] | None:
    """Micro-F1 over sets of items per text; the interval is a bootstrap of texts."""
    counts = [(len(true & said), len(true), len(said)) for pair in pairs if (sets := extract(*pair)) is not None for true, said in (sets,)]
    total = np.array(counts)
    if not len(total) or not total[:, 1].sum():
        return None
    draws = total[rng.integers(0, len(total), size=(RESAMPLES, len(total)))].sum(axis=1)
    low, high = np.quantile(_f1(draws), [0.025, 0.975])
    return int(total[:, 1].sum()), float(_f1(total.sum(axis=0))), float(low), float(high)


def _f1(counts: np.ndarray) -> np.ndarray:
    result: np.ndarray = 2 * counts[..., 0] / np.maximum(counts[..., 1] + counts[..., 2], 1)
    return result


def _terms(example: Example, reading: Reading) -> tuple[set[object], set[object]] | None:
    if example.terms is None:
        return None
    said: set[object] = {(o.start, o.end, o.polarity) for o in reading.opinions if o.start is not None}
    return {(t.start, t.end, t.polarity) for t in example.terms}, said


def _categories(example: Example, reading: Reading) -> tuple[set[object], set[object]] | None:
    """Of segments whose categories are supervised: (segment, category, polarity), only categories that the corpus annotates."""
    if not any(segment.supervised for segment in example.segments):
        return None
    true: set[object] = {(i, c, p) for i, s in enumerate(example.segments) for c, p in s.categories.items() if p != "mixed"}
    unsure = {(i, c) for i, s in enumerate(example.segments) for c, p in s.categories.items() if p == "mixed"}
    said: set[object] = {
        (o.sentence, o.category, o.polarity)
        for o in reading.opinions
        if o.category in example.segments[o.sentence].supervised and (o.sentence, o.category) not in unsure
    }
    return true, said


def temperature(logits: np.ndarray, allowed: np.ndarray) -> float:
    """The number that divides the logits so that -log p(allowed labels) is least (Guo et al. 2017). `allowed` (n, 4) of 0 and 1."""
    from scipy.optimize import minimize_scalar

    def loss(log_t: float) -> float:
        p = softmax(logits / np.exp(log_t))
        return float(-np.log(np.maximum((p * allowed).sum(axis=1), 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))
