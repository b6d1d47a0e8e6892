"""The section on ratings: the whole distribution beside each mean, and brands with an unusual profile (table `profiles`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from pipeline.report import reasons
from pipeline.report.bars import bars
from pipeline.report.board import Board
from pipeline.report.brand_cells import Measures, by_cell, chosen, has_value, rows_told
from pipeline.report.kept_back import KeptBack
from pipeline.report.numbers import Number, number
from pipeline.report.reasons import Reason
from pipeline.report.remarks import SIGNS, signs
from pipeline.report.voice import Share, Voice

STARS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Spread:
    """The ratings of all texts, of a language or of a brand."""

    lang: str | None
    brand: str | None
    n: int
    authors: int
    figure: Markup
    stars: tuple[Number, ...]
    mean: Number
    agreement: Number
    polarisation: Number
    extremes: Number
    elsewhere: Share | None  # extremes in the rest of the run
    findings: tuple[str, ...]


@dataclass(frozen=True)
class Sign:
    """A sign of an unusual profile: its message, the value here and elsewhere, or why these are withheld."""

    message: str
    here: Share | None
    usual: Share | None
    reason: Reason | None


@dataclass(frozen=True)
class Unusual:
    """A brand with two signs or more."""

    brand: str
    n: int
    authors: int
    signs: tuple[Sign, ...]


@dataclass(frozen=True)
class Ratings:
    """The whole section. `looked_at` is how many brands were compared with the others."""

    rows: tuple[Spread, ...]
    unusual: tuple[Unusual, ...]
    looked_at: int
    more: int
    withheld: KeptBack


def ratings(profiles: pa.Table | None, board: Board, voice: Voice) -> Ratings | None:
    """None where no rating and no brand was looked at."""
    rows = rows_told(profiles, board)
    if not rows:
        return None
    cells = by_cell(rows)
    shown, more = chosen(cells, ["share_rating_1"])
    top = max((cells[cell][f"share_rating_{star}"]["high"] for cell in shown for star in STARS), default=1.0)
    looked = [own["unusual_signs"] for own in cells.values() if has_value(own, "unusual_signs")]
    return Ratings(
        rows=tuple(_spread(*cell, cells[cell], top, voice) for cell in shown),
        unusual=tuple(_unusual(row, cells[None, row["brand"]]) for row in looked if signs(row["finding"])),
        looked_at=len(looked),
        more=more,
        withheld=KeptBack.of(rows),
    )


def _spread(lang: str | None, brand: str | None, own: Measures, top: float, voice: Voice) -> Spread:
    of_stars = [own[f"share_rating_{star}"] for star in STARS]
    extremes = own["share_extremes"]
    return Spread(
        *(lang, brand, extremes["n"], extremes["authors"]),
        figure=bars([(row["value"], row["low"], row["high"]) for row in of_stars], top),
        stars=tuple(number(row, "share", voice) for row in of_stars),
        mean=number(own.get("mean_rating"), "rating", voice),
        agreement=number(own["agreement"], "index", voice),
        polarisation=number(own["polarisation"], "index", voice),
        extremes=number(extremes, "share", voice),
        elsewhere=_share(extremes["reference"]),
        findings=tuple(row["finding"] for row in (own["agreement"], extremes) if row["finding"]),
    )


def _unusual(row: Mapping[str, Any], own: Measures) -> Unusual:
    found: Sequence[Mapping[str, Any]] = [own[name] for name in signs(row["finding"])]
    return Unusual(row["brand"], row["n"], row["authors"], tuple(map(_sign, found)))


def _sign(row: Mapping[str, Any]) -> Sign:
    """A sign is told also where its number would tell of another brand."""
    why = reasons.withheld(row["reason"]) if row["reason"] else None
    return Sign(SIGNS[row["measure"]], _share(row["value"]), _share(row["reference"]), why)


def _share(value: float | None) -> Share | None:
    return None if value is None else Share(value, 0)
