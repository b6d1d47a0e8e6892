"""A text under repair that remembers where each of its characters came from.

The stored form is a flat list of triples `(clean start, text start, text end)`, one per run, in order. A run ends
where the next begins. Where a run is as long in the clean text as in the original, characters map one to one; elsewhere the
whole run maps to the whole original stretch.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

Edit = tuple[int, int, str]  # replace text[start:end] by the string


@dataclass(frozen=True)
class Aligned:
    """Text with the original stretch of each character: `starts[i]:ends[i]` of the original made character `i`.

    >>> a = Aligned.of("a&amp;b").replace([(1, 6, "&")])
    >>> a.text, a.runs()
    ('a&b', [0, 0, 1, 1, 1, 6, 2, 6, 7])
    """

    text: str
    starts: np.ndarray  # (len(text),) int32
    ends: np.ndarray  # (len(text),) int32

    @classmethod
    def of(cls, text: str) -> "Aligned":
        """Start from the original: every character comes from itself."""
        positions = np.arange(len(text) + 1, dtype=np.int32)
        return cls(text, positions[:-1], positions[1:])

    def replace(self, edits: Iterable[Edit]) -> "Aligned":
        """Apply edits, given in ascending order without overlap, in characters of `self.text`.

        An inserted character comes from the whole stretch that it replaces (from the place between its neighbours if that is empty).
        """
        pieces: list[str] = []
        starts: list[np.ndarray] = []
        ends: list[np.ndarray] = []
        position = 0
        for start, end, new in edits:
            if start < position or end < start:
                raise ValueError(f"edits overlap or go backwards at character {start}")
            pieces.append(self.text[position:start])
            starts.append(self.starts[position:start])
            ends.append(self.ends[position:start])
            if new:
                origin_start, origin_end = self._origin(start, end)
                pieces.append(new)
                starts.append(np.full(len(new), origin_start, dtype=np.int32))
                ends.append(np.full(len(new), origin_end, dtype=np.int32))
            position = end
        if not pieces:
            return self
        pieces.append(self.text[position:])
        starts.append(self.starts[position:])
        ends.append(self.ends[position:])
        return Aligned("".join(pieces), np.concatenate(starts), np.concatenate(ends))

    def _origin(self, start: int, end: int) -> tuple[int, int]:
        if end > start:
            return int(self.starts[start]), int(self.ends[end - 1])
        before = int(self.ends[start - 1]) if start else 0
        if start < len(self.text) and self.starts[start] < before:  # inside one replaced stretch
            return int(self.starts[start - 1]), before
        return before, before

    def runs(self) -> list[int]:
        """The stored form; an empty list for an empty text."""
        if not self.text:
            return []
        single = self.ends - self.starts == 1
        follows = np.zeros(len(self.text), dtype=bool)
        # a character continues its run if both are single and adjacent, or both come from one replaced stretch
        adjacent = single[1:] & single[:-1] & (self.starts[1:] == self.ends[:-1])
        same = ~single[1:] & (self.starts[1:] == self.starts[:-1]) & (self.ends[1:] == self.ends[:-1])
        follows[1:] = adjacent | same
        heads = np.flatnonzero(~follows)
        tails = np.append(heads[1:], len(self.text)) - 1
        return np.stack([heads, self.starts[heads], self.ends[tails]], axis=1).ravel().tolist()


class OffsetMap:
    """Maps spans of the clean text back to spans of the original.

    >>> OffsetMap([0, 0, 1, 1, 1, 6, 2, 6, 7], 3).span(1, 3)
    (1, 7)
    """

    def __init__(self, runs: Sequence[int], clean_length: int) -> None:
        self._clean = list(runs[0::3])
        self._start = list(runs[1::3])
        self._end = list(runs[2::3])
        self._length = clean_length

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Original `(start, end)` of the clean span; for an empty span, an empty span at its place."""
        if not self._clean:
            return 0, 0
        if end <= start:
            place = self._character(min(start, self._length - 1))[0]
            return place, place
        return self._character(start)[0], self._character(end - 1)[1]

    def _character(self, index: int) -> tuple[int, int]:
        run = bisect_right(self._clean, index) - 1
        head = self._clean[run]
        tail = self._clean[run + 1] if run + 1 < len(self._clean) else self._length
        start, end = self._start[run], self._end[run]
        if end - start == tail - head:  # character by character, but never past where a neighbour that overlaps begins or ends
            following = self._start[run + 1] if run + 1 < len(self._start) else end
            before = self._end[run - 1] if run else start
            return min(start + index - head, following), max(start + index - head + 1, before)
        return start, end
