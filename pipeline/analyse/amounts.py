"""Words of a sentence that tell an amount (too, only, few, tiny, daily, eleven), by kind: what the reading of a direction leans on besides the model."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from pipeline.lemmas import ALIKE, bare

KINDS = ("too", "little", "only", "many", "small", "strong", "often", "more", "less", "one", "few", "number")
LEXICON = Path(__file__).with_name("amounts.toml")
# Letters and digits with the marks that belong to them; an apostrophe or a hyphen between two letters holds them together.
WORD = re.compile(r"[^\W_](?:['\u2019-]?[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670])*")
VOWELS = re.compile("[\u0640\u064b-\u065f\u0670]")  # tatweel and the short vowels of Arabic
DIGITS = re.compile(r"\d+")
DRAWN_OUT = re.compile(r"(.)\1{2,}")
# Arabic: waw or fa (and, so), then the article al, also after ba, kaf and lam, or ba or lam alone
BEFORE = re.compile(
    "^(?:[\u0648\u0641]?(?:\u0627\u0644|\u0644\u0644|\u0628\u0627\u0644|\u0643\u0627\u0644|[\u0628\u0644])|[\u0648\u0641])(?=...)"
)
NEAR = 4.0  # tokens over which a word's nearness to a term falls to 1/e
Found = tuple[int, int, frozenset[int]]  # start, end, kinds


@dataclass(frozen=True)
class Lexicon:
    """The entries of a language: `phrases` by their words, `begins` and `ends` for the words with a star; kinds by number.

    `lengths`: the numbers of words, the longest first, of the entries of several words that begin with a word.
    """

    phrases: dict[tuple[str, ...], frozenset[int]]
    begins: tuple[tuple[tuple[str, ...], int], ...]
    ends: tuple[tuple[str, int], ...]
    lengths: dict[str, tuple[int, ...]]


def amounts(sentence: str, lang: str) -> Iterator[Found]:
    """Characters and kinds of the words of an amount, in order; nothing in a language without a list.

    >>> [(KINDS[kind], start, end) for start, end, kinds in amounts("Viel zu wenig Salz, 12 Mails täglich", "de") for kind in sorted(kinds)]
    [('too', 0, 7), ('little', 8, 13), ('number', 20, 22), ('often', 29, 36)]
    """
    if lang not in _lexicons():
        return
    words = list(WORD.finditer(sentence))
    folded = [_folded(word.group(), lang) for word in words]
    plain = unicodedata.normalize("NFD", sentence.casefold())
    unmarked = lang == "vi" and bare(sentence.casefold()) == plain
    first = 0
    while first < len(words):
        length, kinds = _longest(folded, first, lang, unmarked)
        if kinds:
            yield words[first].start(), words[first + length - 1].end(), kinds
        first += length


def of_tokens(sentence: str, lang: str, spans: np.ndarray) -> np.ndarray:
    """Which kinds of amount each token is part of, (n_tokens, kinds) of 0 and 1; `spans` (n_tokens, 2) are characters of the sentence."""
    found = np.zeros((len(spans), len(KINDS)), dtype=np.float32)
    middles = spans.sum(axis=1) / 2
    for start, end, kinds in amounts(sentence, lang):
        inside = (middles > start) & (middles < end)
        for kind in kinds:
            found[inside, kind] = 1
    return found


def near(said: np.ndarray, term: np.ndarray) -> np.ndarray:
    """How near the nearest word of each kind is to a term, (kinds,): 1 inside it, falling by `NEAR`. `said` (n_tokens, kinds), `term` token numbers."""
    place = np.arange(len(said))
    away = np.maximum(np.maximum(term[0] - place, place - term[-1]), 0)
    result: np.ndarray = (said * np.exp(-away / NEAR, dtype=np.float32)[:, None]).max(axis=0)
    return result


def _longest(folded: list[str], first: int, lang: str, unmarked: bool) -> tuple[int, frozenset[int]]:
    """The words that the longest entry from `first` on takes and its kinds; one word and no kind where there is none."""
    lengths = _lexicons()[lang].lengths
    word = folded[first]
    for length in lengths.get(word, ()) or (lengths.get(BEFORE.sub("", word), ()) if lang == "ar" else ()):
        if length <= len(folded) - first and (kinds := _phrase(tuple(folded[first : first + length]), lang, unmarked)):
            return length, kinds
    digits = DIGITS.match(word)
    if digits:
        number = digits.group().lstrip("0")
        return 1, frozenset((KINDS.index("one" if number == "1" else "few" if number in ("2", "3") else "number"),))
    return 1, _phrase((word,), lang, unmarked)


@lru_cache(maxsize=50_000)
def _phrase(words: tuple[str, ...], lang: str, unmarked: bool) -> frozenset[int]:
    lexicon = _lexicons()[lang]
    kinds: set[int] = set()
    for each in {words, (BEFORE.sub("", words[0]), *words[1:])} if lang == "ar" else (words,):
        kinds |= lexicon.phrases.get(each, frozenset())
        kinds |= lexicon.phrases.get(("", *each), frozenset()) if unmarked else frozenset()
        kinds |= {
            k for start, k in lexicon.begins if len(start) == len(each) and each[:-1] == start[:-1] and each[-1].startswith(start[-1])
        }
        kinds |= {k for end, k in lexicon.ends if len(each) == 1 and each[0].endswith(end)}
    return frozenset(kinds)


@lru_cache(maxsize=50_000)
def _folded(word: str, lang: str) -> str:
    """Without case, and without what people leave out or draw out; Vietnamese and German keep their marks.

    >>> _folded("Sobraaang", "tl"), _folded("Zúú", "cy"), _folded("Quá", "vi")
    ('sobrang', 'zuu', 'quá')
    """
    plain = unicodedata.normalize("NFC", word).casefold().replace("\u2019", "'")
    if lang == "ar":
        plain = VOWELS.sub("", plain).translate(ALIKE)
    plain = plain if lang == "vi" else DRAWN_OUT.sub(r"\1", plain)
    return bare(plain) if lang in ("cy", "tl") else plain


@cache
def _lexicons() -> dict[str, Lexicon]:
    lists = tomllib.loads(LEXICON.read_text(encoding="utf-8"))
    return {lang: _lexicon(kinds, lang) for lang, kinds in lists.items()}


def _lexicon(kinds: dict[str, str], lang: str) -> Lexicon:
    phrases: dict[tuple[str, ...], frozenset[int]] = {}
    begins, ends = [], []
    for name, entries in kinds.items():
        kind = KINDS.index(name)
        for entry in entries.split():
            words = tuple(_folded(word.strip("*"), lang) for word in entry.split("_"))
            if entry.startswith("*"):
                ends.append((words[0], kind))
            elif entry.endswith("*"):
                begins.append((words, kind))
            else:
                unmarked = [("", *map(bare, words))] if lang == "vi" else []
                for each in (words, *unmarked):
                    phrases[each] = phrases.get(each, frozenset()) | {kind}
    lengths: dict[str, set[int]] = {}
    for words in (*phrases, *(words for words, _ in begins)):
        plain = words[1:] if not words[0] else words
        if len(plain) > 1:
            lengths.setdefault(plain[0], set()).add(len(plain))
    return Lexicon(phrases, tuple(begins), tuple(ends), {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()})
