"""What a fixer is, and how a row of them is applied to a text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.offsets import Aligned, Edit

ROUNDS = 6  # a fixer may uncover work for an earlier one (an entity hides a tag); real texts settle in two rounds


class Fixer(NamedTuple):
    """A name, a function from text to edits, and the CleanConfig switch that turns it off (empty: always on)."""

    name: str
    fix: Callable[[str], Iterable[Edit]]
    switch: str = ""


@dataclass(frozen=True)
class Cleaned:
    """A text after the fixers, where its characters came from, and which fixers changed something, in their order."""

    text: str
    offsets: list[int]
    fixes: list[str]


def apply(text: str, fixers: Sequence[Fixer]) -> Cleaned:
    """Apply the fixers in order until none changes anything, so that cleaning a cleaned text changes nothing.

    >>> from pipeline.clean.fixers import FIXERS
    >>> apply("Sch&ouml;n!!!!!!", FIXERS)
    Cleaned(text='Schön!!!', offsets=[0, 0, 3, 3, 3, 9, 4, 9, 12, 7, 12, 16], fixes=['html', 'repeats'])
    """
    aligned = Aligned.of(text)
    changed: set[str] = set()
    for _ in range(ROUNDS):
        before = aligned
        for fixer in fixers:
            edits = list(fixer.fix(aligned.text))
            if edits:
                aligned = aligned.replace(edits)
                changed.add(fixer.name)
        if aligned is before:
            break
    fixes = [fixer.name for fixer in fixers if fixer.name in changed]
    offsets = aligned.runs() if fixes else [0, 0, len(text)] if text else []
    return Cleaned(aligned.text, offsets, fixes)
