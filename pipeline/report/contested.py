"""What customers are divided on: a good part praises and a good part blames, or some want more of what others want less of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.report.board import KINDS, WHOLE, Board, Estimate, Place
from pipeline.report.findings import LEFT_OUT, MOST_CASES

QUARTER = 0.25  # each side at least this much, by the lower end of its interval: fewer is a minority, not a conflict


@dataclass(frozen=True)
class Split:
    """An aspect with its two sides; `message` is of section `contested`."""

    message: str
    lang: str
    place: Place  # of the row that shows it
    brand: str | None
    aspect: str
    negative: Estimate | None = None
    positive: Estimate | None = None
    row: Mapping[str, Any] | None = None  # of the table of conflicts


def divided(board: Board, languages: tuple[str, ...], conflicts: pa.Table | None = None) -> list[Split]:
    """At most five: amounts without a single fix, then aspects by corrected shares, the most evenly divided first, then by what was classified."""
    amounts, indices = (
        _of_conflicts(conflicts, *each) for each in (("share_too_little", "split: no single fix"), ("conflict_index", "split"))
    )
    shares = [split for lang in languages for name in board.names(lang, "aspect") if (split := _split(board, lang, name))]
    shares.sort(key=lambda split: (-_smaller(split), split.lang, split.place))
    known = {(split.lang, split.aspect) for split in shares}
    return [*amounts, *shares, *(split for split in indices if (split.lang, split.aspect) not in known)][:MOST_CASES]


def _smaller(split: Split) -> float:
    return min(float(side["low"]) for side in (split.negative, split.positive) if side)


def _split(board: Board, lang: str, name: str) -> Split | None:
    place = ("aspect", name)
    negative, positive = board.shown(lang, place, "share_negative"), board.shown(lang, place, "share_positive")
    if negative is None or positive is None or name in LEFT_OUT:
        return None
    if min(negative["low"], positive["low"]) < QUARTER:
        return None
    return Split("split", lang, place, None, name, negative, positive)


def _of_conflicts(table: pa.Table | None, measure: str, finding: str) -> list[Split]:
    """Of a language and of a brand alike, the brand: it says more."""
    if table is None:
        return []
    same = pc.and_(pc.equal(table["measure"], measure), pc.fill_null(pc.equal(table["finding"], finding), False))
    rows = [
        row for row in table.filter(same).to_pylist() if row["value"] is not None and not any(row.get(kind) in LEFT_OUT for kind in KINDS)
    ]
    branded = {(row["lang"], row["aspect"]) for row in rows if row["brand"] is not None}
    rows = [row for row in rows if row["brand"] is not None or (row["lang"], row["aspect"]) not in branded]
    message = "amount" if measure == "share_too_little" else "index"
    found = [Split(message, row["lang"], _place(row), row["brand"], row["aspect"], row=row) for row in rows]
    return sorted(found, key=lambda split: (-(split.row or {})["p_split"], split.lang, split.place, split.aspect))


def _place(row: Mapping[str, Any]) -> Place:
    return ("aspect", row["aspect"]) if row["aspect"] is not None else WHOLE
