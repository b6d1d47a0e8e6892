"""One training example with partial labels: what a corpus does not annotate is None and is not supervised."""

from dataclasses import dataclass, field

LABELS = ("negative", "neutral", "positive", "mixed")


@dataclass(frozen=True)
class Term:
    """A term span in characters with its polarity; the category is None where the corpus has none or another scheme."""

    start: int
    end: int
    polarity: str
    category: str | None


@dataclass(frozen=True)
class Segment:
    """A sentence (or a whole text where the corpus labels no smaller unit).

    `labels`: allowed sentiment labels (two where "neutral" may hold mixed texts), None when unknown.
    `categories`: aspect -> polarity for those present; `supervised`: aspects whose absence means something.
    """

    start: int
    end: int
    labels: tuple[str, ...] | None = None
    categories: dict[str, str] = field(default_factory=dict)
    supervised: frozenset[str] = frozenset()
    direction: str | None = None  # "none", "too_little", "too_much"


@dataclass(frozen=True)
class Example:
    """A text of one corpus, with its allowed document labels, its segments and (if annotated) its terms."""

    id: str
    corpus: str
    lang: str
    split: str
    text: str
    document: tuple[str, ...] | None
    segments: tuple[Segment, ...]
    terms: tuple[Term, ...] | None = None
