"""Pieces of every length cut from texts, written as hurried people write."""

import random
import unicodedata
from collections.abc import Sequence

from pipeline.train.language.arabizi import latin, respelt

BANDS = ((1, 1), (2, 3), (4, 8), (9, 30))  # words
BAND_SHARES = (0.35, 0.25, 0.25, 0.15)
NO_MARKS = {"vi": 0.3, "cy": 0.15, "de": 0.12}  # share of pieces written without diacritics
NO_MARKS_ELSE = 0.08
SOME_MARKS = 0.1  # of Vietnamese pieces: only some words lose them
ARABIZI = 0.15  # of pieces in Arabic script, beside the texts that people wrote so
SLIP = 0.04  # of words: a letter dropped, doubled or swapped
JOINED = 0.03  # of pieces: two words without the space
NAMED = 0.08  # of pieces of three words and more: a name known everywhere is put in, so that names tell no language
_UMLAUTS = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00df": "ss"})


def piece(words: Sequence[str], lang: str, *, whole: bool, rng: random.Random) -> list[str]:
    """Some neighbouring words of a text (in the compared form), as somebody might write them.

    `whole`: the text is not cut below nine words, because a word of it may be of another language.
    """
    least, most = BANDS[-1] if whole else rng.choices(BANDS, BAND_SHARES)[0]
    length = min(rng.randint(least, most), len(words))
    start = rng.randint(0, len(words) - length)
    return hurried(list(words[start : start + length]), lang, rng)


def hurried(words: list[str], lang: str, rng: random.Random) -> list[str]:
    """The words without diacritics, in Latin letters, with slips or joined, each by chance."""
    if lang == "ar" and "".join(words).isascii():
        words = respelt(words, rng) or words
    elif lang == "ar" and rng.random() < ARABIZI:
        words = [part for word in words for part in latin(word, rng).split()]
    elif lang == "vi" and rng.random() < SOME_MARKS:
        words = [bare(word) if rng.random() < 0.5 else word for word in words]
    elif rng.random() < NO_MARKS.get(lang, NO_MARKS_ELSE):
        spelt = lang == "de" and rng.random() < 0.5
        words = [bare(word.translate(_UMLAUTS) if spelt else word) for word in words]
    words = [_slip(word, rng) if len(word) > 3 and rng.random() < SLIP else word for word in words]
    if len(words) > 1 and rng.random() < JOINED:
        at = rng.randrange(len(words) - 1)
        words[at : at + 2] = [words[at] + words[at + 1]]
    return words


def with_name(words: list[str], names: Sequence[Sequence[str]], rng: random.Random) -> list[str]:
    """The words, by chance with a name somewhere between them."""
    if names and len(words) > 2 and rng.random() < NAMED:
        at = rng.randint(0, len(words))
        return [*words[:at], *rng.choice(names), *words[at:]]
    return words


def bare(word: str) -> str:
    """A word without its diacritics.

    >>> bare("\u0111\u1eb9p")
    'dep'
    """
    apart = unicodedata.normalize("NFD", word.replace("\u0111", "d"))
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f"))


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word + word[-1],
        )
    )
