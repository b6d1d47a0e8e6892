"""protocols.Analyser over an encoder and linear heads: one pass, three readings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analyse.heads import DIRECTIONS, Heads, softmax
from pipeline.analyse.terms import FoundTerm, terms
from pipeline.analyse.windows import Span, halve, windows
from pipeline.protocols import Encoded, Encoder, Opinion, Reading
from pipeline.tables import POLARITIES

LIMIT = 300  # tokens of a window; the encoder holds 512, but was trained on shorter texts and attention costs quadratically
SPARE = 8  # tokens that joining sentences and special marks may add


@dataclass(frozen=True)
class Thresholds:
    """What counts as found. Chosen on dev; see the model's evaluation.json."""

    category: float = 0.5  # an opinion of a category with no term of its own
    direction: float = 0.5


class HeadsAnalyser:
    """Reads windows of whole sentences; `temperature` divides the document and sentence logits (calibration on dev)."""

    def __init__(
        self,
        encoder: Encoder,
        heads: Heads,
        *,
        temperature: float = 1.0,
        thresholds: Thresholds = Thresholds(),  # noqa: B008 - frozen
        aspects: Sequence[str] | None = None,
    ) -> None:
        self._encoder = encoder
        self._heads = heads
        self._temperature = temperature
        self._thresholds = thresholds
        wanted = heads.aspects if aspects is None else aspects
        self._off = np.array([name not in wanted for name in heads.aspects])

    def analyse(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Reading]:
        """See protocols.Analyser. A text without sentences gets uniform document probabilities and nothing else."""
        pieces = self._pieces(texts, sentences)
        encoded = self._encoder.encode([texts[piece.text][piece.start : piece.end] for piece in pieces])
        by_text: list[list[tuple[Piece, Encoded]]] = [[] for _ in texts]
        for piece, tokens in zip(pieces, encoded, strict=True):
            by_text[piece.text].append((piece, tokens))
        return [self._read(text, spans, read) for text, spans, read in zip(texts, sentences, by_text, strict=True)]

    def _pieces(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list["Piece"]:
        limit = LIMIT - SPARE
        flat = [text[start:end] for text, spans in zip(texts, sentences, strict=True) for start, end in spans]
        counts = iter(self._encoder.count(flat))
        pieces = []
        for number, (text, spans) in enumerate(zip(texts, sentences, strict=True)):
            sizes = [next(counts) for _ in spans]
            for window in windows(spans, sizes, limit):
                if len(window.sentences) == 1 and sizes[window.first] > limit:
                    for start, end in halve(text, window.sentences[0], limit, lambda part: self._encoder.count([part])[0]):
                        pieces.append(Piece(number, start, end, window.first, ((start, end),)))
                else:
                    pieces.append(Piece(number, window.start, window.end, window.first, window.sentences))
        return pieces

    def _read(self, text: str, spans: Sequence[Span], read: list[tuple["Piece", Encoded]]) -> Reading:
        dim = self._heads.weights["document"].shape[1]
        total, count = np.zeros(dim, dtype=np.float32), 0
        sums = np.zeros((len(spans), dim), dtype=np.float32)
        counts = np.zeros(len(spans), dtype=np.int64)
        found: list[list[tuple[FoundTerm, np.ndarray]]] = [[] for _ in spans]  # term with its pooled vector
        for piece, tokens in read:
            total += tokens.vectors.sum(axis=0)
            count += len(tokens.vectors)
            positions = tokens.spans + piece.start
            tags = softmax(self._heads.logits("tag", tokens.vectors))
            middles = positions.sum(axis=1) / 2
            for offset, (start, end) in enumerate(piece.sentences):
                number = piece.first + offset
                inside = np.flatnonzero((middles > start) & (middles < end))
                if not len(inside):
                    continue
                vectors = tokens.vectors[inside]
                sums[number] += vectors.sum(axis=0)
                counts[number] += len(inside)
                for term in terms(text, positions[inside], tags[inside]):
                    found[number].append((term, vectors[term.tokens].mean(axis=0)))
        if not count:
            return Reading(np.full(4, 0.25), np.full((len(spans), 4), 0.25), [])
        pooled = sums / np.maximum(counts, 1)[:, None]
        document = softmax(self._heads.logits("document", (total / count)[None]) / self._temperature)[0]
        sentence = softmax(self._heads.logits("sentence", pooled) / self._temperature)
        sentence[counts == 0] = 0.25
        return Reading(document, sentence, self._opinions(pooled, counts, found))

    def _opinions(self, pooled: np.ndarray, counts: np.ndarray, found: list[list[tuple[FoundTerm, np.ndarray]]]) -> list[Opinion]:
        """Every term with its likeliest category, then categories of the sentence that no term carries, as implicit opinions."""
        names = self._heads.aspects
        categories = softmax(self._heads.logits("category", pooled).reshape(len(pooled), len(names), 4))  # (S, C, 4)
        categories[:, self._off] = (1, 0, 0, 0)
        directions = softmax(self._heads.logits("direction", pooled))
        opinions = []
        for number in range(len(pooled)):
            if not counts[number]:
                continue
            direction = self._direction(directions[number])
            present = 1 - categories[number, :, 0]
            taken = set()
            for term, vector in found[number]:
                own = softmax(self._heads.logits("term_category", vector[None]))[0]
                score = np.where(self._off, 0, own * (0.1 + present))
                best = int(score.argmax())
                if self._off[int(own.argmax())]:
                    continue  # an aspect that this organisation switched off
                taken.add(best)
                opinions.append(_opinion(number, term, names[best], term.polarity, direction, term.probability * float(own[best])))
            for best in np.flatnonzero(present > self._thresholds.category):
                if best not in taken:
                    polarity = POLARITIES[int(categories[number, best, 1:].argmax())]
                    opinions.append(_opinion(number, None, names[best], polarity, direction, float(present[best])))
        return opinions

    def _direction(self, probabilities: np.ndarray) -> str | None:
        best = int(probabilities.argmax())
        return DIRECTIONS[best] if best and probabilities[best] > self._thresholds.direction else None


def _opinion(number: int, term: FoundTerm | None, category: str, polarity: str, direction: str | None, probability: float) -> Opinion:
    return Opinion(
        sentence=number,
        start=term.start if term else None,
        end=term.end if term else None,
        category=category,
        polarity=polarity,
        direction=direction if polarity == "negative" else None,
        probability=probability,
    )


@dataclass(frozen=True)
class Piece:
    """What is encoded at once: characters `start:end` of text number `text`, holding `sentences` from number `first` on."""

    text: int
    start: int
    end: int
    first: int
    sentences: tuple[Span, ...]
