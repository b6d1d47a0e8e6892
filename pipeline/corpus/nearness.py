"""Near-duplicates: pairs of texts that share much of their character 5-grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

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


def near_pairs(texts: Sequence[str]) -> list[Near]:
    """Pairs whose similarity is at least SIMILARITY, most similar first.

    Candidates are found by MinHash (rensa) with locality-sensitive hashing; the similarity of each candidate is then counted
    exactly, so that nothing is called alike by chance. Case, diacritics, vowel marks and signs do not matter.

    >>> near_pairs(["Das Essen war kalt.", "Der Bus kam nie.", "das essen war kalt"])
    [Near(one=0, other=2, similarity=1.0)]
    """
    grams = [shingles(text) for text in texts]
    found = [Near(i, j, jaccard(grams[i], grams[j])) for i, j in _candidates(grams)]
    return sorted((pair for pair in found if pair.similarity >= SIMILARITY), key=lambda pair: (-pair.similarity, pair.one, pair.other))


def most_alike(texts: Sequence[str]) -> float:
    """The greatest similarity of any two texts, counted exactly over all pairs; 0 for fewer than two.

    >>> round(most_alike(["Das Essen war kalt.", "Der Bus kam nie.", "Das Essen war warm."]), 2)
    0.56
    """
    from scipy.sparse import csr_matrix

    if len(texts) < 2:
        return 0.0
    grams = [shingles(text) for text in texts]
    number = {gram: i for i, gram in enumerate(sorted(frozenset().union(*grams)))}
    columns = [number[gram] for each in grams for gram in each]
    ends = list(accumulate((len(each) for each in grams), initial=0))
    has = csr_matrix(([1] * len(columns), columns, ends), shape=(len(grams), len(number)))
    shared = (has @ has.T).tocoo()  # (n, n): 5-grams in common
    sizes = has.sum(axis=1).A1
    different = shared.row < shared.col
    union = sizes[shared.row] + sizes[shared.col] - shared.data
    return float((shared.data[different] / union[different]).max(initial=0.0))


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
