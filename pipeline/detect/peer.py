"""What the adapters to other libraries share: from codes and probabilities to guesses and spans."""

import re
from collections.abc import Sequence
from typing import Any

from pipeline.errors import ConfigError
from pipeline.languages import BY_CODE, OTHER_PREFIX, UNDETERMINED
from pipeline.protocols import Guess, Span

PLACEHOLDER = re.compile(r"\[(?:url|user|mail|phone|iban|card)\]")
HALF = 0.5  # threshold where none is given: more likely than not
SAME = {"fil": "tl", "arz": "ar", "iw": "he"}  # codes that libraries use for what we call otherwise


class Peer:
    """A detector of another library: `_best` names the likeliest language of one text. A text is one span."""

    def __init__(self, *, threshold: float | None, min_letters: int) -> None:
        self._threshold = HALF if threshold is None else threshold
        self._min_letters = min_letters

    def detect(self, texts: Sequence[str]) -> list[Guess]:
        """See protocols.Detector."""
        return [self._one(PLACEHOLDER.sub(" ", text)) for text in texts]

    def spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """See protocols.Detector: these libraries name whole texts only."""
        return [
            [Span(0, len(text), guess.lang)] if text and guess.lang != UNDETERMINED else []
            for text, guess in zip(texts, self.detect(texts), strict=True)
        ]

    def _one(self, text: str) -> Guess:
        if sum(map(str.isalpha, text)) < max(1, self._min_letters):
            return Guess(UNDETERMINED, 0.0)
        code, value = self._best(text)
        probability = round(min(1.0, max(0.0, value)), 4)
        if not code or probability < self._threshold:
            return Guess(UNDETERMINED, probability)
        code = SAME.get(code, code)
        return Guess(code if code in BY_CODE else OTHER_PREFIX + code, probability)

    def _best(self, text: str) -> tuple[str, float]:
        raise NotImplementedError


def missing(library: str, detector: str) -> ConfigError:
    """The error that says how to get a library that is not installed."""
    return ConfigError(
        f"[detect] detector is {detector!r}, which needs the library {library}. Install it with `pip install 'polyvox[peers]'`, "
        "or take the detector 'own'."
    )


def module(name: str, library: str, detector: str) -> Any:
    """Import a library of the extra `peers`. Raises ConfigError when it is not installed."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        raise missing(library, detector) from None
