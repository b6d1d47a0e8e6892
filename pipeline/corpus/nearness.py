"""Near-duplicates: pairs of texts that share much of their character 5-grams."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.corpus.words import folded

SHINGLE = 5  # characters: about a word, so that word order counts and endings do not
SIMILARITY = 0.4  # two texts of ten words that share six in a row; the most alike unrelated texts of our corpus reach about 0.2
SIZE, BANDS = 255, 85  # bands of 3 values: a pair of exactly that similarity is missed 4 times in 1,000
SEED = 2026  # any number, for ever the same


@dataclass(frozen=True)
class Near:
    """Two texts by their numbers, and the Jaccard similarity of their 5-grams."""

    one: int
    other: int
    similarity: float


def near_pairs(texts: Sequence[str], similarity: float = SIMILARITY) -> list[Near]:
    """Pairs at least so similar, most similar first.

    Candidates are found by MinHash (rensa) with locality-sensitive hashing; the similarity of each candidate is then counted
    exactly, so that nothing is called alike by chance. Case, diacritics, vowel marks and signs do not matter.

    >>> near_pairs(["Das Essen war kalt.", "Der Bus kam nie.", "das essen war kalt"])
    [Near(one=0, other=2, similarity=1.0)]
    """
    grams = [shingles(text) for text in texts]
    found = [Near(i, j, jaccard(grams[i], grams[j])) for i, j in _candidates(grams)]
    return sorted((pair for pair in found if pair.similarity >= similarity), key=lambda pair: (-pair.similarity, pair.one, pair.other))


def shingles(text: str) -> frozenset[str]:
    """The 5-grams of the folded text; the whole of it where it is shorter."""
    bare = folded(text) or text
    return frozenset(bare[i : i + SHINGLE] for i in range(max(1, len(bare) - SHINGLE + 1)))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared over all."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _candidates(grams: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    if not grams:
        return []
    sketches = RMinHash.from_token_sets([sorted(each) for each in grams], SIZE, SEED)
    index = RMinHashLSH(SIMILARITY, SIZE, BANDS)
    index.insert_many(sketches)
    return sorted({(i, j) for i, sketch in enumerate(sketches) for j in index.query(sketch) if j > i})
