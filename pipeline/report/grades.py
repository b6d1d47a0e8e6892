"""How much a finding can bear: three grades, from a table of what speaks against it."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.report.board import Estimate

FEW_AUTHORS = 100  # fewer people: one campaign or one family can move the share
WIDE = 0.10  # points either side of half this no longer tell one decision from another


@dataclass(frozen=True)
class Doubt:
    """Something that speaks against a finding; a grave one makes it limited."""

    message: str
    grave: bool
    holds: Callable[[Estimate, float | None], bool]  # of the estimate, and of the q-value where chance was allowed for


DOUBTS = (
    Doubt("uncorrected", True, lambda cell, _: not corrected(cell)),
    Doubt("chance", True, lambda _, q_value: q_value is None or q_value > 0.05),
    Doubt("few_authors", False, lambda cell, _: cell["authors"] < FEW_AUTHORS),
    Doubt("wide", False, lambda cell, _: cell["high"] - cell["low"] > WIDE),
)


@dataclass(frozen=True)
class Grade:
    """`strong`, `moderate` or `limited`, and the doubts it comes from."""

    name: str
    doubts: tuple[str, ...]


def grade(cell: Estimate, q_value: float | None = None) -> Grade:
    """Strong without a doubt, moderate with light ones, limited with a grave one.

    >>> grade({"method": "share classified", "authors": 400, "low": 0.3, "high": 0.35})
    Grade(name='limited', doubts=('uncorrected', 'chance'))
    """
    held = [doubt for doubt in DOUBTS if doubt.holds(cell, q_value)]
    name = "limited" if any(doubt.grave for doubt in held) else "moderate" if held else "strong"
    return Grade(name, tuple(doubt.message for doubt in held))


def corrected(cell: Estimate) -> bool:
    """Whether the classifier's errors are in the interval."""
    return str(cell["method"]).startswith("corrected")
