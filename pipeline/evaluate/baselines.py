"""What a model must beat: simple readers fitted on the training split, measured on the same texts by the same code."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from pipeline.evaluate import classifiers
from pipeline.evaluate.labelled import Labelled, Labels
from pipeline.evaluate.lexicon import Lexicon
from pipeline.evaluate.readings import borders
from pipeline.evaluate.scoring import Score, scores
from pipeline.evaluate.tasks import MAIN
from pipeline.protocols import Encoder, Reading
from pipeline.tables import LABELS

MAJORITY, LEXICON = "commonest label", "lexicon"
WORDS, FROZEN = "TF-IDF + logistic regression", "frozen encoder + logistic regression"
SENTIMENT = tuple(task for task in MAIN if task.classes)


def baselines(
    train: Sequence[Labelled], texts: Sequence[Labelled], encoder: Callable[[], Encoder], key: str, folder: Path
) -> list[tuple[str, list[Score]]]:
    """Name and scores of each baseline that can be fitted; `key` is the hash of the frozen encoder, whose vectors are kept in `folder`."""
    found = [
        (MAJORITY, scores(texts, majority(train, texts), SENTIMENT, sides=False)),
        (LEXICON, scores(texts, lexicon(train, texts), [task for task in MAIN if task.name != "direction"], sides=False)),
    ]
    if classifiers.available():
        found.append((WORDS, scores(texts, classifiers.words(train, texts), SENTIMENT, sides=False)))
        found.append((FROZEN, scores(texts, classifiers.frozen(train, texts, encoder, key, folder), SENTIMENT, sides=False)))
    return found


def majority(train: Sequence[Labelled], texts: Sequence[Labelled]) -> list[Reading]:
    """The shares of the labels in the training split of the language, whatever the text."""
    document = {lang: _shares([text.document for text in train if text.lang == lang]) for lang in {text.lang for text in texts}}
    sentence = {lang: _shares([each for text in train if text.lang == lang for each in text.sentence_labels or ()]) for lang in document}
    return [Reading(document[text.lang], np.tile(sentence[text.lang], (len(borders(text)), 1)), []) for text in texts]


def lexicon(train: Sequence[Labelled], texts: Sequence[Labelled]) -> list[Reading]:
    """Words and terms counted in the training split of the language."""
    fitted = {lang: Lexicon.fitted([text for text in train if text.lang == lang]) for lang in {text.lang for text in texts}}
    return [fitted[text.lang].read(text) for text in texts]


def _shares(labels: Sequence[Labels | None]) -> np.ndarray:
    counts = Counter(each[0] for each in labels if each)
    total = counts.total()
    return np.array([counts[label] / total if total else 1 / len(LABELS) for label in LABELS])
