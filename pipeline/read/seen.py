"""Unique ids over a whole run, in memory that grows by 8 bytes a record, however long the ids are."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

RECENT = 1 << 16  # hashes kept in a set before they become a sorted run
HINTS = 1 << 16  # repeated ids whose last number is remembered


class Seen:
    """Gives each id back as it is, or with ~2, ~3 ... when it was given before.

    Holds 64-bit hashes. Two of ten million different ids share one with a probability of 3e-6; the second gets a needless suffix.

    >>> Seen().unique(["a", "b", "a", "a~2", "a"])
    ['a', 'b', 'a~2', 'a~2~2', 'a~3']
    """

    def __init__(self) -> None:
        self.repeated = 0
        self._recent: set[int] = set()
        self._runs: list[np.ndarray] = []  # each sorted, uint64; each at least twice as long as the next
        self._hints: dict[int, int] = {}

    def unique(self, ids: Sequence[str]) -> list[str]:
        """New ids in the order of the old. Their number does not matter; the order does."""
        hashes = [_hash(each) for each in ids]
        old = self._in_runs(np.array(hashes, dtype=np.uint64)).tolist()
        recent = self._recent
        named = []
        for each, number, known in zip(ids, hashes, old, strict=True):
            if known or number in recent:
                named.append(self._renamed(each, number))
            else:
                recent.add(number)
                named.append(each)
        if len(recent) >= RECENT:
            self._settle()
        return named

    def _renamed(self, base: str, number: int) -> str:
        """The first free number after the last one used for this id."""
        self.repeated += 1
        count = self._hints.get(number) or self._last_used(base)
        while self._has(hashed := _hash(name := f"{base}~{count + 1}")):
            count += 1
        self._recent.add(hashed)
        if len(self._hints) >= HINTS:
            self._hints.clear()
        self._hints[number] = count + 1
        return name

    def _last_used(self, base: str) -> int:
        """A number that is used while the next is not, found by doubling and halving; 1 when none is."""
        low, high = 1, 2
        while self._has(_hash(f"{base}~{high}")):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._has(_hash(f"{base}~{middle}")) else (low, middle)
        return low

    def _has(self, number: int) -> bool:
        return number in self._recent or bool(self._in_runs(np.array([number], dtype=np.uint64))[0])

    def _in_runs(self, hashes: np.ndarray) -> np.ndarray:
        """Which hashes stand in a sorted run. (n,) bool"""
        found = np.zeros(len(hashes), dtype=bool)
        for run in self._runs:
            places = np.searchsorted(run, hashes)
            found |= run[np.minimum(places, len(run) - 1)] == hashes
        return found

    def _settle(self) -> None:
        run = np.sort(np.fromiter(self._recent, dtype=np.uint64, count=len(self._recent)))
        self._recent.clear()
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")  # stable: merges sorted stretches in linear time
        self._runs.append(run)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
