"""Under which key the spellings of one thing are counted together: lemmas.py, and what people write in more than one way."""

import re
import unicodedata
from functools import lru_cache

from pipeline.lemmas import bare, key

TONES = "".join(map(chr, (0x300, 0x301, 0x303, 0x309, 0x323)))  # of Vietnamese, combining: grave, acute, tilde, hook above, dot below
UMLAUTS = str.maketrans({"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00df": "ss"})
ARABIC_ARTICLE = re.compile(r"^(?:el|il|al)[ -]")  # in Latin letters, as in chats
HYPHENS = re.compile("['\u2019_-]")
SEPARATE = re.compile(r"[\s'\u2019_-]")  # check in, check-in, checkin


@lru_cache(maxsize=100_000)
def group_keys(term: str, lang: str) -> tuple[str, str]:
    """The key of a term, and the key as people write it who leave out marks. A term whose two keys are the same has no marks.

    Spaces stay in Vietnamese, where they part syllables.

    >>> group_keys("ngwasanaeth", "cy"), group_keys("Check-in", "de"), group_keys("phục vụ", "vi")[1]
    (('gwasanaeth', 'gwasanaeth'), ('checkin', 'checkin'), 'phuc vu')
    """
    found = key(ARABIC_ARTICLE.sub("", term.casefold()) if lang == "ar" else term, lang)
    if lang == "tl":
        found = " ".join(_singular(word) for word in key(found, lang).split())  # again: sumasagot, sumagot, sagot
    if lang == "vi":
        found = " ".join(_tone_last(word) for word in found.split())
    if lang == "ar":
        found = bare(found)  # vowel signs are written or not, as one likes
    found = (HYPHENS if lang == "vi" else SEPARATE).sub("", found) or term.casefold()
    return found, found.translate(UMLAUTS) if lang == "de" else bare(found)


def _tone_last(syllable: str) -> str:
    """A Vietnamese syllable with its tone behind it: where the tone stands is a matter of taste (hoa with grave on o or a).

    >>> _tone_last("hòa") == _tone_last("hoà"), _tone_last("hoa") == _tone_last("hoà")
    (True, False)
    """
    letters = unicodedata.normalize("NFD", syllable)
    tones = "".join(c for c in letters if c in TONES)
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in TONES)) + tones


def _singular(word: str) -> str:
    """An English plural in the singular; other words as they are, among them English ones that look like another word of the language."""
    if not word.endswith("s"):
        return word
    import simplemma

    found: str = simplemma.lemmatize(word, lang="en").casefold()
    return found if found in (word[:-1], word[:-2]) else word
