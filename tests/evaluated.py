"""Labelled texts and made-up readings for the tests of evaluation: no model is opened."""

from collections.abc import Sequence

import numpy as np

from pipeline.evaluate.labelled import Labelled
from pipeline.protocols import Opinion, Reading
from pipeline.tables import LABELS

LANGS = ("cy", "de", "ar")


def opinion(sentence: int, start: int | None, end: int | None, category: str, polarity: str, direction: str | None = None) -> Opinion:
    return Opinion(sentence, start, end, category, polarity, direction, 1.0)


def corpus(each: int = 60, langs: Sequence[str] = LANGS) -> list[Labelled]:
    """Texts of two sentences of some languages; every label as often, with genre and variety, a third of them parallel."""
    texts = []
    for lang in langs:
        for i in range(each):
            label = LABELS[i % 4]
            texts.append(
                Labelled(
                    id=f"{lang}{i}",
                    corpus="made",
                    lang=lang,
                    text=f"word{i} staff. price" + " more" * (i % 3 * 10),
                    split="test",
                    document=(label,),
                    sentences=((0, len(f"word{i} staff.")), (len(f"word{i} staff.") + 1, len(f"word{i} staff. price"))),
                    sentence_labels=((label,), ("neutral",)),
                    opinions=(opinion(0, len(f"word{i} "), len(f"word{i} staff"), "staff", "negative"),),
                    terms=True,
                    supervised=frozenset({"staff", "price"}),
                    parallel=f"p{i}" if i % 3 == 0 else None,
                    dimensions={"genre": "review" if i % 2 else "post", "variety": "north" if i % 5 else "south"},
                )
            )
    return texts


def reader(texts: Sequence[Labelled], right: float, seed: int = 0) -> list[Reading]:
    """Readings that have a share `right` of the labels right, and find the opinion as often."""
    rng = np.random.default_rng(seed)
    readings = []
    for text in texts:
        hit = rng.random() < right
        true = LABELS.index((text.document or LABELS)[0])
        said = true if hit else (true + int(rng.integers(1, 4))) % 4
        confidence = 0.55 + 0.4 * rng.random()
        sentences = np.stack([spread(said, confidence), spread(1, confidence)])
        readings.append(Reading(spread(said, confidence), sentences, list(text.opinions or ()) if hit else []))
    return readings


def shuffled(texts: Sequence[Labelled], readings: Sequence[Reading], lang: str, seed: int = 1) -> list[Reading]:
    """The same readings, but those of one language go to other texts of it: a planted regression."""
    members = [i for i, text in enumerate(texts) if text.lang == lang]
    moved = list(np.random.default_rng(seed).permutation(members))
    changed = list(readings)
    for i, j in zip(members, moved, strict=True):
        changed[i] = readings[j]
    return changed


def spread(label: int, confidence: float) -> np.ndarray:
    """Probabilities with `confidence` for one label and the rest shared."""
    p = np.full(4, (1 - confidence) / 3)
    p[label] = confidence
    return p
