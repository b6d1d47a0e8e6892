"""Ratings as people and sites write them: 4, 4,5, 4/5, stars, "5 Sterne", Arabic-Indic digits."""

import re
from functools import lru_cache
from typing import Any

from pipeline.read.values import ASCII_DIGITS, MAX_FLOAT32, as_text

_FULL = "\u2605\u2b50\U0001f31f\u272d\u272e\u2730"  # black star, emoji star, glowing star, outlined black stars
_EMPTY = "\u2606\u2729\u272a"  # white star, stress outlined star, circled star
_HALF = "\u00bd\u2bea\u2be8"  # one half, star with half black
_STARS = re.compile(rf"[{_FULL}{_EMPTY}{_HALF}\ufe0f\s]+")  # U+FE0F asks for the coloured form of a star

_OF = (
    "/|out of|of|von|aus|allan o|o|tr\u00ean|sa|mula sa|"
    "\u0645\u0646"  # min: of
)
_UNITS = (
    "stars?|sternen?|stern|punkten?|punkte?|points?|seren|s\u00ear|pwynt|pwyntiau|sao|\u0111i\u1ec3m|bituin|na bituin|puntos|%|"
    "\u0646\u062c\u0648\u0645|\u0646\u062c\u0645\u0629|\u0646\u062c\u0645\u0627\u062a|"  # nujum, najma, najmat: stars, star
    "\u0646\u0642\u0627\u0637|\u0646\u0642\u0637\u0629|"  # niqat, nuqta: points, point
    rf"[{_FULL}]\ufe0f?"
)
_NUMBER = re.compile(rf"([+-]?\d{{1,9}}(?:[.,]\d{{1,9}})?)\s*(?:(?:{_OF})\s*\d{{1,9}}(?:[.,]\d+)?)?\s*(?:{_UNITS})?\.?", re.IGNORECASE)


def rating(value: Any) -> float | None:
    """The rating in the source's own scale; None when there is none or it is not understood. The scale itself is left out.

    >>> rating("4,5"), rating("4/5"), rating("4 von 5 Sternen"), rating("\\u2605\\u2605\\u2606"), rating("gut")
    (4.5, 4.0, 4.0, 2.0, None)
    """
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if abs(value) < MAX_FLOAT32 else None
    return _written(as_text(value))


@lru_cache(maxsize=4096)  # a column of ratings has few different values
def _written(text: str) -> float | None:
    text = text.strip()
    if len(text) > 60:  # no rating is that long
        return None
    if text and _STARS.fullmatch(text):
        return sum(char in _FULL for char in text) + 0.5 * sum(char in _HALF for char in text)
    match = _NUMBER.fullmatch(text.translate(ASCII_DIGITS))
    return float(match[1].replace(",", ".")) if match else None
