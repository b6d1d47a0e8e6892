"""protocols.Detector by our own model: scripts first, then hashed character n-grams."""

import json
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.detect import scripts
from pipeline.detect.smoothing import path
from pipeline.detect.weights import FRACTION, Weights
from pipeline.detect.words import all_compared, spans, written
from pipeline.errors import ModelError
from pipeline.languages import BY_CODE, OTHER_PREFIX, UNDETERMINED
from pipeline.protocols import Guess, Span

CHUNK = 1000  # texts looked at together: bounds memory
REMEMBERED = 1 << 16  # words whose logits are kept; forgetting them changes nothing but time
CERTAIN = 64 << FRACTION  # logit of a script's own language, in the unit of a word's logits
FACTS = "model.json"
LIKELY = 0.1  # share of a text's language from which its words may be in it
BANDS = (1, 2, 4, 9)  # words from which a length band begins: each has a temperature


@dataclass(frozen=True)
class Calibration:
    """What was chosen on dev texts. Per length band what the logits are divided by, and the probability from which on 99 % of what is said
    is right; how sure the likeliest class is: its log odds times `slopes` plus `shifts` of the band plus `trust` of the class (Platt 1999;
    an Indonesian text is more often Malay than its logits think); for spans what a word's logits are divided by, and what a switch costs."""

    temperatures: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    thresholds: tuple[float, ...] = (0.5, 0.5, 0.5, 0.5)
    word: float = 1.0
    switch: float = 2.0
    slopes: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    shifts: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    trust: tuple[float, ...] = ()  # of the first classes; 0 of the rest


def sureness(tops: np.ndarray, best: np.ndarray, place: np.ndarray, calibration: Calibration) -> np.ndarray:
    """Probabilities that the likeliest classes `best` with shares `tops` are right, for texts of the length bands `place`."""
    odds = log_odds(tops) * np.array(calibration.slopes)[place] + np.array(calibration.shifts)[place]
    trust = np.append(calibration.trust, 0.0)
    result: np.ndarray = 1 / (1 + np.exp(-odds - trust[np.minimum(best, len(trust) - 1)]))
    return result


def log_odds(shares: np.ndarray) -> np.ndarray:
    """Of shares, kept finite.

    >>> log_odds(np.array([0.5, 1.0])).round(1).tolist()
    [0.0, 13.8]
    """
    kept = np.clip(shares, 1e-6, 1 - 1e-6)
    result: np.ndarray = np.log(kept / (1 - kept))
    return result


def bands(lengths: np.ndarray) -> np.ndarray:
    """Numbers of the length bands of texts of so many words; of the first for none.

    >>> bands(np.array([0, 1, 3, 8, 90])).tolist()
    [0, 0, 1, 2, 3]
    """
    found: np.ndarray = np.clip(np.searchsorted(BANDS, lengths, side="right") - 1, 0, None)
    return found


class Lexicon:
    """Logits of words, worked out once and remembered. Row 0 is that of what is no word: it says nothing."""

    def __init__(self, weights: Weights, classes: int) -> None:
        self._weights = weights
        self._own = classes - len(scripts.CODES)
        self._forget()

    def rows(self, words: Sequence[str]) -> np.ndarray:
        """Rows of `table` of words as written; new ones are worked out together."""
        known = self._known
        found = [known.get(word, -1) for word in words]
        if -1 in found:
            self._learn(sorted({word for word, row in zip(words, found, strict=True) if row < 0}))
            found = [known[word] for word in words]
        return np.array(found, dtype=np.int64)

    def tidy(self) -> None:
        """Forget everything when there is too much of it. Rows given before are no longer valid."""
        if len(self._known) > REMEMBERED:
            self._forget()

    def _forget(self) -> None:
        self._known: dict[str, int] = {}
        self._size = 1  # rows of the table that are in use; it grows by doubling
        self.table = np.zeros((1024, self._own + len(scripts.CODES)), dtype=np.int32)

    def _learn(self, words: list[str]) -> None:
        forms = all_compared(words)
        added = np.zeros((len(words), self.table.shape[1]), dtype=np.int32)
        kinds = [scripts.of(form) for form in forms]
        shared = [i for i, form in enumerate(forms) if form and not kinds[i]]
        added[shared, : self._own] = self._weights.words([forms[i] for i in shared])
        for i, kind in enumerate(kinds):
            if kind:
                added[i, self._own + scripts.CODES.index(kind)] = CERTAIN
        size, self._size = self._size, self._size + len(words)
        if self._size > len(self.table):
            self.table = np.concatenate((self.table, np.zeros((self._size, self.table.shape[1]), dtype=np.int32)))
        self.table[size : self._size] = added
        self._known.update((word, size + i if form else 0) for i, (word, form) in enumerate(zip(words, forms, strict=True)))


