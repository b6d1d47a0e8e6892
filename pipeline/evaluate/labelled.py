"""A labelled text: what people said of it, as far as its corpus says it. What a corpus does not label is None and is not scored."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from pipeline.protocols import Opinion
from pipeline.tables import LABELS

Span = tuple[int, int]
Labels = tuple[str, ...]  # allowed: two where a corpus does not tell neutral from mixed

# Length in words between spaces: a remark, a short answer, a paragraph, a letter. Most feedback is below 25 words.
BANDS = ((10, "1 to 10 words"), (25, "11 to 25 words"), (60, "26 to 60 words"))
LONGEST = "more than 60 words"


@dataclass(frozen=True)
class Labelled:
    """A text with its labels.

    `sentences` are given borders (None: split the text); `sentence_labels` one entry each, `opinions` all that is said of
    `supervised` aspects. `dimensions` are facts to look at separately (genre, variety, domain). `parallel` texts have the same name in other languages.
    """

    id: str
    corpus: str
    lang: str
    text: str
    split: str = ""
    document: Labels | None = None
    sentences: tuple[Span, ...] | None = None
    sentence_labels: tuple[Labels, ...] | None = None
    opinions: tuple[Opinion, ...] | None = None
    terms: bool = False  # the spans of terms are annotated
    supervised: frozenset[str] = frozenset()  # aspects whose absence means something
    parallel: str | None = None
    author: str | None = None
    dimensions: dict[str, str] = field(default_factory=dict)

    @property
    def sides(self) -> dict[str, str]:
        """Its dimensions and its length band."""
        return {**self.dimensions, "length": band(self.text)}


def band(text: str) -> str:
    """The length band of a text.

    >>> band("Gut."), band("sehr " * 70)
    ('1 to 10 words', 'more than 60 words')
    """
    words = len(text.split())
    return next((name for most, name in BANDS if words <= most), LONGEST)


def three_way(texts: Sequence[Labelled]) -> bool:
    """Whether the corpus of these texts leaves open which neutral texts are mixed, so that the two are one class in it."""
    return any(len(text.document or ()) > 1 or any(len(each) > 1 for each in text.sentence_labels or ()) for text in texts)


def as_one(labels: Labels) -> Labels:
    """The labels where neutral and mixed are one class, called neutral.

    >>> as_one(("neutral", "mixed")), as_one(("mixed",)), as_one(("negative",))
    (('neutral',), ('neutral',), ('negative',))
    """
    return tuple(dict.fromkeys("neutral" if label == LABELS[3] else label for label in labels))


def fingerprint(texts: Sequence[Labelled]) -> str:
    """sha256 of texts and labels, whatever their order."""
    rows = sorted(json.dumps(asdict(text), sort_keys=True, default=sorted, ensure_ascii=False) for text in texts)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
