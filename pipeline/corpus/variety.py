"""How varied the texts of a language are: openings, word sequences, lengths, terms, and whether the briefs were kept."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

from pipeline.corpus.counts import Table, languages
from pipeline.corpus.format import Record
from pipeline.corpus.nearness import most_alike
from pipeline.corpus.words import words

SAMPLE = 10_000  # words: shares of distinct sequences fall with size, so they are taken over as many words everywhere
OPENING = 3  # words
QUANTILES = (5, 25, 50, 75, 95)
SIGN = {"+": "positive", "-": "negative", "0": "neutral"}


@dataclass(frozen=True)
class Variety:
    """Measures of one language; shares from 0 to 1."""

    lang: str
    openings: float  # distinct first three words, of all texts with three
    commonest: str  # opening, with how often it stands
    distinct2: float  # distinct pairs of neighbouring words, of all, in `sampled` words
    distinct3: float
    sampled: int
    lengths: tuple[int, ...]  # words: least, 5, 25, 50, 75, 95 %, most
    terms: float  # distinct terms, of all explicit opinions
    kept: float  # aspects of the brief with its polarity that the text has
    alike: float  # similarity of the most alike two texts


def measure(records: Sequence[Record], lang: str) -> Variety:
    """Measure the texts of one language."""
    own = [record for record in records if record.lang == lang]
    texts = [words(record.text) for record in own]
    openings = Counter(" ".join(text[:OPENING]) for text in texts if len(text) >= OPENING)
    commonest, times = openings.most_common(1)[0] if openings else ("", 0)
    sample = _sample(own)
    terms = [opinion.term.casefold() for record in own for opinion in record.opinions if opinion.term]
    return Variety(
        lang=lang,
        openings=_share(len(openings), openings.total()),
        commonest=f"{commonest} ({times})",
        distinct2=_distinct(sample, 2),
        distinct3=_distinct(sample, 3),
        sampled=sum(map(len, sample)),
        lengths=_lengths([len(text) for text in texts]),
        terms=_share(len(set(terms)), len(terms)),
        kept=_kept(own),
        alike=most_alike([record.text for record in own]),
    )


def table(records: Sequence[Record]) -> Table:
    """A row a language."""
    head = ["language", "openings", "distinct-2", "distinct-3", "words 5/25/50/75/95 %", "shortest", "longest"]
    head += ["distinct terms", "brief kept", "most alike pair"]
    rows: list[list[object]] = []
    for lang in languages(records):
        v = measure(records, lang)
        middle = " / ".join(map(str, v.lengths[1:-1]))
        shares = [f"{v.openings:.3f}", f"{v.distinct2:.3f}", f"{v.distinct3:.3f}"]
        rows.append([lang, *shares, middle, v.lengths[0], v.lengths[-1], f"{v.terms:.3f}", f"{v.kept:.3f}", f"{v.alike:.2f}"])
    return head, rows


def _sample(records: Sequence[Record]) -> list[list[str]]:
    """Texts in an order that depends on their ids alone, until SAMPLE words are reached; the last is cut."""
    left, chosen = SAMPLE, []
    for record in sorted(records, key=lambda each: hashlib.sha256(each.id.encode()).digest()):
        if left <= 0:
            break
        chosen.append(words(record.text)[:left])
        left -= len(chosen[-1])
    return chosen


def _distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    grams = [tuple(text[i : i + n]) for text in texts for i in range(len(text) - n + 1)]
    return _share(len(set(grams)), len(grams))


def _lengths(lengths: Sequence[int]) -> tuple[int, ...]:
    cuts = quantiles(lengths, n=100, method="inclusive") if len(lengths) > 1 else list(lengths) * 99
    return (min(lengths), *(round(cuts[percent - 1]) for percent in QUANTILES), max(lengths))


def _kept(records: Sequence[Record]) -> float:
    asked = [(record, *wish) for record in records for wish in _asked(record)]
    given = sum(any((o.category, o.polarity) == (aspect, polarity) for o in record.opinions) for record, aspect, polarity in asked)
    return _share(given, len(asked))


def _asked(record: Record) -> Iterator[tuple[str, str]]:
    """Aspects of a brief with their polarity: `price-<` is the aspect, its sign, and a direction or none."""
    for wish in record.brief.get("aspects", ()):
        aspect = str(wish).rstrip("+-0<>")
        if sign := str(wish)[len(aspect) :].strip("<>"):
            yield aspect, SIGN[sign]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
