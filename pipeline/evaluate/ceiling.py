"""How far two annotators agree on the same texts, in the very measures that models are scored by: the ceiling of what can be asked of a model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline import taxonomy
from pipeline.corpus.second import Annotation, Pair, read_pairs
from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.own_format import opinions
from pipeline.evaluate.scoring import Score, scores
from pipeline.protocols import Reading
from pipeline.tables import LABELS


def ceiling(corpus: Path) -> list[Score]:
    """Scores of the second annotation against the first, per language; none where the corpus has no folder `second`."""
    files = sorted((corpus / "second").glob("*.jsonl")) if corpus.is_dir() else []
    pairs = read_pairs(files)
    aspects = frozenset(taxonomy.load().ids)
    texts = [_labelled(pair, corpus.name, aspects) for pair in pairs]
    return scores(texts, [_reading(pair.second) for pair in pairs], sides=False)


def _labelled(pair: Pair, corpus: str, aspects: frozenset[str]) -> Labelled:
    first = pair.first
    return Labelled(
        id=pair.id,
        corpus=corpus,
        lang=pair.lang,
        text="",  # the files hold annotations only
        document=(first.label,),
        sentence_labels=tuple((label,) for label in first.sentences),
        opinions=opinions(first.opinions),
        terms=True,
        supervised=aspects,
    )


def _reading(second: Annotation) -> Reading:
    return Reading(_certain([second.label])[0], _certain(second.sentences), list(opinions(second.opinions)))


def _certain(labels: Sequence[str]) -> np.ndarray:
    """Probability 1 for each label: (n, 4)."""
    return np.eye(len(LABELS))[[LABELS.index(label) for label in labels]]
