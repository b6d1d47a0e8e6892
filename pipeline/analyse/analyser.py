"""protocols.Analyser over an encoder and linear heads: one pass, three readings."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.analyse.amounts import near, of_tokens
from pipeline.analyse.directions import Directions, direction
from pipeline.analyse.heads import Heads, Pool, Tokens, softmax
from pipeline.analyse.terms import FoundTerm, sides, terms
from pipeline.analyse.windows import Span, halve, windows
from pipeline.protocols import Encoded, Encoder, Opinion, Reading
from pipeline.tables import LABELS, POLARITIES

LIMIT = 300  # tokens of a window; the encoder holds 512, but was trained on shorter texts and attention costs quadratically
COUNTED = 500  # sentences tokenised at once to know their length
CHUNK = 150_000  # characters: some 45,000 tokens of 384 float32, 70 MB
SPANS = ("sentence", "category", "direction")  # heads that read sentences
SPARED = 0.02  # how far a term may name an aspect that its sentence does not speak of; chosen on our dev texts (decision 0018)
SPARE = 8  # tokens that joining sentences and special marks may add


@dataclass(frozen=True)
class Thresholds:
    """What counts as found. Chosen on dev; see the model's evaluation.json."""

    term: float = 0.5  # a token is in a term
    category: float = 0.5  # an opinion of a category with no term of its own
    direction: float = 0.5  # of a negative opinion; see directions.direction


