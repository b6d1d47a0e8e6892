"""A number of a table as it stands in the report: its value and interval in words, or why it is withheld."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.report import reasons
from pipeline.report.amounts import BETWEEN, points, stars
from pipeline.report.figure import forest
from pipeline.report.reasons import Reason
from pipeline.report.sections import DASH, rating, share
from pipeline.report.voice import Voice


@dataclass(frozen=True)
class Number:
    """Empty where there is no such row; `reason` says why a row shows no number."""

    value: str = ""
    interval: str = ""
    figure: str = ""  # drawn by `figure.forest`, the only markup here
    reason: Reason | None = None


def number(row: Mapping[str, Any] | None, way: str, voice: Voice, *, drawn: bool = False) -> Number:
    """The number of a row, put into words by `way`: share, rating, index, points or stars (differences of shares and of ratings)."""
    if row is None:
        return Number()
    if row["value"] is None:
        return Number(reason=reasons.withheld(row["reason"]))
    values = (row["value"], row["low"], row["high"])
    if row["low"] is None or row["high"] is None:
        return Number(WAYS[way](voice, row["value"], row["value"], row["value"])[0])
    value, interval = WAYS[way](voice, *values)
    return Number(value, interval, forest(*values) if drawn else "")


def index(voice: Voice, value: float, low: float, high: float) -> tuple[str, str]:
    """A number without a unit, which may lie below 0."""
    between = BETWEEN if low < 0 else DASH
    return voice.decimal(value), f"{voice.decimal(low)}{between}{voice.decimal(high)}"


WAYS = {"share": share, "rating": rating, "index": index, "points": points, "stars": stars}
