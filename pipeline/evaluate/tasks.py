"""What is measured: for each task, counts that a text adds, and the score that follows from their sums."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.corpus.agreement import overlapping
from pipeline.evaluate.labelled import Labelled, Labels, as_one
from pipeline.protocols import Opinion, Reading
from pipeline.stats.classification import macro_f1, micro_f1
from pipeline.stats.proportions import Array
from pipeline.tables import LABELS, POLARITIES

LEAST = 20  # items of a class, or in all: F1 of fewer says nothing (design: statistics, section 8)
K = len(LABELS)
Counts = Callable[[Labelled, Reading, bool], Array | None]  # the flag: neutral and mixed are one class; None: not annotated
Items = set[tuple[object, ...]]


@dataclass(frozen=True)
class Task:
    """A task and one way to score it. `counts` gives what a text adds; `unit` is what n counts."""

    name: str
    title: str
    metric: str
    unit: str
    counts: Counts
    score: Callable[[Array, Array], Array]  # sums (..., m), and the sums of all texts (m,), which decide what is scored
    n: Callable[[Array], int]
    classes: bool = False  # the counts are a confusion matrix of LABELS

    def left_out(self, total: Array) -> tuple[str, ...]:
        """Classes with fewer than LEAST items (but some)."""
        if not self.classes:
            return ()
        true = total.reshape(K, K).sum(axis=1)
        return tuple(label for label, number in zip(LABELS, true, strict=True) if 0 < number < LEAST)

    def withheld(self, total: Array) -> str | None:
        """Why the score is not given, or None."""
        if self.n(total) < LEAST:
            return f"fewer than {LEAST} {self.unit}"
        if self.classes and self.metric == MACRO and (total.reshape(K, K).sum(axis=1) >= LEAST).sum() < 2:
            return f"fewer than two labels with {LEAST} {self.unit}"
        return None


MACRO = "macro-F1"
ACCURACY = "share right"


def label_number(probabilities: np.ndarray, merged: bool) -> int:
    """The label said; where neutral and mixed are one class, by the sum of the two.

    >>> label_number(np.array([0.4, 0.3, 0.0, 0.3]), True), label_number(np.array([0.4, 0.3, 0.0, 0.3]), False)
    (1, 0)
    """
    return int(as_three(probabilities).argmax() if merged else probabilities.argmax())


def as_three(probabilities: np.ndarray) -> np.ndarray:
    """Probabilities with those of mixed added to neutral: (..., 4) -> (..., 4)."""
    three = probabilities.copy()
    three[..., 1] += three[..., 3]
    three[..., 3] = 0
    return three


def true_label(labels: Labels, merged: bool) -> int:
    """The number of the label that a corpus gives."""
    return LABELS.index((as_one(labels) if merged else labels)[0])


def _document(text: Labelled, reading: Reading, merged: bool) -> Array | None:
    return _square([(text.document, reading.document)], merged) if text.document else None


def _sentences(text: Labelled, reading: Reading, merged: bool) -> Array | None:
    return _square(zip(text.sentence_labels, reading.sentences, strict=True), merged) if text.sentence_labels else None


def _square(pairs: object, merged: bool) -> Array:
    counts = np.zeros((K, K))
    for labels, probabilities in pairs:  # type: ignore[attr-defined]
        counts[true_label(labels, merged), label_number(probabilities, merged)] += 1
    return counts.ravel()


def _macro(sums: Array, total: Array) -> Array:
    return macro_f1(sums.reshape(*sums.shape[:-1], K, K), total.reshape(K, K).sum(axis=1) >= LEAST)


def _accuracy(sums: Array, total: Array) -> Array:
    result: Array = sums[..., :: K + 1].sum(axis=-1) / np.maximum(sums.sum(axis=-1), 1)
    return result


def _of_sets(items: Callable[[Sequence[Opinion], Labelled], Items], needs_terms: bool = False) -> Counts:
    def counts(text: Labelled, reading: Reading, merged: bool) -> Array | None:
        if text.opinions is None or (needs_terms and not text.terms):
            return None
        true, said = items(text.opinions, text), items(reading.opinions, text)
        return np.array([len(true & said), len(true), len(said)], dtype=np.float64)

    return counts


def _spans(opinions: Sequence[Opinion], text: Labelled) -> Items:
    return {(o.start, o.end) for o in opinions if o.start is not None}


def _spans_polarity(opinions: Sequence[Opinion], text: Labelled) -> Items:
    return {(o.start, o.end, o.polarity) for o in opinions if o.start is not None}


def _triplets(opinions: Sequence[Opinion], text: Labelled) -> Items:
    known = (o for o in opinions if o.category in text.supervised)
    return {((o.start, o.end) if o.start is not None else (o.sentence,), o.category, o.polarity) for o in known}


def _categories(opinions: Sequence[Opinion], text: Labelled) -> Items:
    return {(o.sentence, o.category) for o in opinions if o.category in text.supervised}


def _directions(opinions: Sequence[Opinion], text: Labelled) -> Items:
    return {(o.sentence, o.category, o.direction) for o in opinions if o.direction and o.category in text.supervised}


def _category_polarities(text: Labelled, reading: Reading, merged: bool) -> Array | None:
    """A category both praised and blamed in one sentence has no one polarity and is left out on both sides."""
    if text.opinions is None:
        return None
    polarity: dict[tuple[object, ...], str | None] = {}
    for each in text.opinions:
        if each.category in text.supervised:
            place = (each.sentence, each.category)
            before = polarity.get(place, "neutral")
            polarity[place] = each.polarity if before == "neutral" else before if each.polarity in ("neutral", before) else None
    true = {(*place, value) for place, value in polarity.items() if value}
    unsure = {place for place, value in polarity.items() if value is None}
    said = {(o.sentence, o.category, o.polarity) for o in reading.opinions if o.category in text.supervised}
    said = {item for item in said if item[:2] not in unsure}
    return np.array([len(true & said), len(true), len(said)], dtype=np.float64)


def _overlaps(text: Labelled, reading: Reading, merged: bool) -> Array | None:
    return _overlapping(text, reading, [POLARITIES])


def _overlaps_polarity(text: Labelled, reading: Reading, merged: bool) -> Array | None:
    return _overlapping(text, reading, [(name,) for name in POLARITIES])


def _overlapping(text: Labelled, reading: Reading, groups: Sequence[tuple[str, ...]]) -> Array | None:
    """Spans paired one to one when they share a character, within each group of polarities."""
    if text.opinions is None or not text.terms:
        return None
    counts = np.zeros(3)
    for group in groups:
        true, said = ({(o.start, o.end) for o in _with_terms(side, group)} for side in (text.opinions, reading.opinions))
        counts += (overlapping(true, said), len(true), len(said))  # type: ignore[arg-type]
    return counts


def _with_terms(opinions: Sequence[Opinion], polarities: tuple[str, ...]) -> Iterator[Opinion]:
    return (o for o in opinions if o.start is not None and o.end is not None and o.polarity in polarities)


def _f1(sums: Array, total: Array) -> Array:
    return micro_f1(sums)


def _all(total: Array) -> int:
    return int(total.sum())


def _true(total: Array) -> int:
    return int(total[1])


TASKS = (
    Task("document", "document sentiment", MACRO, "texts", _document, _macro, _all, True),
    Task("document", "document sentiment", ACCURACY, "texts", _document, _accuracy, _all, True),
    Task("sentence", "sentence sentiment", MACRO, "sentences", _sentences, _macro, _all, True),
    Task("sentence", "sentence sentiment", ACCURACY, "sentences", _sentences, _accuracy, _all, True),
    Task("terms", "aspect terms", "micro-F1 exact", "terms", _of_sets(_spans, True), _f1, _true),
    Task("terms", "aspect terms", "micro-F1 exact, with polarity", "terms", _of_sets(_spans_polarity, True), _f1, _true),
    Task("terms", "aspect terms", "micro-F1 overlap", "terms", _overlaps, _f1, _true),
    Task("terms", "aspect terms", "micro-F1 overlap, with polarity", "terms", _overlaps_polarity, _f1, _true),
    Task("categories", "aspects", "micro-F1", "aspects in sentences", _of_sets(_categories), _f1, _true),
    Task("categories", "aspects", "micro-F1 with polarity", "aspects in sentences", _category_polarities, _f1, _true),
    Task("triplets", "term, aspect and polarity", "micro-F1 exact", "opinions", _of_sets(_triplets, True), _f1, _true),
    Task("direction", "too little or too much", "micro-F1", "opinions with a direction", _of_sets(_directions), _f1, _true),
)
BY_KEY = {(task.name, task.metric): task for task in TASKS}
# One score a task: what slices, comparisons and first tables show.
MAIN = tuple(
    BY_KEY[key]
    for key in (
        ("document", MACRO),
        ("sentence", MACRO),
        ("terms", "micro-F1 exact, with polarity"),
        ("categories", "micro-F1 with polarity"),
        ("triplets", "micro-F1 exact"),
        ("direction", "micro-F1"),
    )
)
