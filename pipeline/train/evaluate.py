"""Training examples in the terms of the evaluation, and the temperature of their readings."""

from collections.abc import Sequence

import numpy as np

from pipeline.analyse.heads import softmax
from pipeline.evaluate.labelled import Labelled
from pipeline.protocols import Analyser, Opinion, Reading
from pipeline.train.examples import Example


def read_all(analyser: Analyser, examples: Sequence[Example], chunk: int = 512) -> list[Reading]:
    """Readings of examples, given their own sentence borders."""
    readings: list[Reading] = []
    for at in range(0, len(examples), chunk):
        part = examples[at : at + chunk]
        spans = [[(s.start, s.end) for s in e.segments] for e in part]
        readings += analyser.analyse([e.text for e in part], spans, [e.lang for e in part])
    return readings


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
