"""An organisation's own aspects: found by the words that it lists, judged by what the model reads around them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from pipeline.analyse.forms import listed, written
from pipeline.config import OwnAspect
from pipeline.lemmas import bare
from pipeline.protocols import Opinion, Reading
from pipeline.tables import LABELS, POLARITIES

Span = tuple[int, int]
Forms = frozenset[str]
MIXED = LABELS.index("mixed")
# Words; a mark (diacritic) belongs to its letter. What cleaning put in place of an address or a number is no word.
WORD = re.compile(r"(?P<placeholder>\[[a-z]{3,5}\])|[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670])*")
JOINED = re.compile(r"[\s'\u2019\u2010\u2011-]{1,3}")  # what may stand between the words of a phrase


@dataclass(frozen=True)
class Named:
    """Words of a sentence that name an own aspect: its id, and their characters in the text."""

    category: str
    start: int
    end: int


def own_opinions(text: str, sentences: Sequence[Span], lang: str, reading: Reading, aspects: tuple[OwnAspect, ...]) -> list[Opinion]:
    """An opinion for each place that names an own aspect, in order; see `judged` for its polarity."""
    found: list[Opinion] = []
    for number, (start, end) in enumerate(sentences) if aspects else ():
        terms = [each for each in reading.opinions if each.sentence == number and each.start is not None]
        for named in names(text[start:end], lang, aspects):
            at = Named(named.category, start + named.start, start + named.end)
            found += judged(at, number, terms, reading.sentences[number])
    return found


def names(sentence: str, lang: str, aspects: tuple[OwnAspect, ...]) -> Iterator[Named]:
    """Where a sentence names the aspects: whole words, of several phrases that begin at one word the longest, none overlapping within an aspect.

    >>> [("xe", each.start, each.end) for each in names("Chỗ đỗ xe rất chật.", "vi", (OwnAspect("parking", ("Đỗ xe",)),))]
    [('xe', 4, 9)]
    """
    words = [match for match in WORD.finditer(sentence) if not match["placeholder"]]
    forms = [written(unicodedata.normalize("NFC", match.group()), lang) for match in words]
    marked = bare(sentence.casefold()) != unicodedata.normalize("NFD", sentence.casefold()) if lang == "vi" else False
    for aspect in aspects:
        free = 0
        for first in range(len(words)):
            if first < free:
                continue
            length = next((len(p) for p in _phrases(aspect.words, lang, marked) if _fits(p, first, sentence, words, forms)), 0)
            if length:
                free = first + length
                yield Named(aspect.id, words[first].start(), words[free - 1].end())


def _fits(phrase: tuple[Forms, ...], first: int, sentence: str, words: Sequence[re.Match[str]], forms: Sequence[Forms]) -> bool:
    """Whether the words from `first` on are the phrase, with nothing else between them."""
    if first + len(phrase) > len(words):
        return False
    for place, wanted in enumerate(phrase, first):
        if wanted.isdisjoint(forms[place]):
            return False
        if place > first and not JOINED.fullmatch(sentence, words[place - 1].end(), words[place].start()):
            return False
    return True


@cache
def _phrases(words: tuple[str, ...], lang: str, marked: bool) -> tuple[tuple[Forms, ...], ...]:
    """The listed words and phrases in their forms, long ones first.

    A single Vietnamese syllable without its marks is many words: in a sentence with marks it stands for itself only.
    """
    phrases = [[match.group() for match in WORD.finditer(unicodedata.normalize("NFC", each))] for each in words]
    return tuple(
        tuple(_exact(each, lang) if marked and len(phrase) == 1 else listed(each, lang) for each in phrase)
        for phrase in sorted(phrases, key=lambda phrase: -len(phrase))
    )


def _exact(word: str, lang: str) -> Forms:
    return listed(word, lang) - {bare(word.casefold())} | {word.casefold()}


def judged(named: Named, sentence: int, terms: Sequence[Opinion], sentiment: np.ndarray) -> Iterator[Opinion]:
    """What is said of the named aspect: as the model reads the term that overlaps it most, else as it reads the sentence.

    `terms` are the model's opinions of the sentence with a term, `sentiment` (4,) its reading of the sentence. What is said in a mixed sentence
    without such a term is not known: it counts as praised and blamed, so that the text is mixed on this aspect.
    """
    over = max(terms, key=lambda term: _overlap(named, term), default=None)
    if over is not None and _overlap(named, over) > 0:
        yield _opinion(named, sentence, over.polarity, over.probability, over.direction)
    elif (label := int(sentiment.argmax())) != MIXED:
        yield _opinion(named, sentence, LABELS[label], float(sentiment[label]))
    else:
        for polarity in ("negative", "positive"):
            yield _opinion(named, sentence, polarity, float(sentiment[POLARITIES.index(polarity)] + sentiment[MIXED]))


def _overlap(named: Named, term: Opinion) -> int:
    """Characters that both cover; negative: the gap between them."""
    return min(named.end, term.end or 0) - max(named.start, term.start or 0)


def _opinion(named: Named, sentence: int, polarity: str, probability: float, direction: str | None = None) -> Opinion:
    return Opinion(sentence, named.start, named.end, named.category, polarity, direction, min(probability, 1.0))
