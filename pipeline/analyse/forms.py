"""Under which forms a word may be written that somebody is looking for, in each of the five languages.

A listed word is found where one of its forms is one of the forms of the word as written. Because the listed word is known, endings and
attached words may be taken off more freely here than where terms are grouped (pipeline/lemmas.py): what is left must still be that word.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.lemmas import bare, key

UNMARKED = ("cy", "vi", "tl", "ar")  # languages in which marks are left out; in German, schon is another word than sch\u00f6n
# Welsh initials that a mutation may have made, and what they were before; longer ones first (soft, nasal, aspirate; h before vowels).
UNMUTATED = (
    *(("ngh", ("c",)), ("mh", ("p",)), ("nh", ("t",)), ("ng", ("g",)), ("ch", ("c",)), ("ph", ("p",)), ("th", ("t",)), ("dd", ("d",))),
    *(
        ("b", ("p",)),
        ("d", ("t",)),
        ("g", ("c",)),
        ("f", ("b", "m")),
        ("m", ("b",)),
        ("n", ("d",)),
        ("l", ("ll", "gl")),
        ("r", ("rh", "gr")),
    ),
    *(("h" + vowel, (vowel,)) for vowel in "aeiouwy"),
    *((vowel, ("g" + vowel,)) for vowel in "aeiouwy"),
)
UMLAUTS = (("ae", "\u00e4"), ("oe", "\u00f6"), ("ue", "\u00fc"))
# Arabic: waw or fa (and), then ba, kaf or lam (with, as, for), before the word; pronouns after it: -ha, -hum, -hunna, -huma, -kum, -kuma, -na,
# then single letters -hu, -ka, -i.
BEFORE = re.compile("^[\u0648\u0641]?[\u0628\u0643\u0644]?(?=...)")
AFTER = re.compile(
    "(?:\u0647\u0627|\u0647\u0645|\u0647\u0646|\u0647\u0645\u0627|\u0643\u0645|\u0643\u0645\u0627|\u0646\u0627|\u0647|\u0643|\u064a)$"
)
TA, TA_MARBUTA = "\u062a", "\u0629"  # the ending of feminine words, with and without a pronoun after it
SHORTEST = 3  # letters that must be left of an Arabic word


@lru_cache(maxsize=50_000)
def written(word: str, lang: str) -> frozenset[str]:
    """The forms that a word in a text may stand for.

    >>> "paradahan" in written("paradahang", "tl"), "parcmon" in written("Barcmon", "cy"), "xe" in written("xế", "vi")
    (True, True, False)
    """
    plain = word.casefold()
    forms = {plain, *(key(each, lang) for each in (word, *_taken_apart(word, plain, lang)))}
    return frozenset(forms | {bare(form) for form in forms} if lang == "ar" else forms)


def listed(word: str, lang: str) -> frozenset[str]:
    """The forms of a word that is looked for, with the one that people write who leave out marks.

    >>> sorted(listed("Đỗ", "vi")), sorted(listed("Schön", "de"))
    (['do', 'đỗ'], ['schön'])
    """
    plain = word.casefold()
    forms = {plain, key(word, lang), *(key(each, lang) for each in _umlauts(plain, lang))}
    return frozenset(forms | {bare(form) for form in forms} if lang in UNMARKED else forms)


def _taken_apart(word: str, plain: str, lang: str) -> Iterator[str]:
    if lang == "cy" and not _known(plain):
        for initial, before in UNMUTATED:
            if plain.startswith(initial):
                yield from (each + plain[len(initial) :] for each in before)
                break
    elif lang == "tl":
        if re.search("[aeiou]ng$", plain):
            yield plain[:-2]
        elif plain.endswith("ng"):
            yield plain[:-1]
    elif lang == "de":
        yield word.capitalize()
        yield from _umlauts(plain, lang)
    elif lang == "ar":
        yield from _arabic(plain)


def _umlauts(plain: str, lang: str) -> Iterator[str]:
    for pair, umlaut in UMLAUTS if lang == "de" else ():
        if pair in plain:
            yield plain.replace(pair, umlaut).capitalize()


def _arabic(word: str) -> Iterator[str]:
    word = bare(word).replace("\u0640", "")  # tatweel
    for stem in dict.fromkeys((word, BEFORE.sub("", word))):
        yield stem
        ending = AFTER.search(stem)
        if ending and ending.start() >= SHORTEST:
            left = stem[: ending.start()]
            yield left
            if left.endswith(TA):
                yield left[:-1] + TA_MARBUTA


def _known(word: str) -> bool:
    import simplemma

    return bool(simplemma.is_known(word, lang="cy"))