class OwnDetector:
    """Named by our own model; `und` with fewer than `min_letters` letters or below `threshold` (None: that of the calibration).

    `classes` are those of the weights; the scripts' languages follow them.
    """

    def __init__(
        self, weights: Weights, classes: Sequence[str], calibration: Calibration, *, threshold: float | None, min_letters: int
    ) -> None:
        self.own_classes = tuple(classes)
        self.classes = (*self.own_classes, *scripts.CODES)
        self._bias = np.concatenate((weights.bias.astype(np.float64), np.full(len(scripts.CODES), -CERTAIN / 2**FRACTION / 2)))
        self._lexicon = Lexicon(weights, len(self.classes))
        self.calibration = calibration
        self._threshold = threshold
        self._min_letters = min_letters

    @classmethod
    def open(cls, folder: Path, *, threshold: float | None, min_letters: int) -> "OwnDetector":
        """Read a model folder. Raises ModelError when it holds no language model."""
        try:
            facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
            calibration = Calibration(**{each.name: _frozen(facts[each.name]) for each in fields(Calibration)})
            return cls(Weights.open(folder), facts["classes"], calibration, threshold=threshold, min_letters=min_letters)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder} is no model that can name languages ({error}). Restore it from the repository.") from error

    def calibrated(self, calibration: Calibration) -> "OwnDetector":
        """The same detector otherwise calibrated."""
        other = copy(self)
        other.calibration = calibration
        return other

    def detect(self, texts: Sequence[str]) -> list[Guess]:
        """See protocols.Detector."""
        guesses: list[Guess] = []
        for chunk in _chunks(texts):
            words = [written(text) for text in chunk]
            shares, lengths = self._shares(words)
            guesses += self._guesses(words, shares, lengths)
            self._lexicon.tidy()
        return guesses

    def spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """See protocols.Detector. A text that is `und` has none."""
        found: list[list[Span]] = []
        for chunk in _chunks(texts):
            places = [spans(text) for text in chunk]
            words = [[text[start:end] for start, end in own] for text, own in zip(chunk, places, strict=True)]
            shares, lengths = self._shares(words)
            for own, at, row, guess in zip(words, places, shares, self._guesses(words, shares, lengths), strict=True):
                found.append(runs(at, self._path(own, row)) if guess.lang != UNDETERMINED else [])
            self._lexicon.tidy()
        return found

    def _path(self, words: list[str], shares: np.ndarray) -> list[str]:
        """The language of each word, among those that the text may be in."""
        states = self._candidates(shares)
        evidence = self._lexicon.table[self._lexicon.rows(words)][:, states] / (2**FRACTION * self.calibration.word)
        evidence -= np.log(np.exp(evidence - evidence.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)) + evidence.max(
            axis=1, keepdims=True
        )
        start = np.log(np.maximum(shares[states], 1e-3))
        return [named(self.classes[states[state]]) for state in path(evidence, start, self.calibration.switch)]

    def _candidates(self, shares: np.ndarray) -> list[int]:
        """Classes that words of a text with these shares may be in: the likely ones, and what the likeliest is mixed with most often."""
        best = int(shares.argmax())
        chosen = {best, self.classes.index("en"), *np.flatnonzero(shares >= LIKELY).tolist()}
        if self.classes[best] == "ar":
            chosen.add(self.classes.index("fr"))  # of the Maghreb and Lebanon
        if self.classes[best] == "en":
            chosen.add(max(map(self.classes.index, BY_CODE), key=lambda each: (shares[each], each)))
        return sorted(chosen, key=lambda each: (each != best, each))

    def logits(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Logits before calibration (n_texts, n_classes) and the number of words of each text that say something; for calibrating."""
        return self._sums([written(text) for text in texts])

    def _guesses(self, words: Sequence[Sequence[str]], shares: np.ndarray, lengths: np.ndarray) -> list[Guess]:
        best, place = shares.argmax(axis=1), bands(lengths)
        tops = np.round(sureness(shares[np.arange(len(best)), best], best, place, self.calibration), 4)
        limits = np.array(self.calibration.thresholds)[place] if self._threshold is None else np.full(len(best), self._threshold)
        rows = zip(words, best.tolist(), tops.tolist(), (tops >= limits).tolist(), lengths.tolist(), strict=True)
        return [
            self._guess(own, place, value, believed) if length else Guess(UNDETERMINED, 0.0) for own, place, value, believed, length in rows
        ]

    def _guess(self, words: Sequence[str], place: int, value: float, believed: bool) -> Guess:
        few = sum(map(len, words)) < 4 * self._min_letters and sum(map(str.isalpha, "".join(words))) < self._min_letters
        return Guess(UNDETERMINED if few or not believed else named(self.classes[place]), value)

    def _shares(self, words: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
        logits, lengths = self._sums(words)
        return softmax(logits / np.array(self.calibration.temperatures)[bands(lengths)][:, None]), lengths

    def _sums(self, words: Sequence[Sequence[str]]) -> tuple[np.ndarray, np.ndarray]:
        rows = self._lexicon.rows([word for each in words for word in each])
        counts = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        ends = np.cumsum(counts)
        heard = np.concatenate(([0], np.cumsum(rows > 0)))
        lengths = heard[ends] - heard[ends - counts]
        sums = np.zeros((len(words), len(self.classes)))
        some = counts > 0
        if some.any():
            sums[some] = np.add.reduceat(self._lexicon.table[rows], (ends - counts)[some], axis=0, dtype=np.int64)
        logits = sums / 2**FRACTION / np.sqrt(np.maximum(lengths, 1))[:, None] + self._bias
        return logits, lengths


def runs(places: Sequence[tuple[int, int]], langs: Sequence[str]) -> list[Span]:
    """Neighbouring words of one language as one span.

    >>> runs([(0, 2), (3, 5), (6, 7)], ["cy", "cy", "other:en"])
    [Span(start=0, end=5, lang='cy'), Span(start=6, end=7, lang='other:en')]
    """
    found: list[Span] = []
    for (start, end), lang in zip(places, langs, strict=True):
        if found and found[-1].lang == lang:
            start = found.pop().start
        found.append(Span(start, end, lang))
    return found


def named(code: str) -> str:
    """A class as it stands in tables: our five by their code, others with the prefix."""
    return code if code in BY_CODE else OTHER_PREFIX + code


def softmax(logits: np.ndarray) -> np.ndarray:
    """Shares along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    result: np.ndarray = raised / raised.sum(axis=-1, keepdims=True)
    return result


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _chunks(texts: Sequence[Any]) -> Iterator[Sequence[Any]]:
    rest = iter(texts)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
