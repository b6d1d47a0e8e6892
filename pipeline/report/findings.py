"""What stands out: sentences made by a small table of rules from numbers that are shown. No number, no sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.report import wording
from pipeline.report.board import WHOLE, Board, Estimate, Place
from pipeline.report.wording import share

MOST = 5  # more than a reader keeps in mind is a table, and that comes below
MOST_PER_LANGUAGE = 2  # so that one large language does not take all places


@dataclass(frozen=True)
class Rule:
    """Compares cells of a column with the language as a whole: `above` its share, or below it.

    `before` and `after` enclose the name; `{lang}`, `{value}`, `{interval}`, `{n}`, `{all}`, `{level}` are filled in.
    """

    kind: str
    measure: str
    above: bool
    before: str
    after: str


RULES = (
    Rule(
        *("aspect", "share_negative", True, "Of the {n} {lang} texts that mention "),
        ", {value} are classified negative about it ({level} interval {interval}); of all {lang} texts, {all} are negative.",
    ),
    Rule(
        *("aspect", "share_positive", True, "Of the {n} {lang} texts that mention "),
        ", {value} are classified positive about it ({level} interval {interval}); of all {lang} texts, {all} are positive.",
    ),
    Rule(
        *("brand", "share_negative", True, "Of {n} {lang} texts about "),
        ", {value} are classified negative ({level} interval {interval}), more than of all {lang} texts ({all}).",
    ),
    Rule(
        *("brand", "share_negative", False, "Of {n} {lang} texts about "),
        ", {value} are classified negative ({level} interval {interval}), fewer than of all {lang} texts ({all}).",
    ),
    Rule(
        *("channel", "share_negative", True, "Of {n} {lang} texts from the channel "),
        ", {value} are classified negative ({level} interval {interval}), more than of all {lang} texts ({all}).",
    ),
    Rule(
        *("period", "share_negative", True, "Of {n} {lang} texts of "),
        ", {value} are classified negative ({level} interval {interval}), more than of all {lang} texts ({all}).",
    ),
)
LEFT_OUT = ("overall", "unknown")  # the whole again; a gap in the data, not a subject


@dataclass(frozen=True)
class Finding:
    """A sentence: `before` + the name + `after`."""

    lang: str
    place: Place
    name: str
    before: str
    after: str
    gap: float


def stand_out(board: Board, languages: tuple[str, ...], names: Mapping[str, str], confidence: float) -> list[Finding]:
    """At most five findings, the farthest from their language's share first (measured from the near end of the interval)."""
    candidates = [found for lang in languages for rule in RULES for found in _strongest(board, lang, rule, names, confidence)]
    candidates.sort(key=lambda found: (-found.gap, found.lang, found.place, found.after))
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


def _strongest(board: Board, lang: str, rule: Rule, names: Mapping[str, str], confidence: float) -> list[Finding]:
    whole = board.shown(lang, WHOLE, rule.measure)
    if whole is None:
        return []
    gaps = [(_gap(cell, whole, rule), name, cell) for name, cell in _shown(board, lang, rule)]
    outside = [found for found in gaps if found[0] > 0]
    if not outside:
        return []
    gap, name, cell = max(outside, key=lambda found: (found[0], found[1]))
    value, interval = share(cell["value"], cell["low"], cell["high"])
    everybody = share(whole["value"], whole["low"], whole["high"])[0]
    facts = {"lang": wording.language(lang), "value": value, "interval": interval, "n": wording.count(cell["n"]), "all": everybody}
    facts["level"] = f"{100 * confidence:g}%"
    shown_name = wording.aspect(name, names) if rule.kind == "aspect" else name
    return [Finding(lang, (rule.kind, name), shown_name, rule.before.format(**facts), rule.after.format(**facts), gap)]


def _shown(board: Board, lang: str, rule: Rule) -> Iterator[tuple[str, Estimate]]:
    for name in board.names(lang, rule.kind):
        cell = board.shown(lang, (rule.kind, name), rule.measure)
        if cell is not None and name not in LEFT_OUT:
            yield name, cell


def _gap(cell: Estimate, whole: Estimate, rule: Rule) -> float:
    """How far the interval lies outside of the language's share; negative or 0: it does not."""
    return float(cell["low"] - whole["value"] if rule.above else whole["value"] - cell["high"])