class HeadsAnalyser:
    """Reads windows of whole sentences.

    `temperatures` divide the document and sentence logits, by language (calibration on dev; Guo et al. 2017); languages that are not in it,
    and texts of unknown language, take their mean.
    """

    def __init__(
        self,
        encoder: Encoder,
        heads: Heads,
        *,
        temperatures: Mapping[str, float] | None = None,
        thresholds: Thresholds = Thresholds(),
        aspects: Sequence[str] | None = None,
    ) -> None:
        self._encoder = encoder
        self._heads = heads
        self._directions = Directions.of(heads)
        self._temperatures = dict(temperatures or {})
        self._temperature = float(np.mean(list(self._temperatures.values()))) if temperatures else 1.0
        self._thresholds = thresholds
        wanted = heads.aspects if aspects is None else aspects
        self._off = np.array([name not in wanted for name in heads.aspects])

    def analyse(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]], langs: Sequence[str] | None = None) -> list[Reading]:
        """See protocols.Analyser. A text without sentences gets uniform document probabilities and nothing else.

        Memory follows the longest sentence and the number of sentences, not the length of the texts.
        """
        spoken = langs or [""] * len(texts)
        pieces = self._pieces(texts, sentences)
        amounts = Counter(piece.text for piece in pieces)
        read: list[list[PieceReading | None]] = [[None] * amounts[number] for number in range(len(texts))]
        for chunk in _chunks(pieces):
            encoded = self._encoder.encode([texts[piece.text][piece.start : piece.end] for piece in chunk])
            for piece, tokens in zip(chunk, encoded, strict=True):
                read[piece.text][piece.number] = self._read_piece(texts[piece.text], spoken[piece.text], piece, tokens)
        temperatures = [self._temperatures.get(lang, self._temperature) for lang in spoken]
        return [
            self._read(len(spans), [each for each in parts if each], temperature)
            for spans, parts, temperature in zip(sentences, read, temperatures, strict=True)
        ]

    def document_vectors(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> np.ndarray:
        """What the document head judges: of each text and label the mean of its token vectors, as that label weighs them, (n_texts, 4, dim).

        Its product with the label's row of `document.value.weight`, plus the label's bias, is the logit. A text without sentences has no vectors: all zeros.
        """
        pieces = self._pieces(texts, sentences)
        sums: list[Pool | None] = [None] * len(texts)
        shape = self._heads.arrays["document.value.weight"].shape
        for chunk in _chunks(pieces):
            encoded = self._encoder.encode([texts[piece.text][piece.start : piece.end] for piece in chunk])
            for piece, tokens in zip(chunk, encoded, strict=True):
                weights = self._heads.tokens("document", tokens.vectors).weights
                pool, before = Tokens(tokens.vectors[:, None, :], weights).pool(), sums[piece.text]
                sums[piece.text] = before + pool if before else pool
        return np.array([each.logits() if each else np.zeros(shape) for each in sums], dtype=np.float64)

    def _pieces(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list["Piece"]:
        limit = LIMIT - SPARE
        flat = [text[start:end] for text, spans in zip(texts, sentences, strict=True) for start, end in spans]
        counts = (count for at in range(0, len(flat), COUNTED) for count in self._encoder.count(flat[at : at + COUNTED]))
        pieces: list[Piece] = []
        for number, (text, spans) in enumerate(zip(texts, sentences, strict=True)):
            sizes = [next(counts) for _ in spans]
            own: list[tuple[int, int, int, tuple[Span, ...]]] = []
            for window in windows(spans, sizes, limit):
                if len(window.sentences) == 1 and sizes[window.first] > limit:
                    parts = halve(text, window.sentences[0], limit, lambda part: self._encoder.count([part])[0])
                    own += [(start, end, window.first, ((start, end),)) for start, end in parts]
                else:
                    own.append((window.start, window.end, window.first, window.sentences))
            pieces += [Piece(number, order, *each) for order, each in enumerate(own)]
        return pieces

    def _read_piece(self, text: str, lang: str, piece: "Piece", tokens: Encoded) -> "PieceReading":
        positions = tokens.spans + piece.start
        middles = positions.sum(axis=1) / 2
        tags = self._heads.tags(tokens.vectors)
        whole = self._heads.tokens("document", tokens.vectors).pool()
        said = {head: self._heads.tokens(head, tokens.vectors) for head in (*SPANS, "term_category")}
        sentences: list[SentenceReading | None] = []
        for start, end in piece.sentences:
            inside = np.flatnonzero((middles > start) & (middles < end))
            if not len(inside):
                sentences.append(None)
                continue
            found = terms(text, positions[inside], tags[inside], self._thresholds.term)
            amount = of_tokens(text[start:end], lang, positions[inside] - start)
            read = [
                TermReading(
                    term,
                    softmax(said["term_category"].pool(inside[term.tokens]).logits()[0]),
                    self._directions.of_term(tokens.vectors[inside[term.tokens]], near(amount, term.tokens)),
                )
                for term in found
            ]
            sentences.append(SentenceReading({head: said[head].pool(inside) for head in SPANS}, read, amount.max(axis=0)))
        return PieceReading(piece.first, whole, sentences)

    def _read(self, sentences: int, parts: Sequence["PieceReading"], temperature: float) -> Reading:
        """Put the pieces of a text together: every token counts once, in the document and in its sentence."""
        if not parts:
            return Reading(np.full(4, 0.25), np.full((sentences, 4), 0.25), [])
        whole = parts[0].whole
        for part in parts[1:]:
            whole += part.whole
        read: list[SentenceReading | None] = [None] * sentences
        for part in parts:
            for number, sentence in enumerate(part.sentences, part.first):
                before = read[number]
                read[number] = before + sentence if before and sentence else before or sentence
        sentiment = np.full((sentences, len(LABELS)), 0.25)
        opinions: list[Opinion] = []
        for number, each in enumerate(read):
            if each:
                sentiment[number] = softmax(each.pools["sentence"].logits()[:, 0] / temperature)
                opinions += self._opinions(number, each, sentiment[number])
        return Reading(softmax(whole.logits()[:, 0] / temperature), sentiment, opinions)

    def _opinions(self, number: int, sentence: "SentenceReading", sentiment: np.ndarray) -> Iterator[Opinion]:
        """Every term with its likeliest category, then categories of the sentence that no term carries, as implicit opinions."""
        names = self._heads.aspects
        categories = softmax(sentence.pools["category"].logits())  # (C, 4)
        categories[self._off] = (1, 0, 0, 0)
        says = self._directions
        directed = sentence.pools["direction"].logits()[:, 0] + says.of_sentence(sentence.amounts)
        present = 1 - categories[:, 0]
        taken = set()
        for each in sentence.terms:
            term, own = each.term, each.own
            if self._off[int(own.argmax())]:
                continue  # an aspect that this organisation switched off
            best = int(np.where(self._off, 0, np.sqrt(own) * (SPARED + present)).argmax())
            taken.add(best)
            polarity, probability = term.polarity(sentiment)
            sure = probability * float(own[best])
            way = direction(directed + each.direction + says.aspect[best], sure, self._thresholds.direction)
            yield _opinion(number, term, names[best], polarity, way, sure)
        for best in np.flatnonzero(present > self._thresholds.category).tolist():
            if best not in taken:
                polarity = POLARITIES[int((categories[best, 1:] * sides(sentiment)).argmax())]
                sure = float(present[best])
                way = direction(directed + says.of_implicit(sentence.amounts) + says.aspect[best], sure, self._thresholds.direction)
                yield _opinion(number, None, names[best], polarity, way, sure)


def _opinion(number: int, term: FoundTerm | None, category: str, polarity: str, way: str | None, probability: float) -> Opinion:
    return Opinion(
        sentence=number,
        start=term.start if term else None,
        end=term.end if term else None,
        category=category,
        polarity=polarity,
        direction=way if polarity == "negative" else None,
        probability=probability,
    )


@dataclass(frozen=True)
class Piece:
    """What is encoded at once: characters `start:end` of text number `text`, its piece `number`, with `sentences` from `first` on."""

    text: int
    number: int
    start: int
    end: int
    first: int
    sentences: tuple[Span, ...]


@dataclass(frozen=True)
class TermReading:
    """A term, its probabilities by category (C,), and what it says of a direction, logits (3,)."""

    term: FoundTerm
    own: np.ndarray
    direction: np.ndarray


@dataclass(frozen=True)
class SentenceReading:
    """What is kept of a sentence: the sums of its heads, its terms, and which kinds of amount its words tell (kinds,)."""

    pools: dict[str, Pool]
    terms: list[TermReading]
    amounts: np.ndarray

    def __add__(self, other: "SentenceReading") -> "SentenceReading":
        pools = {head: pool + other.pools[head] for head, pool in self.pools.items()}
        return SentenceReading(pools, self.terms + other.terms, np.maximum(self.amounts, other.amounts))


@dataclass(frozen=True)
class PieceReading:
    """What is kept of a piece: the document head's sums over it, and its sentences from `first` on (None: without tokens)."""

    first: int
    whole: Pool
    sentences: list[SentenceReading | None]


def _chunks(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Pieces of like length, up to CHUNK characters at once: bounds the memory that token vectors take."""
    chunk: list[Piece] = []
    size = 0
    for piece in sorted(pieces, key=lambda each: each.end - each.start):
        chunk.append(piece)
        size += piece.end - piece.start
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
