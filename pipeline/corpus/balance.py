"""What a corpus should hold enough of, and where it falls short. A small corpus is held to a small target."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.corpus.format import Record
from pipeline.taxonomy import Taxonomy

FULL = 2_000  # texts a language that the targets are stated for
OPINIONS = 60  # a language, for each aspect
PARALLEL = 300  # a language
LABELS = (("mixed", 0.25), ("neutral", 0.15))  # least share of texts
SPLITS = (("train", 0.70), ("dev", 0.10), ("test", 0.20))
SPLIT_TOLERANCE = 0.05  # scenarios and topics stay together, so the shares cannot be met exactly


@dataclass(frozen=True)
class Shortfall:
    """Too little of something in a language: what, how much there is, and how much there should be at its size."""

    lang: str
    what: str
    found: float
    wanted: float

    def __str__(self) -> str:
        return f"{self.lang}: {self.what} {_number(self.found)}, target {_number(self.wanted)}"


def scaled(target: int, texts: int) -> int:
    """A target for a full language, for one with fewer texts (at most the whole of it).

    >>> scaled(60, 500), scaled(60, 5000)
    (15, 60)
    """
    return math.ceil(target * min(1.0, texts / FULL))


def shortfalls(records: Sequence[Record], taxonomy: Taxonomy) -> Iterator[Shortfall]:
    """Everything a language has too little of, in order of languages. Says nothing of a language without texts."""
    for lang in sorted({record.lang for record in records}):
        yield from _of_language(lang, [record for record in records if record.lang == lang], taxonomy)


def _of_language(lang: str, records: Sequence[Record], taxonomy: Taxonomy) -> Iterator[Shortfall]:
    texts = len(records)
    categories = Counter(opinion.category for record in records for opinion in record.opinions)
    for aspect in taxonomy.ids:
        if categories[aspect] < (wanted := scaled(OPINIONS, texts)):
            yield Shortfall(lang, f"opinions on {aspect}", categories[aspect], wanted)
    labels = Counter(record.label for record in records)
    for label, share in LABELS:
        if labels[label] / texts < share:
            yield Shortfall(lang, f"share of {label} texts", labels[label] / texts, share)
    splits = Counter(record.split for record in records)
    for split, share in SPLITS:
        if splits[split] / texts < share - SPLIT_TOLERANCE:
            yield Shortfall(lang, f"share of {split} texts", splits[split] / texts, share)
    parallel = sum(record.parallel is not None for record in records)
    if parallel < (wanted := scaled(PARALLEL, texts)):
        yield Shortfall(lang, "parallel texts", parallel, wanted)


def _number(value: float) -> str:
    return f"{value:.1%}" if isinstance(value, float) else str(value)
