"""Which of the listed brands a text names, whether it is tagged with them or not.

Names are compared without case and diacritics (so "Hat Suong" is found for its Vietnamese spelling), in the inflected forms of the text's language: Welsh initial
mutations, German and English endings, Tagalog linkers and hyphenated prefixes, Arabic proclitics and article. Names in other scripts are aliases that the user lists.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.config import Brand

# Welsh initial mutations (soft, nasal, aspirate; h before vowels): initial -> what it becomes. Longer initials first.
MUTATIONS = (
    *(("ll", ("l",)), ("rh", ("r",)), ("ch", ()), ("dd", ()), ("ph", ()), ("th", ()), ("ff", ())),
    *(("c", ("g", "ngh", "ch")), ("p", ("b", "mh", "ph")), ("t", ("d", "nh", "th"))),
    *(("g", ("", "ng")), ("b", ("f", "m")), ("d", ("dd", "n")), ("m", ("f",))),
    *((vowel, ("h" + vowel,)) for vowel in "aeiouwy"),
)
ENDINGS = {
    "de": r"(?:'?s|n)?",
    "tl": r"(?:'?ng|'?t|'?y)?",
    "cy": r"(?:'[a-z]{1,2})?",
}  # after a name; German -s, Tagalog linkers, Welsh contractions
ELSEWHERE = r"(?:'s)?"  # the genitive of English, which occurs in texts of every language
# In Arabic (after folding): wa-, fa-, then bi-, ka-, li- or none, then the article; or lil-. By escape: w 0648, f 0641, b 0628, k 0643, l 0644, a 0627.
PROCLITICS = "[\u0648\u0641]?(?:[\u0628\u0643\u0644]?(?:\u0627\u0644)?|\u0644\u0644)"
ARABIC = re.compile("[\u0621-\u064a]")
_FOLDED = str.maketrans(
    {
        **{
            "\u0110": "d",
            "\u0111": "d",
            "\u0640": "",
            "\u2019": "'",
            "\u2018": "'",
            "\u02bc": "'",
        },  # Vietnamese d with stroke; tatweel; apostrophes
        **{"\u0623": "\u0627", "\u0625": "\u0627", "\u0622": "\u0627", "\u0671": "\u0627"},  # alif with hamza, madda, wasla: alif
        **{"\u0629": "\u0647", "\u0649": "\u064a"},  # ta marbuta: ha; alif maqsura: ya
    }
)


def fold(text: str) -> str:
    """Text as it is compared: without case, diacritics, tatweel and the variants of alif, ta marbuta and ya.

    >>> fold("HẠT SƯƠNG đây"), fold("Müller")
    ('hat suong day', 'muller')
    """
    plain = unicodedata.normalize("NFKD", text.translate(_FOLDED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().translate(_FOLDED)


def mutated(name: str) -> tuple[str, ...]:
    """The name and its Welsh mutations, folded.

    >>> mutated("caffi enlli")
    ('caffi enlli', 'gaffi enlli', 'nghaffi enlli', 'chaffi enlli')
    """
    for initial, others in MUTATIONS:
        if name.startswith(initial):
            return (name, *(other + name[len(initial) :] for other in others))
    return (name,)


@dataclass(frozen=True)
class Names:
    """The listed brands, ready to be found in texts."""

    brands: tuple[Brand, ...]

    def named(self, text: str, lang: str) -> Iterator[tuple[int, bool]]:
        """Each brand that the text names, as its place in the list, with whether one of these is a tag: @name or #name."""
        found: dict[int, bool] = {}
        for match in _pattern(self.brands, lang).finditer(fold(text)):
            place = int(str(match.lastgroup)[1:])
            found[place] = found.get(place, False) or match.group(0).startswith(("@", "#"))
        yield from sorted(found.items())

    def of_column(self, value: str | None) -> int:
        """The place of the brand that a brand column names, or -1."""
        return _exact(self.brands).get(fold(value or "").strip(), -1)


@lru_cache(maxsize=32)
def _pattern(brands: tuple[Brand, ...], lang: str) -> re.Pattern[str]:
    groups = []
    for place, brand in enumerate(brands):
        forms = sorted(
            {form for alias in (brand.name, *brand.aliases) for form in _forms(fold(alias), lang)}, key=lambda form: (-len(form), form)
        )
        groups.append(f"(?P<b{place}>[@#]?(?:{'|'.join(forms)}))")
    return re.compile(rf"(?<![\w@#])(?:{'|'.join(groups)})(?!\w)") if groups else re.compile(r"(?!)")


def _forms(alias: str, lang: str) -> Sequence[str]:
    """Patterns of a folded alias in texts of a language. Words may be joined by any space or hyphen, and in tags by nothing."""
    if ARABIC.search(alias):
        return [PROCLITICS + _spaced(alias.removeprefix("\u0627\u0644"))]
    prefix = r"(?:[a-z]+-)?" if lang == "tl" else ""  # nag-, pang-, taga-
    return [prefix + _spaced(form) + ENDINGS.get(lang, ELSEWHERE) for form in (mutated(alias) if lang == "cy" else (alias,)) if form]


def _spaced(name: str) -> str:
    return r"[\s_-]*".join(re.escape(word) for word in name.split())


@lru_cache(maxsize=8)
def _exact(brands: tuple[Brand, ...]) -> dict[str, int]:
    return {fold(alias).strip(): place for place, brand in enumerate(brands) for alias in (brand.name, *brand.aliases)}
