"""protocols.Detector over the library lingua."""

import re
from collections.abc import Sequence
from typing import Any

from pipeline.languages import BY_CODE, OTHER_PREFIX, UNDETERMINED
from pipeline.protocols import Guess

# What feedback to our users may be written in besides the five. Each costs about 20 MB and a little certainty for the others.
CANDIDATES = (
    "WELSH GERMAN VIETNAMESE TAGALOG ARABIC ENGLISH FRENCH SPANISH ITALIAN PORTUGUESE DUTCH INDONESIAN MALAY IRISH TURKISH POLISH "
    "PERSIAN URDU RUSSIAN HINDI CHINESE JAPANESE KOREAN THAI"
).split()
# lingua's confidences are too flat. Raised to this power, with the prior below, their log loss is lowest (0.41 against 0.55 as they come;
# 6,570 texts and beginnings of texts of four public language corpora; measured for decision 0004).
SHARPNESS = 3.0
# Our users' feedback is in one of the five or English far more often than in another language.
PRIOR_OF_OTHERS = 0.5
PLACEHOLDER = re.compile(r"\[(?:url|user|mail|phone|iban|card)\]")


class LinguaDetector:
    """Named by lingua; `und` below `threshold` or with fewer than `min_letters` letters."""

    def __init__(self, *, threshold: float, min_letters: int) -> None:
        from lingua import Language, LanguageDetectorBuilder

        languages = [getattr(Language, name) for name in CANDIDATES]
        self._detector = LanguageDetectorBuilder.from_languages(*languages).build()
        self._threshold = threshold
        self._min_letters = min_letters

    def detect(self, texts: Sequence[str]) -> list[Guess]:
        """See protocols.Detector."""
        return [self._one(PLACEHOLDER.sub(" ", text)) for text in texts]

    def _one(self, text: str) -> Guess:
        if sum(map(str.isalpha, text)) < self._min_letters:
            return Guess(UNDETERMINED, 0.0)
        weights = {code: value**SHARPNESS * _prior(code) for code, value in self._confidences(text)}
        total = sum(weights.values())
        if not total:
            return Guess(UNDETERMINED, 0.0)
        best = max(weights, key=lambda code: (weights[code], code))
        probability = round(weights[best] / total, 4)
        if probability < self._threshold:
            return Guess(UNDETERMINED, probability)
        return Guess(best if best in BY_CODE else OTHER_PREFIX + best, probability)

    def _confidences(self, text: str) -> list[tuple[str, float]]:
        found: list[Any] = self._detector.compute_language_confidence_values(text)
        return sorted((each.language.iso_code_639_1.name.lower(), each.value) for each in found)


def _prior(code: str) -> float:
    return 1.0 if code in BY_CODE or code == "en" else PRIOR_OF_OTHERS
