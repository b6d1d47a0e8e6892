"""Words of a text with their places, and the form in which a word is compared."""

import re
import unicodedata
from collections.abc import Sequence

# Arabic and Latin marks that stand on letters, and the joiner inside Persian words: part of a word, though no letters
MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
APOSTROPHES = "'\u2019\u2018\u02bc\u00b4`"
WORD = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*(?:[{APOSTROPHES}][^\W_](?:[^\W_]|[{MARKS}])*)*")
# Addresses, mentions, hashtags and the placeholders of the cleaner say nothing about the language around them.
ADDRESS = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.-]+|[@#]\w+|\[(?:url|user|mail|phone|iban|card)\]|\b\w+\.(?:com|org|net|de|vn|ph|cymru|wales|co\.uk)\b"
)
LONGEST = 24  # letters: what is longer is no word; its beginning is enough

_SIGNS = ("://", "www.", "@", "#", "[", ".com", ".org", ".net", ".de", ".vn", ".ph", ".cymru", ".wales", ".co.uk")
_UNHEARD = re.compile("[\u0610-\u061a\u064b-\u065f\u0640\u0670\u06d6-\u06ed\u200c\u200d]")  # vowel signs, tatweel, joiners
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_NUMBER = re.compile(r"\d{2,}")  # one digit alone may be a letter of Arabizi, several are a number
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def blank(text: str) -> str:
    """The text with spaces in place of addresses, mentions, hashtags and placeholders; length and places stay.

    >>> blank("ok @ann cf. https://a.b now")
    'ok      cf.             now'
    """
    if any(sign in text for sign in _SIGNS):
        return ADDRESS.sub(lambda found: " " * len(found.group()), text)
    return text


def spans(text: str) -> list[tuple[int, int]]:
    """Places of the words.

    >>> spans("Mae'r bws, 50 p")
    [(0, 5), (6, 9), (11, 13), (14, 15)]
    """
    return [found.span() for found in WORD.finditer(blank(text))]


def written(text: str) -> list[str]:
    """The words as written.

    >>> written("nag-check ako #win")
    ['nag', 'check', 'ako']
    """
    return WORD.findall(blank(text))


def compared(word: str) -> str:
    """The form that is compared: one apostrophe, composed, lower case, no vowel signs, nothing drawn out, numbers alike; empty without a
    letter.

    >>> compared("SOOOO"), compared("Mae\u2019r"), compared("Mae\u00b4r"), compared("123"), compared("7abibi"), compared("250kg")
    ('soo', "mae'r", "mae'r", '', '7abibi', '0kg')
    """
    return all_compared([word])[0]


def all_compared(words: Sequence[str]) -> list[str]:
    """The compared forms of many words at once: each pass goes over all of them in one string."""
    joined = _APOSTROPHE.sub("'", "\n".join(words))
    if not joined.isascii():
        joined = _UNHEARD.sub("", unicodedata.normalize("NFKC", joined))
    joined = _DRAWN_OUT.sub(r"\1\1", _NUMBER.sub("0", joined.lower()))
    return [
        form[:LONGEST] if word.isalpha() or any(map(str.isalpha, word)) else ""
        for word, form in zip(words, joined.split("\n") if words else (), strict=True)
    ]
