"""What stands out: findings made by a small table of rules from numbers that are shown. No number, no finding."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.report.board import WHOLE, Board, Estimate, Place

MOST = 5  # more than a reader keeps in mind is a table, and that comes below
MOST_PER_LANGUAGE = 2  # so that one large language does not take all places


@dataclass(frozen=True)
class Rule:
    """Compares cells of a column with the language as a whole: `above` its share, or below it. `message` is of the section `finding`."""

    message: str
    kind: str
    measure: str
    above: bool


RULES = (
    Rule("mention_negative", "aspect", "share_negative", True),
    Rule("mention_positive", "aspect", "share_positive", True),
    Rule("negative_above", "brand", "share_negative", True),
    Rule("negative_below", "brand", "share_negative", False),
    Rule("negative_above", "channel", "share_negative", True),
    Rule("negative_above", "period", "share_negative", True),
)
LEFT_OUT = ("overall", "unknown")  # the whole again; a gap in the data, not a subject


@dataclass(frozen=True)
class Finding:
    """A cell that differs from its language: the rule's message, and the numbers it is filled with."""

    message: str
    measure: str
    lang: str
    place: Place
    cell: Estimate
    whole: Estimate
    gap: float


def stand_out(board: Board, languages: tuple[str, ...]) -> list[Finding]:
    """At most five findings, the farthest from their language's share first (measured from the near end of the interval)."""
    candidates = [found for lang in languages for rule in RULES for found in _strongest(board, lang, rule)]
    candidates.sort(key=lambda found: (-found.gap, found.lang, found.place, found.message))
    taken: Counter[str] = Counter()
    chosen: list[Finding] = []
    for found in candidates:
        if len(chosen) < MOST and taken[found.lang] < MOST_PER_LANGUAGE:
            taken[found.lang] += 1
            chosen.append(found)
    return chosen


def compared(board: Board, languages: tuple[str, ...]) -> int:
    """How many numbers the rules looked at."""
    return sum(1 for lang in languages for rule in RULES for _ in _shown(board, lang, rule))


def _strongest(board: Board, lang: str, rule: Rule) -> list[Finding]:
    whole = board.shown(lang, WHOLE, rule.measure)
    if whole is None:
        return []
    gaps = [(_gap(cell, whole, rule), name, cell) for name, cell in _shown(board, lang, rule)]
    outside = [found for found in gaps if found[0] > 0]
    if not outside:
        return []
    gap, name, cell = max(outside, key=lambda found: (found[0], found[1]))
    return [Finding(rule.message, rule.measure, lang, (rule.kind, name), cell, whole, gap)]


def _shown(board: Board, lang: str, rule: Rule) -> Iterator[tuple[str, Estimate]]:
    for name in board.names(lang, rule.kind):
        cell = board.shown(lang, (rule.kind, name), rule.measure)
        if cell is not None and name not in LEFT_OUT:
            yield name, cell


def _gap(cell: Estimate, whole: Estimate, rule: Rule) -> float:
    """How far the interval lies outside of the language's share; negative or 0: it does not."""
    return float(cell["low"] - whole["value"] if rule.above else whole["value"] - cell["high"])
