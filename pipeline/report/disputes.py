"""The section on conflicts: amounts that are too little for some and too much for others, and aspects praised and blamed (table `conflicts`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.report.amounts import chance
from pipeline.report.board import Board, Place
from pipeline.report.evidence import Quote, quote
from pipeline.report.kept_back import KeptBack
from pipeline.report.numbers import Number, number
from pipeline.report.quotable import Quotable
from pipeline.report.voice import Voice, shares
from pipeline.tables import DIRECTIONS

MOST = 25  # rows of a table
MOST_QUOTED = 5  # conflicts of a kind with the words of both sides
SIDES = {"share_too_little": DIRECTIONS, "conflict_index": ("negative", "positive")}
SPLIT = ("split: no single fix", "split")


@dataclass(frozen=True)
class Dispute:
    """An aspect with two sides: the share of the first side or the conflict index, and the probability that both hold a quarter."""

    lang: str
    brand: str | None
    place: Place
    n: int
    authors: int
    number: Number
    other: str  # the share of the second side; empty where the number is an index
    both: str
    finding: str | None
    sides: tuple[tuple[str, tuple[Quote, ...]], ...] = ()  # label of each side, and its quotes
    anchor: str = ""  # of the aspect's row of numbers, which leads to all its quotes


@dataclass(frozen=True)
class Disputes:
    """The conflicts of each measure of `SIDES`, split ones first; `quoted` are those shown with the words of both sides."""

    tables: Mapping[str, tuple[Dispute, ...]]
    quoted: Mapping[str, tuple[Dispute, ...]]
    more: int
    withheld: KeptBack


def disputes(conflicts: pa.Table | None, board: Board, quotable: Quotable, voice: Voice) -> Disputes | None:
    """None without a table."""
    if conflicts is None:
        return None
    found = [row for row in conflicts.to_pylist() if row["lang"] in board.estimates and row["method"] != "none"]
    shown = {measure: _ordered([row for row in found if row["measure"] == measure and row["value"] is not None]) for measure in SIDES}
    tables = {measure: tuple(_dispute(row, board, quotable, voice) for row in shown[measure][:MOST]) for measure in SIDES}
    quoted = {measure: tuple(each for each in tables[measure] if _told_apart(each))[:MOST_QUOTED] for measure in SIDES}
    more = sum(len(each) - len(tables[measure]) for measure, each in shown.items())
    return Disputes(tables, quoted, more, KeptBack.of(found))


def _ordered(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(rows, key=lambda row: (row["finding"] not in SPLIT, row["brand"] is not None, -row["p_split"], -row["n"]))


def _told_apart(each: Dispute) -> bool:
    return each.finding in SPLIT and len(each.sides) == len(DIRECTIONS)


def _dispute(row: Mapping[str, Any], board: Board, quotable: Quotable, voice: Voice) -> Dispute:
    place = ("aspect", row["aspect"])
    amount = row["measure"] in SIDES and row["measure"] != "conflict_index"
    said = {} if row["brand"] else board.quotes.get((row["lang"], place), {})
    sides = tuple((label, tuple(quote(each, {}) for each in said[label])) for label in SIDES[row["measure"]] if said.get(label))
    return Dispute(
        *(row["lang"], row["brand"], place, row["n"], row["authors"]),
        number=number(row, "share" if amount else "index", voice, drawn=amount),
        other=voice.share(shares(1 - row["value"], 1 - row["high"], 1 - row["low"])[0]) if amount else "",
        both=chance(voice, row["p_split"]),
        finding=row["finding"],
        sides=sides,
        anchor="" if row["brand"] else quotable.row(row["lang"], place),
    )
