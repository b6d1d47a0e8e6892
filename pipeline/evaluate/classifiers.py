"""Baselines that scikit-learn fits on the training split: words and letters, and the sentence vectors of the encoder before any fine-tuning."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.evaluate.labelled import Labelled, Labels
from pipeline.evaluate.readings import borders
from pipeline.protocols import Encoder, Reading
from pipeline.tables import LABELS

FEATURES = 60_000
WINDOW = 480  # tokens that the frozen encoder sees of a text; it holds 512
MOST = 500  # texts a language that it learns from: reading all would take longer than everything else, and gains little
AT_ONCE = 64
Unit = tuple[int, int, Labels | None]


def available() -> bool:
    """Whether scikit-learn is installed (`pip install 'polyvox[evaluate]'`)."""
    from importlib.util import find_spec

    return find_spec("sklearn") is not None


def words(train: Sequence[Labelled], texts: Sequence[Labelled]) -> list[Reading]:
    """TF-IDF of words and of letter sequences, and logistic regression, for each language by itself."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion, make_pipeline

    def model() -> Any:
        parts = [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_features=FEATURES)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, max_features=FEATURES)),
        ]
        return make_pipeline(FeatureUnion(parts), _regression(10.0))

    def units(part: Sequence[Labelled]) -> list[str]:
        return [text.text[a:b] for text in part for a, b, _ in _units(text)]

    readings: list[Reading | None] = [None] * len(texts)
    for lang in sorted({text.lang for text in texts}):
        members = [i for i, text in enumerate(texts) if text.lang == lang]
        given, asked = [text for text in train if text.lang == lang], [texts[i] for i in members]
        for i, reading in zip(members, _fit(model, given, asked, units(given), units(asked)), strict=True):
            readings[i] = reading
    return [reading for reading in readings if reading is not None]


def frozen(train: Sequence[Labelled], texts: Sequence[Labelled], encoder: Callable[[], Encoder], key: str, folder: Path) -> list[Reading]:
    """Mean token vectors of the encoder as it was before fine-tuning, and logistic regression, over all languages together. Vectors are kept in `folder`."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    some = [text for lang in sorted({text.lang for text in train}) for text in _evenly([t for t in train if t.lang == lang])]
    given, asked = (_vectors(part, encoder, key, folder) for part in (some, texts))
    return _fit(lambda: make_pipeline(StandardScaler(), _regression(0.01)), some, texts, given, asked)


def _evenly(texts: Sequence[Labelled]) -> Sequence[Labelled]:
    """At most MOST of them, from beginning to end."""
    return [texts[i] for i in np.unique(np.linspace(0, len(texts) - 1, min(MOST, len(texts))).round().astype(int))]


def _regression(c: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, max_iter=300, random_state=0)


def _units(text: Labelled) -> list[Unit]:
    """The whole text, and its sentences."""
    spans = borders(text)
    labels: Sequence[Labels | None] = text.sentence_labels or [None] * len(spans)
    return [(0, len(text.text), text.document), *((a, b, each) for (a, b), each in zip(spans, labels, strict=True))]


def _fit(model: Callable[[], Any], train: Sequence[Labelled], texts: Sequence[Labelled], given: Any, asked: Any) -> list[Reading]:
    """Fit one model on texts and sentences that have one sure label, and read all of `texts` with it."""
    labels = [each for text in train for _, _, each in _units(text)]
    sure = [i for i, each in enumerate(labels) if each and len(each) == 1]
    known = {label for i in sure for label in labels[i] or ()}
    sizes = [len(_units(text)) for text in texts]
    p = np.full((sum(sizes), len(LABELS)), 1 / len(LABELS))
    if len(known) > 1:
        fitted = model().fit([given[i] for i in sure], [(labels[i] or ("",))[0] for i in sure])
        p[:] = 0
        p[:, [LABELS.index(str(name)) for name in fitted.classes_]] = fitted.predict_proba(asked)
    ends = np.cumsum(sizes)
    return [Reading(p[end - size], p[end - size + 1 : end], []) for size, end in zip(sizes, ends, strict=True)]


def _vectors(texts: Sequence[Labelled], encoder: Callable[[], Encoder], key: str, folder: Path) -> list[np.ndarray]:
    """A vector for each unit: mean of the tokens whose middle lies in it."""
    name = hashlib.sha256("\n".join([key, *(f"{text.text}{borders(text)}" for text in texts)]).encode()).hexdigest()[:16]
    path = folder / f"vectors-{name}.npy"
    if path.exists():
        return list(np.load(path).astype(np.float32))
    opened = encoder()
    found: list[np.ndarray] = []
    for at in range(0, len(texts), AT_ONCE):
        part = texts[at : at + AT_ONCE]
        counts = opened.count([text.text for text in part])
        seen = [
            text.text if n <= WINDOW else text.text[:WINDOW] for text, n in zip(part, counts, strict=True)
        ]  # a character is a token at most
        for text, tokens in zip(part, opened.encode(seen), strict=True):
            middles = tokens.spans.sum(axis=1) / 2
            for start, end, _ in _units(text):
                inside = (middles >= start) & (middles < end)
                found.append(tokens.vectors[inside].mean(axis=0) if inside.any() else np.zeros(tokens.vectors.shape[1], dtype=np.float32))
    folder.mkdir(parents=True, exist_ok=True)
    np.save(path, np.array(found, dtype=np.float16))
    return list(np.load(path).astype(np.float32))
