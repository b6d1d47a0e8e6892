"""A baseline without a model: words that go with praise or blame, and terms of aspects, both counted in the training split.

Words are weighed by their log-odds with an informative Dirichlet prior, in standard errors: Monroe, Colaresi & Quinn 2008, Political Analysis 16:372.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.evaluate.labelled import Labelled
from pipeline.evaluate.readings import borders
from pipeline.protocols import Opinion, Reading
from pipeline.tables import LABELS

CLEAR = 2.0  # standard errors from which a word takes a side
PRIOR = 500.0  # words of a text without sides that each side is taken to hold besides: a word seen ten times on one side alone counts, one seen thrice does not
SEEN = 2  # times a term must have been annotated
SURE = 0.85  # probability given to the label said: a lexicon has no better idea
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


@dataclass(frozen=True)
class Lexicon:
    """Of one language: the side of a word (-1, 1), and term -> aspect."""

    sides: dict[str, int]
    terms: dict[str, str]

    @classmethod
    def fitted(cls, texts: Sequence[Labelled]) -> "Lexicon":
        """From sentences labelled negative or positive (whole texts where a corpus labels no sentences), and from annotated terms."""
        counts: dict[str, Counter[str]] = {"negative": Counter(), "positive": Counter()}
        named: dict[str, Counter[str]] = defaultdict(Counter)
        for text in texts:
            for words, labels in _units(text):
                if len(labels) == 1 and labels[0] in counts:
                    counts[labels[0]].update(words)
            for each in text.opinions or ():
                if each.start is not None:
                    named[text.text[each.start : each.end].casefold()][each.category] += 1
        terms = {term: seen.most_common(1)[0][0] for term, seen in named.items() if seen.total() >= SEEN}
        return cls(_sides(counts["negative"], counts["positive"]), terms)

    def label(self, text: str) -> str:
        """Mixed where words of both sides occur about equally often, neutral where none does.

        >>> Lexicon({"gut": 1, "teuer": -1}, {}).label("Gut, aber teuer")
        'mixed'
        """
        found = Counter(self.sides.get(word, 0) for word in _words(text))
        good, bad = found[1], found[-1]
        if good and bad and max(good, bad) < 2 * min(good, bad):
            return "mixed"
        return "neutral" if good == bad else "positive" if good > bad else "negative"

    def read(self, text: Labelled) -> Reading:
        """A reading in the shape of a model's."""
        spans = borders(text)
        labels = [self.label(text.text[start:end]) for start, end in spans]
        return Reading(_spread([self.label(text.text)])[0], _spread(labels), list(self._opinions(text.text, spans, labels)))

    def _opinions(self, text: str, spans: Sequence[tuple[int, int]], labels: Sequence[str]) -> Iterable[Opinion]:
        for number, ((start, end), label) in enumerate(zip(spans, labels, strict=True)):
            polarity = "neutral" if label == "mixed" else label
            words = [found.span() for found in WORD.finditer(text, start, end)]
            at = 0
            while at < len(words):
                size = next((n for n in (3, 2, 1) if at + n <= len(words) and self._term(text, words, at, n)), 0)
                if size:
                    first, last = words[at][0], words[at + size - 1][1]
                    yield Opinion(number, first, last, self.terms[text[first:last].casefold()], polarity, None, SURE)
                at += max(size, 1)

    def _term(self, text: str, words: Sequence[tuple[int, int]], at: int, size: int) -> bool:
        return text[words[at][0] : words[at + size - 1][1]].casefold() in self.terms


def _units(text: Labelled) -> Iterable[tuple[list[str], tuple[str, ...]]]:
    if text.sentence_labels and text.sentences:
        yield from ((_words(text.text[a:b]), labels) for (a, b), labels in zip(text.sentences, text.sentence_labels, strict=True))
    elif text.document:
        yield _words(text.text), text.document


def _words(text: str) -> list[str]:
    return [found.group().casefold() for found in WORD.finditer(text)]


def _sides(bad: Counter[str], good: Counter[str]) -> dict[str, int]:
    prior = bad + good
    sides = {}
    for word, times in prior.items():
        alpha = PRIOR * times / prior.total()
        odds = [np.log((side[word] + alpha) / (side.total() + PRIOR - side[word] - alpha)) for side in (bad, good)]
        error = np.sqrt(sum(1 / (side[word] + alpha) for side in (bad, good)))
        z = float((odds[1] - odds[0]) / error)
        if abs(z) >= CLEAR:
            sides[word] = 1 if z > 0 else -1
    return sides


def _spread(labels: Sequence[str]) -> np.ndarray:
    """SURE for the label said, the rest over the others: (n, 4)."""
    p = np.full((len(labels), len(LABELS)), (1 - SURE) / (len(LABELS) - 1))
    p[np.arange(len(labels)), [LABELS.index(label) for label in labels]] = SURE
    return p
