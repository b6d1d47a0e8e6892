"""How well two blind annotators agree: labels, polarities, categories, terms; per language, with intervals."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.corpus.alpha import Distance, Estimate, alpha_interval, interval, masi, nominal, ordinal, resample
from pipeline.corpus.second import Annotation, Pair
from pipeline.tables import LABELS, POLARITIES

SEED = 2026  # of the bootstrap

Unit = tuple[int, Hashable, Hashable]  # text number, what the first said, what the second said
Items = set[Hashable]
Span = tuple[int, int]


@dataclass(frozen=True)
class Measure:
    """A measure of agreement by alpha: its name, its units, their distance, and its values in order (None: those that occur)."""

    name: str
    units: Callable[[Sequence[Pair]], Iterator[Unit]]
    distance: Distance
    values: tuple[str, ...] | None = None


def _documents(pairs: Sequence[Pair]) -> Iterator[Unit]:
    for text, pair in enumerate(pairs):
        yield text, pair.first.label, pair.second.label


def _sentences(pairs: Sequence[Pair]) -> Iterator[Unit]:
    for text, pair in enumerate(pairs):
        for first, second in zip(pair.first.sentences, pair.second.sentences, strict=True):
            yield text, first, second


def _polarities(pairs: Sequence[Pair]) -> Iterator[Unit]:
    """Of each category that both found in a sentence. One that a side both praises and blames there has no place on the scale."""
    for text, pair in enumerate(pairs):
        first, second = polarity_of(pair.first), polarity_of(pair.second)
        for key in sorted(first.keys() & second.keys()):
            if first[key] is not None and second[key] is not None:
                yield text, first[key], second[key]


def _category_sets(pairs: Sequence[Pair]) -> Iterator[Unit]:
    for text, pair in enumerate(pairs):
        for number in range(len(pair.first.sentences)):
            yield text, categories_in(pair.first, number), categories_in(pair.second, number)


def polarity_of(annotation: Annotation) -> dict[tuple[int, str], str | None]:
    """(sentence, category) -> polarity; None where it is both negative and positive."""
    found: dict[tuple[int, str], str | None] = {}
    for each in annotation.opinions:
        key = (each.sentence, each.category)
        before = found.get(key, "neutral")
        found[key] = each.polarity if before == "neutral" else before if each.polarity in ("neutral", before) else None
    return found


def categories_in(annotation: Annotation, number: int) -> frozenset[str]:
    """The categories of a sentence."""
    return frozenset(each.category for each in annotation.opinions if each.sentence == number)


MEASURES = (
    Measure("text label", _documents, nominal, LABELS),
    Measure("sentence label", _sentences, nominal, LABELS),
    Measure("polarity", _polarities, ordinal, POLARITIES),
    Measure("polarity, nominal", _polarities, nominal, POLARITIES),
    Measure("categories of a sentence", _category_sets, masi),
)


def _found(annotation: Annotation) -> Items:
    return {(each.sentence, each.category) for each in annotation.opinions}


def _directions(annotation: Annotation) -> Items:
    return {(each.sentence, each.category, each.direction) for each in annotation.opinions if each.direction}


def _terms(annotation: Annotation) -> Items:
    return set(_spans(annotation))


def _terms_with_category(annotation: Annotation) -> Items:
    return {(span, category) for span, categories in _spans(annotation).items() for category in categories}


SHARED: tuple[tuple[str, Callable[[Annotation], Items]], ...] = (
    ("category in a sentence, F1", _found),
    ("direction of a category in a sentence, F1", _directions),
    ("term, exact, F1", _terms),
    ("term with category, F1", _terms_with_category),
)


def agreement(pairs: Sequence[Pair]) -> dict[str, Estimate]:
    """Every measure on pairs of one language, by name. Intervals come from resampling texts, which carry all their sentences."""
    found = {measure.name: _alpha(measure, pairs) for measure in MEASURES}
    for name, items in SHARED:
        sides = [(items(pair.first), items(pair.second)) for pair in pairs]
        found[name] = _f1([(len(one & other), len(one), len(other)) for one, other in sides], name)
    spans = [(_spans(pair.first).keys(), _spans(pair.second).keys()) for pair in pairs]
    found["term, overlap, F1"] = _f1([(overlapping(one, other), len(one), len(other)) for one, other in spans], "term, overlap, F1")
    return found


def overlapping(one: Collection[Span], other: Collection[Span]) -> int:
    """How many spans can be paired with one of the other side that shares a character with it, each used once.

    >>> overlapping({(0, 5), (6, 9)}, {(3, 8)})
    1
    """
    first, second = sorted(one), sorted(other)
    i = j = paired = 0
    while i < len(first) and j < len(second):
        (start, end), (begin, stop) = first[i], second[j]
        if start < stop and begin < end:
            i, j, paired = i + 1, j + 1, paired + 1
        elif end <= begin:
            i += 1
        else:
            j += 1
    return paired


def confusions(pairs: Sequence[Pair]) -> list[tuple[tuple[str, str], int]]:
    """Categories that the two gave the very same term, where they differ, either way round; the commonest first."""
    found: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        first, second = _spans(pair.first), _spans(pair.second)
        for span in first.keys() & second.keys():
            only = (first[span] - second[span], second[span] - first[span])
            found.update((min(a, b), max(a, b)) for a in only[0] for b in only[1])
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _spans(annotation: Annotation) -> dict[Span, set[str]]:
    """The terms, each with its categories."""
    spans: dict[Span, set[str]] = {}
    for each in annotation.opinions:
        if each.start is not None and each.end is not None:
            spans.setdefault((each.start, each.end), set()).add(each.category)
    return spans


def _alpha(measure: Measure, pairs: Sequence[Pair]) -> Estimate:
    units = list(measure.units(pairs))
    said = [(first, second) for _, first, second in units]
    values: Sequence[Hashable] = measure.values or sorted({value for both in said for value in both}, key=repr_of)
    rng = np.random.default_rng(SEED)
    return alpha_interval(said, measure.distance, values, rng, [text for text, _, _ in units])


def repr_of(value: Hashable) -> list[str]:
    """An order of sets that does not depend on the order inside them."""
    return sorted(value)  # type: ignore[call-overload, no-any-return]


def _f1(counts: Sequence[tuple[int, int, int]], method: str) -> Estimate:
    """2 x shared / (first + second), of all texts together; with two annotators neither is the truth, so F1 has no sides."""
    table = np.array(counts, dtype=np.float64).reshape(-1, 3)  # (n_texts, 3)
    drawn = resample(len(table), np.random.default_rng(SEED)) @ table  # (REPLICATES, 3)
    with np.errstate(divide="ignore", invalid="ignore"):
        replicates = 2 * drawn[:, 0] / (drawn[:, 1] + drawn[:, 2])
        shared, one, other = table.sum(axis=0)
        value = float(2 * shared / (one + other))
    return interval(value, replicates, int(one + other), method)
