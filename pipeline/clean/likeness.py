"""What makes two texts duplicates: a normal form, its hash, and for near duplicates a MinHash sketch of its character 5-grams."""

import hashlib
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

SHINGLE = 5  # characters: about a word, so that word order counts and endings do not
SIZE = 256  # values of a digest: the estimated similarity has a standard error of at most 0.04 from their lowest bits
WORDS = SIZE // 64
BANDS = 20  # a pair is compared if all values of one band agree
MISSED = 0.01  # share of pairs just as similar as asked that no band brings together
SEED = 2025  # any number, for ever the same: sketches of different runs must agree
CHUNK = 1_000_000  # characters hashed at a time: bounds memory
_HARAKAT = {*range(0x610, 0x61B), *range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE)}  # Arabic vowel marks: written or not at will


@dataclass(frozen=True)
class Sketches:
    """Bands and sketches of some rows: `rows` (m,), `bands` (m, BANDS) int64, `sketch` (m, WORDS) int64."""

    rows: np.ndarray
    bands: np.ndarray
    sketch: np.ndarray


class _Kept(dict[int, int | None]):
    """A translation table that decides about a character when it first meets it."""

    def __missing__(self, code: int) -> int | None:
        kind = unicodedata.category(chr(code))
        keep = kind[0] in "LN" or kind in ("So", "Sk") or (kind[0] == "M" and code not in _HARAKAT and not 0xFE00 <= code <= 0xFE0F)
        self[code] = code if keep else None
        return self[code]


_KEPT = _Kept()


def normal(text: str) -> str:
    """Letters, digits and pictures only, without case and Arabic vowel marks; the text itself where that leaves nothing.

    >>> normal("Sehr GUT, \\uff11a!! \\U0001f44d"), normal(":-)")
    ('sehrgut1a👍', ':-)')
    """
    flat = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return flat.casefold().translate(_KEPT) or text


def exact_key(normalised: str) -> int:
    """64 bits: among ten million different texts, two share a key with a probability of 3 in a million."""
    return int.from_bytes(hashlib.blake2b(normalised.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little", signed=True)


def sketches(texts: Sequence[str], rows: Sequence[int], similarity: float) -> Sketches:
    """MinHash digests of normal forms, cut into bands and shortened to sketches. Does not depend on the other texts."""
    digests = np.concatenate([np.zeros((0, SIZE), np.uint32), *(_digests(chunk) for chunk in _chunks(texts))])
    height = band_height(similarity)
    bands = _mixed(digests[:, : BANDS * height].reshape(-1, BANDS, height))
    bits = np.packbits((digests & 1).astype(np.uint8), axis=1, bitorder="little")  # (m, SIZE / 8)
    return Sketches(np.asarray(rows, dtype=np.int64), bands, bits.view("<i8"))


def band_height(similarity: float) -> int:
    """Values in a band: as many as let pairs of the asked similarity meet in one of the bands, but for the share MISSED.

    >>> band_height(0.8), band_height(0.6), band_height(0.99)
    (7, 3, 12)
    """
    least = 1 - MISSED ** (1 / BANDS)  # how likely one band must agree
    if similarity >= 1:
        return SIZE // BANDS
    return max(1, min(SIZE // BANDS, int(math.log(least) / math.log(similarity)))) if similarity > 0 else 1


def similar(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Estimated Jaccard similarity of pairs of sketches, both (n, WORDS): lowest bits agree by chance half of the time.

    Li and Koenig, b-Bit Minwise Hashing, WWW 2010, with b = 1.
    """
    differing = np.bitwise_count((one ^ other).view(np.uint64)).sum(
        axis=1, dtype=np.int64
    )  # of int64 it would count the absolute value's bits
    estimate: np.ndarray = 1 - 2 * differing / SIZE
    return estimate


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    chunk: list[str] = []
    size = 0
    for text in texts:
        if chunk and size + len(text) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(text)
        size += len(text)
    if chunk:
        yield chunk


def _digests(texts: list[str]) -> np.ndarray:
    """(n, SIZE) uint32: MinHash of the 5-grams of each text."""
    from rensa import RMinHash

    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    lengths = np.array([len(text) for text in texts])
    windows = np.maximum(lengths - SHINGLE + 1, 0)  # n-grams within each text
    starts = np.repeat(np.cumsum(lengths) - lengths, windows) + _ranks(windows)
    hashes = np.zeros(len(starts), dtype=np.uint64)
    for i in range(SHINGLE):
        hashes = _mix(hashes ^ codes[starts + i])
    offsets = np.concatenate([[0], np.cumsum(windows)]).astype(np.uint64)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(hashes, offsets, SIZE, SEED)
    return np.array(matrix.to_rows(), dtype=np.uint32)


def _ranks(counts: np.ndarray) -> np.ndarray:
    """0, 1, … within each group of the given sizes."""
    ranks: np.ndarray = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return ranks


def _mix(values: np.ndarray) -> np.ndarray:
    """A good hash of 64 bits (finaliser of SplitMix64: Steele, Lea and Flood 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    values = values ^ (values >> np.uint64(31))
    return values


def _mixed(bands: np.ndarray) -> np.ndarray:
    """(m, BANDS, height) to (m, BANDS): one int64 for the values of a band."""
    total = np.zeros(bands.shape[:2], dtype=np.uint64)
    for i in range(bands.shape[2]):
        total = _mix(total ^ bands[:, :, i].astype(np.uint64))
    return total.view(np.int64)
