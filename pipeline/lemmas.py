"""Which words are one thing: the key under which the forms of an aspect term are counted together."""

import re
import unicodedata
from functools import cache

# Languages whose words simplemma (MIT) knows with their inflection; its Welsh forms include the mutated ones. Vietnamese does not inflect.
LEMMATISED = ("cy", "de", "tl", "ar")
# Article and one-letter words that Arabic writes together with the next (waw, fa, ba, kaf, lam + alif lam), and the marks that it may leave out.
ARTICLE = re.compile("^[\u0648\u0641\u0628\u0643]?\u0627\u0644(?=..)|^\u0644\u0644(?=..)")
ALIKE = str.maketrans({"\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0649": "\u064a", "\u0629": "\u0647"})


def key(term: str, lang: str) -> str:
    """The term with case, inflection, mutation, article and spelling variants undone; marks (diacritics) stay where they tell words apart.

    >>> key("ngwasanaeth", "cy"), key("Wasanaeth", "cy"), key("Lieferungen", "de")
    ('gwasanaeth', 'gwasanaeth', 'lieferung')
    """
    words = unicodedata.normalize("NFC", term).split()
    return " ".join(_word(word, lang) for word in words)


def bare(key: str) -> str:
    """A key without any mark, as people write who leave them out.

    >>> bare("phục vụ"), bare("đồ ăn")
    ('phuc vu', 'do an')
    """
    decomposed = unicodedata.normalize("NFD", key.replace("đ", "d"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _word(word: str, lang: str) -> str:
    plain = word.casefold()
    if lang == "ar":
        plain = ARTICLE.sub("", plain)
    if lang in LEMMATISED:
        plain = _lemma(word if lang == "de" and word[:1].isupper() and not word.isupper() else plain, lang).casefold()
    return plain.translate(ALIKE) if lang == "ar" else plain


@cache
def _lemma(word: str, lang: str) -> str:
    import simplemma

    found: str = simplemma.lemmatize(word, lang=lang)
    return found
