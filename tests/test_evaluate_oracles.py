"""The scores of `polyvox evaluate` are those of the libraries that the field uses, on the same texts and readings."""

import numpy as np
import pytest
from evaluated import opinion, spread

from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.scoring import scores
from pipeline.evaluate.tasks import BY_KEY
from pipeline.protocols import Opinion, Reading
from pipeline.tables import DIRECTIONS, LABELS, POLARITIES

ASPECTS = ("staff", "price", "delivery", "quality")
WORDS, TEXTS = 8, 120


def _opinions(rng: np.random.Generator) -> list[Opinion]:
    """Up to three terms of one or two of eight words (word k is the characters 3k to 3k + 2), none touching another, in two sentences of four words."""
    found = []
    for start in rng.permutation([0, 2, 4, 6])[: rng.integers(0, 4)]:
        length = int(rng.integers(1, 3))
        polarity = str(rng.choice(POLARITIES))
        direction = str(rng.choice(DIRECTIONS)) if polarity == "negative" and rng.random() < 0.7 else None
        first, last = int(start), int(start) + length - 1
        found.append(opinion(first // 4, 3 * first, 3 * last + 2, str(rng.choice(ASPECTS)), polarity, direction))
    return found


def _cases() -> tuple[list[Labelled], list[Reading]]:
    """Seeded: what people said, and readings that agree with about half of it."""
    rng = np.random.default_rng(7)
    texts, readings = [], []
    for number in range(TEXTS):
        true = _opinions(rng)
        said = [each for each in true if rng.random() < 0.6] or _opinions(rng)
        taken = {each.start // 6 for each in said if each.start is not None}
        said += [each for each in _opinions(rng) if each.start is not None and each.start // 6 not in taken]
        text = " ".join(f"w{k}" for k in range(WORDS))
        labels = [LABELS[int(rng.integers(0, 4))] for _ in range(3)]
        texts.append(
            Labelled(
                id=str(number),
                corpus="c",
                lang="de",
                text=text,
                document=(labels[0],),
                sentences=((0, 11), (12, 23)),
                sentence_labels=((labels[1],), (labels[2],)),
                opinions=tuple(true),
                terms=True,
                supervised=frozenset(ASPECTS),
            )
        )
        guess = [LABELS.index(label) if rng.random() < 0.6 else int(rng.integers(0, 4)) for label in labels]
        readings.append(Reading(spread(guess[0], 0.6), np.stack([spread(each, 0.6) for each in guess[1:]]), said))
    return texts, readings


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], float]:
    return {(s.task, s.metric): s.value for s in scores(*_cases(), sides=False) if s.value is not None}


def _tags(opinions: list[Opinion], typed: bool) -> list[str]:
    """IOB2, a tag a word."""
    tags = ["O"] * WORDS
    for each in opinions:
        assert each.start is not None and each.end is not None
        for word in range(each.start // 3, (each.end - 2) // 3 + 1):
            tags[word] = f"{'B' if word == each.start // 3 else 'I'}-{each.polarity if typed else 'TERM'}"
    return tags


# seqeval 1.2.2 (CoNLL, strict mode, IOB2) on _tags of these cases, computed on 2026-11-22
SEQEVAL = {"micro-F1 exact": 0.537313, "micro-F1 exact, with polarity": 0.498934}


@pytest.mark.parametrize("metric", SEQEVAL)
def test_terms_are_counted_as_seqeval_counts_entities(found: dict[tuple[str, str], float], metric: str) -> None:
    assert found["terms", metric] == pytest.approx(SEQEVAL[metric], abs=5e-5)


@pytest.mark.parametrize("metric", SEQEVAL)
def test_the_numbers_of_seqeval_are_those_that_it_gives(metric: str) -> None:
    """Where it is installed (it is no dependency: its last release is of 2020)."""
    metrics, schemes = pytest.importorskip("seqeval.metrics"), pytest.importorskip("seqeval.scheme")
    texts, readings = _cases()
    typed = "polarity" in metric
    true, said = [_tags(list(t.opinions or ()), typed) for t in texts], [_tags(r.opinions, typed) for r in readings]
    assert metrics.f1_score(true, said, mode="strict", scheme=schemes.IOB2) == pytest.approx(SEQEVAL[metric], abs=5e-5)


ITEMS = {
    ("categories", "micro-F1"): lambda o: (o.sentence, o.category),
    ("triplets", "micro-F1 exact"): lambda o: (o.start, o.end, o.category, o.polarity),
    ("direction", "micro-F1"): lambda o: (o.sentence, o.category, o.direction) if o.direction else None,
}


@pytest.mark.parametrize("key", ITEMS, ids=lambda key: key[0])
def test_sets_are_scored_as_scikit_learn_scores_indicators(found: dict[tuple[str, str], float], key: tuple[str, str]) -> None:
    metrics, preprocessing = pytest.importorskip("sklearn.metrics"), pytest.importorskip("sklearn.preprocessing")
    texts, readings = _cases()
    true, said = (
        [sorted({item for o in side if (item := ITEMS[key](o))}) for side in sides]
        for sides in ([t.opinions or () for t in texts], [r.opinions for r in readings])
    )
    indicators = preprocessing.MultiLabelBinarizer().fit([*true, *said])
    expected = metrics.f1_score(indicators.transform(true), indicators.transform(said), average="micro")
    assert found[key] == pytest.approx(expected, abs=5e-5)


def test_labels_are_scored_as_scikit_learn_scores_them(found: dict[tuple[str, str], float]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    texts, readings = _cases()
    pairs = {
        "document": [(LABELS.index(t.document[0]), int(r.document.argmax())) for t, r in zip(texts, readings, strict=True) if t.document],
        "sentence": [
            (LABELS.index(labels[0]), int(p.argmax()))
            for t, r in zip(texts, readings, strict=True)
            for labels, p in zip(t.sentence_labels or (), r.sentences, strict=True)
        ],
    }
    for task, rows in pairs.items():
        true, said = zip(*rows, strict=True)
        kept = [label for label in range(4) if true.count(label) >= 20]
        assert found[task, "share right"] == pytest.approx(metrics.accuracy_score(true, said), abs=5e-5)
        assert found[task, "macro-F1"] == pytest.approx(metrics.f1_score(true, said, average="macro", labels=kept), abs=5e-5)


def test_every_task_but_overlap_and_merged_polarity_has_an_oracle() -> None:
    """Overlap (pairs that share a character) and one polarity for an aspect in a sentence are our own: tests/test_evaluate_tasks.py counts them by hand."""
    own = {("terms", "micro-F1 overlap"), ("terms", "micro-F1 overlap, with polarity"), ("categories", "micro-F1 with polarity")}
    classes = {key for key, task in BY_KEY.items() if task.classes}
    assert set(BY_KEY) == {("terms", metric) for metric in SEQEVAL} | ITEMS.keys() | classes | own
