"""The section on replies: how soon complaints are answered, whether the answered come back more content, and what was left out (table `replies`)."""

from dataclasses import dataclass

import pyarrow as pa
from markupsafe import Markup

from pipeline.report import reasons
from pipeline.report.board import Board
from pipeline.report.brand_cells import Measures, by_cell, chosen, rows_told
from pipeline.report.curve import LAST, Day, curve
from pipeline.report.kept_back import KeptBack
from pipeline.report.numbers import Number, number
from pipeline.report.reasons import Reason
from pipeline.report.speech import Speech

DAYS = (1, 7, 30)  # of the table
LEFT_OUT = "left_out_"


@dataclass(frozen=True)
class Answered:
    """The complaints of all texts, of a language or of a brand: shares answered within `DAYS`; `all_days` are the numbers of the chart."""

    lang: str | None
    brand: str | None
    n: int
    authors: int
    within: tuple[Number, ...]
    chart: Markup | None
    all_days: tuple[tuple[int, Number], ...]


@dataclass(frozen=True)
class Answers:
    """The whole section."""

    rows: tuple[Answered, ...]
    recovery: Number
    matched: int
    left_out: tuple[tuple[Reason, int], ...]
    more: int
    withheld: KeptBack


def answers(replies: pa.Table | None, board: Board, speech: Speech) -> Answers | None:
    """None where no text states a reply."""
    rows = rows_told(replies, board)
    if not rows:
        return None
    cells = by_cell(rows)
    shown, more = chosen(cells, [_days(day) for day in DAYS])
    left_out = [row for row in rows if row["measure"].startswith(LEFT_OUT)]
    recovery = cells.get((None, None), {}).get("recovery")
    return Answers(
        rows=tuple(_answered(*cell, cells[cell], speech) for cell in shown),
        recovery=number(recovery, "stars", speech.first),
        matched=recovery["n"] if recovery else 0,
        left_out=tuple((reasons.withheld(row["reason"]), row["n"]) for row in left_out),
        more=more,
        withheld=KeptBack.of(row for row in rows if row not in left_out),
    )


def _answered(lang: str | None, brand: str | None, own: Measures, speech: Speech) -> Answered:
    days = [(day, own[_days(day)]) for day in range(1, LAST + 1) if _days(day) in own]
    points: list[Day] = [(day, row["value"], row["low"], row["high"]) for day, row in days if row["value"] is not None]
    drawn = len(days) == LAST and len(points) > 1
    label = speech.plain(lambda voice: voice.say("reply.chart", name=voice.language(lang) if lang else voice.say("page.everything")))
    first = own[_days(DAYS[0])]
    return Answered(
        *(lang, brand, first["n"], first["authors"]),
        within=tuple(number(own.get(_days(day)), "share", speech.first, drawn=True) for day in DAYS),
        chart=curve(points, speech.first, label) if drawn else None,
        all_days=tuple((day, number(row, "share", speech.first)) for day, row in days) if drawn else (),
    )


def _days(number: int) -> str:
    return f"answered_{number}d"
