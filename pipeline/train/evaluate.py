"""Measure a model through the code that users run: labels, terms, categories, per corpus, language and split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analyse.heads import softmax
from pipeline.evaluate import scoring
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.tasks import MAIN
from pipeline.protocols import Analyser, Opinion, Reading
from pipeline.stats.classification import confusion, macro_f1
from pipeline.train.examples import Example

__all__ = ["Score", "confusion", "labelled", "macro_f1", "read_all", "scores", "temperature"]
CARD = [task for task in MAIN if task.name in ("document", "sentence", "terms", "categories")]


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
    """The main scores that the labels of the examples allow, per corpus, language and split, as `polyvox evaluate` computes them."""
    texts = [labelled(example) for example in examples]
    found = scoring.scores(texts, readings, CARD, sides=False, rng=rng)
    return [
        Score(s.task, s.corpus, s.lang, s.split, s.metric, s.n, s.value, s.low, s.high)
        for s in sorted(found, key=lambda s: (s.corpus, s.lang, s.split))
        if s.value is not None and s.low is not None and s.high is not None
    ]


def labelled(example: Example) -> Labelled:
    """A training example as the evaluation knows texts. Sentence labels count in our own corpus only: elsewhere they are those of the text."""
    categories = [
        Opinion(number, None, None, category, each, None, 1.0)
        for number, segment in enumerate(example.segments)
        for category, polarity in segment.categories.items()
        for each in (("negative", "positive") if polarity == "mixed" else (polarity,))
    ]
    terms = [Opinion(0, t.start, t.end, "", t.polarity, None, 1.0) for t in example.terms or ()]  # no category: those stand above
    labels = [segment.labels for segment in example.segments if segment.labels]
    own = example.corpus == "own" and len(labels) == len(example.segments)
    supervised = example.segments[0].supervised if example.segments else frozenset()
    return Labelled(
        id=example.id,
        corpus=example.corpus,
        lang=example.lang,
        text=example.text,
        split=example.split,
        document=example.document,
        sentences=tuple((s.start, s.end) for s in example.segments),
        sentence_labels=tuple(labels) if own else None,
        opinions=(*categories, *terms) if supervised or example.terms is not None else None,
        terms=example.terms is not None,
        supervised=supervised,
    )


def temperature(logits: np.ndarray, allowed: np.ndarray) -> float:
    """The number that divides the logits so that -log p(allowed labels) is least (Guo et al. 2017). `allowed` (n, 4) of 0 and 1."""
    from scipy.optimize import minimize_scalar

    def loss(log_t: float) -> float:
        p = softmax(logits / np.exp(log_t))
        return float(-np.log(np.maximum((p * allowed).sum(axis=1), 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))
