"""What a model must offer to a stage. Stages receive models as arguments and know nothing of where they came from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np


@dataclass(frozen=True)
class Guess:
    """A language and how likely it is; `und` with the best guess's probability when unsure or too short."""

    lang: str
    probability: float


@dataclass(frozen=True)
class Span:
    """A stretch of a text in one language: characters, end exclusive, and the language as in `Guess`."""

    start: int
    end: int
    lang: str


class Detector(Protocol):
    """Names the language of short texts. The answer for a text does not depend on the others in the call."""

    def detect(self, texts: Sequence[str]) -> list[Guess]:
        """One guess per text, in order."""
        ...

    def spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Per text the stretches of each language, in order, without overlap, from word to word; what no language owns is left out."""
        ...


@dataclass(frozen=True)
class Encoded:
    """Token vectors of one text: `vectors` (n_tokens, dim) float32 and `spans` (n_tokens, 2), characters of the text."""

    vectors: np.ndarray
    spans: np.ndarray


class Encoder(Protocol):
    """Turns texts into token vectors."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """One `Encoded` per text, in order; a text longer than the window is the caller's to split."""
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Number of tokens of each text, with the marks that the encoder adds."""
        ...


@dataclass(frozen=True)
class Opinion:
    """One opinion on an aspect: sentence number, term span in characters (None when implicit), and what is said."""

    sentence: int
    start: int | None
    end: int | None
    category: str
    polarity: str
    direction: str | None
    probability: float


@dataclass(frozen=True)
class Reading:
    """What an analyser reads in one text. Probabilities are in the order of `tables.LABELS`."""

    document: np.ndarray  # (4,)
    sentences: np.ndarray  # (n_sentences, 4)
    opinions: list[Opinion]


class Analyser(Protocol):
    """Reads sentiment and aspects. The answer for a text does not depend on the others in the call (to 1e-4)."""

    def analyse(
        self, texts: Sequence[str], sentences: Sequence[Sequence[tuple[int, int]]], langs: Sequence[str] | None = None
    ) -> list[Reading]:
        """One reading per text; `sentences` holds each text's sentence spans in characters, in order, without overlap.

        `langs` may choose a calibration of the probabilities; it changes no label.
        """
        ...
