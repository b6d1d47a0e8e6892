"""How much a finding can bear: three grades, from a table of what speaks against it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.report.findings import SURE, Finding

FEW_AUTHORS = 100  # fewer people: one campaign or one family can move the share
WIDE = 0.10  # points either side of half this no longer tell one decision from another
WIDE_RATING = 1.0  # of five stars, as wide as 25 points of a share
CORRECTED = ("corrected", "labelled sample", "difference of corrected", "difference of shares from the labelled")  # how methods begin
STARS = ("mean_rating", "recovery", "asymmetry")  # measured in stars
READ = ("classified_", "share_", "asymmetry", "answered_", "detected_", "mention_", "conflict_")  # measures in which the model has a say,
STATED = ("share_rating_", "share_mentioning", "share_tagged", "share_unscored")  # and those of them in which it has none


@dataclass(frozen=True)
class Doubt:
    """Something that speaks against a finding; a grave one makes it limited."""

    message: str
    grave: bool
    holds: Callable[[Finding, int], bool]  # of the finding, and of how many people it rests on


DOUBTS = (
    Doubt("uncorrected", True, lambda found, _: _uncorrected(found)),
    Doubt("chance", True, lambda found, _: _chance(found)),
    Doubt("recognised", False, lambda found, _: str(found.row["measure"]).startswith("answered_")),
    Doubt("few_authors", False, lambda _, authors: authors < FEW_AUTHORS),
    Doubt("wide", False, lambda found, _: not _stars(found) and _width(found) > WIDE),
    Doubt("wide_rating", False, lambda found, _: _stars(found) and _width(found) > WIDE_RATING),
)


@dataclass(frozen=True)
class Grade:
    """`strong`, `moderate` or `limited`, and the doubts it comes from."""

    name: str
    doubts: tuple[str, ...]


def grade(found: Finding, authors: int) -> Grade:
    """Strong without a doubt, moderate with light ones, limited with a grave one."""
    held = [doubt for doubt in DOUBTS if doubt.holds(found, authors)]
    name = "limited" if any(doubt.grave for doubt in held) else "moderate" if held else "strong"
    return Grade(name, tuple(doubt.message for doubt in held))


def corrected(row: Mapping[str, Any]) -> bool:
    """Whether the classifier's errors are in the interval, or it has no say in the number.

    >>> corrected({"measure": "mean_rating", "method": "mean of ratings"}), corrected({"measure": "share_negative", "method": "share classified"})
    (True, False)
    """
    measure = str(row["measure"])
    return not measure.startswith(READ) or measure.startswith(STATED) or str(row["method"]).startswith(CORRECTED)


def _uncorrected(found: Finding) -> bool:
    return not corrected(found.row) and not str(found.row["measure"]).startswith("answered_")


def _chance(found: Finding) -> bool:
    """Picked from many numbers without a q-value. An event is named before looking, the whole is not picked, and signs were counted by their q-values."""
    row = found.row
    if found.rule.group in ("event", "unusual"):
        return False
    if found.rule.family:
        return row.get("q_value") is None or row["q_value"] >= SURE
    return row.get("lang") is not None or row.get("brand") is not None


def _stars(found: Finding) -> bool:
    return found.row["measure"] in STARS


def _width(found: Finding) -> float:
    """Of the interval that is said; 0 where there is none, as the sentence says."""
    row = found.beside or found.row
    return 0.0 if row["low"] is None or row["high"] is None else float(row["high"] - row["low"])
