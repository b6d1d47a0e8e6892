"""Hashed character n-grams of words: which rows of a table of weights a word adds up."""

from collections.abc import Sequence

import numpy as np

LONGEST = 5  # characters of an n-gram
_BORDER = 0x2502  # no letter: stands before and after each word
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: multiplicative hashing (Knuth 1998, 6.4)
_WORD_SALT = np.uint64(0xD1B54A32D192ED03)  # whole words have hashes of their own


def rows(words: Sequence[str], buckets: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the n-grams of each word, all words one after another, and where each word begins.

    A word's features are its n-grams of 1 to 5 characters with a border on both sides (never the border alone), and the word as a whole.
    Returns `rows` (n_features,) int64 below `buckets` (a power of two) and `starts` (n_words,); a word has at least two features.
    """
    if not words:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    characters = np.frombuffer("".join(f"\u2502{word}\u2502" for word in words).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words)) + 2
    begins = np.cumsum(lengths) - lengths
    left = np.repeat(begins + lengths, lengths) - np.arange(len(characters))  # characters up to the word's end, this one included
    word = np.repeat(np.arange(len(words)), lengths)
    hashes, owners = [], []
    rolling = np.zeros(len(characters), dtype=np.uint64)
    padded = np.concatenate((characters, np.zeros(LONGEST, dtype=np.uint64)))
    for n in range(1, LONGEST + 1):
        rolling = (rolling + padded[n - 1 : n - 1 + len(characters)] + np.uint64(n)) * _FACTOR
        rolling ^= rolling >> np.uint64(29)
        inside = left >= n if n > 1 else characters != _BORDER
        hashes.append(rolling[inside])
        owners.append(word[inside])
    hashes.append(_whole(characters, begins, lengths))
    owners.append(np.arange(len(words)))
    order = np.argsort(np.concatenate(owners), kind="stable")
    found = _bucket(np.concatenate(hashes)[order], buckets)
    counts = np.bincount(np.concatenate(owners), minlength=len(words))
    return found, np.cumsum(counts) - counts


def _whole(characters: np.ndarray, begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """A hash of each word as a whole: the sum of its characters, each mixed with its place."""
    place = np.arange(len(characters)) - np.repeat(begins, lengths)
    mixed = (characters + np.uint64(1) + (place.astype(np.uint64) << np.uint64(21))) * _FACTOR
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _WORD_SALT
    return np.add.reduceat(mixed, begins)


def _bucket(hashes: np.ndarray, buckets: int) -> np.ndarray:
    mixed = hashes * _WORD_SALT
    result: np.ndarray = ((mixed >> np.uint64(33)) & np.uint64(buckets - 1)).astype(np.int64)
    return result
