"""The section on brand mentions: how many texts name a listed brand, tagged and untagged (table `mentions`)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.report.board import Board
from pipeline.report.kept_back import KeptBack
from pipeline.report.numbers import Number, number
from pipeline.report.voice import Share, Voice, shares

MOST = 50  # rows: a brand, and the languages that name it


@dataclass(frozen=True)
class Named:
    """A listed brand in all texts, or in a language: how many name it, and how many of these carry its tag."""

    brand: str
    lang: str | None
    n: int  # texts that name it
    mentioning: Number
    tagged: Number
    untagged: Share | None


@dataclass(frozen=True)
class Naming:
    """The whole section; `listed` says whether the settings list a brand."""

    rows: tuple[Named, ...]
    listed: bool
    more: int
    withheld: KeptBack


def naming(mentions: pa.Table | None, board: Board, voice: Voice) -> Naming | None:
    """None without a table. A language that never names a brand has no row."""
    if mentions is None:
        return None
    rows = [row for row in mentions.to_pylist() if row["lang"] is None or row["lang"] in board.estimates]
    cells: dict[tuple[str | None, str | None], dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in rows:
        if row["brand"] is not None:
            cells[row["brand"], row["lang"]][row["measure"]] = row
    found = [_named(*place, own, voice) for place, own in cells.items() if place[1] is None or own["share_tagged"]["n"]]
    told = [row for row in rows if row["brand"] is not None and row["reason"] != "no text names it"]
    return Naming(tuple(found[:MOST]), bool(cells), max(0, len(found) - MOST), KeptBack.of(told))


def _named(brand: Any, lang: str | None, own: Mapping[str, Mapping[str, Any]], voice: Voice) -> Named:
    tagged = own["share_tagged"]
    untagged = None if tagged["value"] is None else shares(1 - tagged["value"], 1 - tagged["high"], 1 - tagged["low"])[0]
    mentioning, marked = (number(own[name], "share", voice, drawn=True) for name in ("share_mentioning", "share_tagged"))
    return Named(brand, lang, tagged["n"], mentioning, marked, untagged)
