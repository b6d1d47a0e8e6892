"""What counts as right, by hand and against scikit-learn; partial labels; withheld scores."""

import numpy as np
import pytest
from evaluated import corpus, opinion, reader, spread

from pipeline.evaluate.labelled import Labelled, fingerprint
from pipeline.evaluate.parallel import consistency
from pipeline.evaluate.scoring import scores, tally
from pipeline.evaluate.tasks import ACCURACY, BY_KEY, MACRO, TASKS
from pipeline.protocols import Reading
from pipeline.tables import LABELS

TEXT = Labelled(
    id="1",
    corpus="c",
    lang="de",
    text="Das Personal war nett, die Preise zu hoch. Alles teuer.",
    document=("mixed",),
    sentences=((0, 42), (43, 55)),
    sentence_labels=(("mixed",), ("negative",)),
    opinions=(
        opinion(0, 4, 12, "staff", "positive"),
        opinion(0, 27, 33, "price", "negative", "too_much"),
        opinion(1, None, None, "price", "negative"),
    ),
    terms=True,
    supervised=frozenset({"staff", "price"}),
)
SAID = Reading(
    spread(3, 0.7),
    np.stack([spread(3, 0.7), spread(1, 0.7)]),
    [
        opinion(0, 4, 12, "staff", "negative"),  # right place, wrong polarity
        opinion(0, 23, 33, "price", "negative", "too_much"),  # overlaps
        opinion(0, None, None, "delivery", "negative"),  # an aspect that this corpus does not annotate
    ],
)
# (shared, true, said), counted by hand
EXPECTED = {
    ("terms", "micro-F1 exact"): [1, 2, 2],
    ("terms", "micro-F1 exact, with polarity"): [0, 2, 2],
    ("terms", "micro-F1 overlap"): [2, 2, 2],
    ("terms", "micro-F1 overlap, with polarity"): [1, 2, 2],
    ("categories", "micro-F1"): [2, 3, 2],
    ("categories", "micro-F1 with polarity"): [1, 3, 2],
    ("triplets", "micro-F1 exact"): [0, 3, 2],
    ("direction", "micro-F1"): [1, 1, 1],
}


@pytest.mark.parametrize("key", EXPECTED, ids=lambda key: " ".join(key))
def test_opinions_are_counted_as_by_hand(key: tuple[str, str]) -> None:
    counts = BY_KEY[key].counts(TEXT, SAID, False)
    assert counts is not None and counts.tolist() == EXPECTED[key]


def test_every_task_on_opinions_is_counted_by_hand_here() -> None:
    assert {(task.name, task.metric) for task in TASKS if not task.classes} == EXPECTED.keys()


def test_a_term_said_once_is_not_paired_with_two() -> None:
    said = Reading(SAID.document, SAID.sentences, [opinion(0, 0, 42, "staff", "positive")])
    counts = BY_KEY["terms", "micro-F1 overlap"].counts(TEXT, said, False)
    assert counts is not None and counts.tolist() == [1, 2, 1]


def test_an_aspect_both_praised_and_blamed_in_a_sentence_is_not_scored() -> None:
    from dataclasses import replace

    both = replace(TEXT, opinions=(opinion(0, 4, 12, "staff", "positive"), opinion(0, None, None, "staff", "negative")))
    counts = BY_KEY["categories", "micro-F1 with polarity"].counts(both, SAID, False)
    assert counts is not None and counts.tolist() == [0, 0, 1]


def test_macro_f1_of_a_corpus_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    texts = corpus(each=100, langs=("de",))
    readings = reader(texts, 0.7)
    true = [LABELS.index(text.document[0]) for text in texts if text.document]
    said = [int(reading.document.argmax()) for reading in readings]
    found = {score.metric: score for score in scores(texts, readings, sides=False) if score.task == "document"}
    assert found[MACRO].value == pytest.approx(metrics.f1_score(true, said, average="macro"), abs=1e-4)
    assert found[ACCURACY].value == pytest.approx(metrics.accuracy_score(true, said), abs=1e-4)
    assert found[MACRO].n == 100 and found[MACRO].low < found[MACRO].value < found[MACRO].high  # type: ignore[operator]


def test_where_neutral_may_hide_mixed_the_two_are_one_class() -> None:
    texts = [
        Labelled(id=str(i), corpus="three", lang="de", text="x", document=("neutral", "mixed") if i % 2 else ("negative",))
        for i in range(60)
    ]
    readings = [Reading(np.array([0.4, 0.3, 0.0, 0.3]), np.zeros((0, 4)), []) for _ in texts]  # mixed and neutral together are likeliest
    tallied = tally(BY_KEY["document", MACRO], texts, readings).counts.sum(axis=0).reshape(4, 4)
    assert tallied[0].tolist() == [0, 30, 0, 0] and tallied[1].tolist() == [0, 30, 0, 0]


def test_labels_with_few_items_are_left_out_and_scores_of_few_items_withheld() -> None:
    texts = corpus(each=100, langs=("de",))
    kept = [text for text in texts if text.document != ("mixed",)] + [text for text in texts if text.document == ("mixed",)][:5]
    (score,) = [s for s in scores(kept, reader(kept, 0.8), sides=False) if (s.task, s.metric) == ("document", MACRO)]
    assert score.left_out == ("mixed",) and score.value is not None and score.n == 80
    few = scores(texts[:12], reader(texts[:12], 0.8), sides=False)
    assert all(s.value is None and s.reason for s in few if s.task == "document")


def test_parts_are_scored_beside_the_whole() -> None:
    texts = corpus(each=80, langs=("cy",))
    found = {(s.side, s.within) for s in scores(texts, reader(texts, 0.7)) if s.task == "document"}
    assert {("", ""), ("genre", "post"), ("genre", "review"), ("variety", "north"), ("length", "1 to 10 words")} <= found


def test_what_a_corpus_does_not_label_is_not_scored() -> None:
    bare = [Labelled(id=str(i), corpus="c", lang="cy", text="x", document=("negative",)) for i in range(30)]
    assert {s.task for s in scores(bare, [Reading(spread(0, 0.9), np.zeros((0, 4)), []) for _ in bare])} == {"document"}


def test_consistency_asks_only_for_texts_that_people_labelled_alike() -> None:
    texts = corpus(each=90)
    (first, *_) = found = consistency(texts, reader(texts, 1.0))
    assert len(found) == 3 and first.n == 60 and (first.value, first.low, first.high) == (1, 1, 1)


def test_texts_of_one_author_widen_the_interval() -> None:
    from dataclasses import replace

    texts = corpus(each=80, langs=("de",))
    readings = reader(texts, 0.7)
    order = sorted(range(80), key=lambda i: readings[i].document.argmax() == LABELS.index(texts[i].document[0]))  # type: ignore[index]
    alike = list(texts)
    for place, i in enumerate(order):
        alike[i] = replace(texts[i], author=f"a{place // 8}")  # an author's texts are all read rightly, or all wrongly

    def width(given: list[Labelled]) -> float:
        (score,) = [s for s in scores(given, readings, sides=False) if (s.task, s.metric) == ("document", ACCURACY)]
        return score.high - score.low  # type: ignore[operator]

    assert width(alike) > 1.5 * width(texts)


def test_the_fingerprint_follows_texts_and_labels_and_not_their_order() -> None:
    from dataclasses import replace

    texts = corpus(each=4)
    assert fingerprint(texts) == fingerprint(texts[::-1])
    assert fingerprint(texts) != fingerprint([replace(texts[0], document=("mixed",)), *texts[1:]])
