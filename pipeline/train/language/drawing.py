"""Draw training examples: a language, a text of it, a piece of the text."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.detect.words import compared, written
from pipeline.languages import CODES
from pipeline.train.language.augment import piece, with_name
from pipeline.train.language.sources import ARABIZI, COMPOSED, Text

OTHERS = 0.35  # examples of a language outside the five and English, for one of these
SINGLE = 0.1  # of a language's examples: words of a dictionary, where there is one
WHOLE = 0.3  # of a language's examples: texts with words of a second language, where there are any
RARE, RARE_MOST = 0.002, 0.3  # of a language's examples, for each text composed for the detector or in Arabizi; and at most


@dataclass
class Pool:
    """The texts of one language, as words: those that may be cut to pieces, those that may not, a dictionary's, rare ones."""

    cut: list[list[str]] = field(default_factory=list)
    whole: list[list[str]] = field(default_factory=list)
    single: list[list[str]] = field(default_factory=list)
    rare: list[list[str]] = field(default_factory=list)


def pools(texts: Iterable[Text], dictionary: Iterable[Text]) -> dict[str, Pool]:
    """Texts by language, in the form that is compared."""
    found: dict[str, Pool] = defaultdict(Pool)
    form = Forms()
    for text in texts:
        pool = found[text.lang]
        if words := form(text.text):
            (pool.rare if text.variety == ARABIZI or text.corpus == COMPOSED else pool.whole if text.switching else pool.cut).append(words)
    for text in dictionary:
        if words := form(text.text):
            found[text.lang].single.append(words)
    return dict(sorted(found.items()))


class Forms(dict[str, str]):
    """Words in the form that is compared, each worked out once."""

    def __missing__(self, word: str) -> str:
        self[word] = compared(word)
        return self[word]

    def __call__(self, text: str) -> list[str]:
        """The words of a text."""
        return [form for word in written(text) if (form := self[word])]


def draw(
    pools: dict[str, Pool], count: int, rng: random.Random, say: Callable[[str], object] = str, *, names: Sequence[Sequence[str]] = ()
) -> tuple[list[list[str]], list[int]]:
    """Word lists, some with one of the `names` in them, and the number of each one's language among the sorted ones."""
    weights = [1.0 if code in CODES or code == "en" else OTHERS for code in pools]
    labels = rng.choices(range(len(pools)), weights, k=count)
    langs = tuple(pools)
    say(f"{count} pieces of {sum(len(pool.cut) + len(pool.whole) for pool in pools.values())} texts in {len(pools)} languages")
    return [with_name(_one(pools[langs[label]], langs[label], rng), names, rng) for label in labels], labels


def _one(pool: Pool, lang: str, rng: random.Random) -> list[str]:
    if pool.single and rng.random() < SINGLE:
        return rng.choice(pool.single)
    if pool.rare and (rng.random() < min(RARE_MOST, RARE * len(pool.rare)) or not pool.cut):
        return piece(rng.choice(pool.rare), lang, whole=False, rng=rng)
    if pool.whole and rng.random() < WHOLE:
        return piece(rng.choice(pool.whole), lang, whole=True, rng=rng)
    return piece(rng.choice(pool.cut), lang, whole=False, rng=rng)
