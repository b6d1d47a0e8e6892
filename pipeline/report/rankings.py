"""Which aspects, brands and channels have the highest shares, and how sure the order is."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from pipeline.languages import CODES
from pipeline.report.amounts import SURE, chance, q_value
from pipeline.report.board import Place
from pipeline.report.figure import forest
from pipeline.report.kept_back import KeptBack
from pipeline.report.quotable import Quotable
from pipeline.report.sections import DASH, share
from pipeline.report.voice import Share, Voice

LISTS = ("aspect", "brand", "channel")  # of the table; combinations stand in the file only
LABELS = ("negative", "positive")  # of which shares are ranked
MOST_ROWS = 12  # of a list: what is read; the order of the others is hardly known


@dataclass(frozen=True)
class Ranked:
    """A row of a list; `differs` from the rest of the list allowing for how many were looked at."""

    place: Place
    texts: int
    authors: int
    share: tuple[str, str]
    figure: Markup
    raw: str
    ranks: str
    top: str
    q: str
    differs: bool
    row: str
    quotes: str


@dataclass(frozen=True)
class Ranking:
    """A list of one language by one label, the highest first; `more` rows are left to the file."""

    lang: str
    kind: str
    label: str
    rows: tuple[Ranked, ...]
    more: int
    withheld: KeptBack


@dataclass(frozen=True)
class Rankings:
    """The section: by language and kind, the lists with an order; and what is not ranked."""

    languages: tuple[tuple[str, tuple[tuple[str, tuple[Ranking, ...]], ...]], ...]
    unranked: tuple[tuple[str, str, KeptBack], ...]  # language, kind


def rankings(table: pa.Table | None, voice: Voice, quotable: Quotable) -> Rankings | None:
    """The section from the table of rankings; None where there is nothing to rank."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist() if table is not None else []:
        if row["lang"] in CODES and row["list"] in LISTS:
            found[row["lang"], row["list"], row["measure"].removeprefix("share_")].append(row)
    keys = [key for lang in CODES for kind in LISTS for label in LABELS if (key := (lang, kind, label)) in found]
    lists = [_ranking(*key, found[key], voice, quotable) for key in keys]
    unranked = tuple((each.lang, each.kind, each.withheld) for each in lists if not each.rows and each.label == LABELS[0])
    shown = [each for each in lists if each.rows]
    by_language = ((lang, list(own)) for lang, own in groupby(shown, key=lambda each: each.lang))
    grouped = tuple((lang, tuple((kind, tuple(own)) for kind, own in groupby(of, key=lambda each: each.kind))) for lang, of in by_language)
    return Rankings(grouped, unranked) if lists else None


def unranked(found: Rankings, voice: Voice) -> Markup:
    """What is not ranked, and why; empty where everything is."""
    said = [
        Markup("{}, {}: {}").format(voice.language(lang), voice.say(f"kind.{kind}"), voice.say(why.key, **why.facts))
        for lang, kind, withheld in found.unranked
        for why, _ in withheld.reasons[:1]
    ]
    return voice.say("rankings.unranked", list=Markup("; ").join(said)) if said else Markup("")


def _ranking(lang: str, kind: str, label: str, rows: list[dict[str, Any]], voice: Voice, quotable: Quotable) -> Ranking:
    shown = sorted((row for row in rows if row["reason"] is None), key=lambda row: (row["rank"], row[kind]))
    chosen = tuple(_ranked(row, kind, label, voice, quotable) for row in shown[:MOST_ROWS])
    return Ranking(lang, kind, label, chosen, len(shown) - len(chosen), KeptBack.of(rows))


def _ranked(row: Mapping[str, Any], kind: str, label: str, voice: Voice, quotable: Quotable) -> Ranked:
    numbers = (row["value"], row["low"], row["high"])
    place = (kind, row[kind])
    first, last = voice.number(row["rank_low"]), voice.number(row["rank_high"])
    return Ranked(
        place,
        row["n"],
        row["authors"],
        share(voice, *numbers),
        forest(*numbers, raw=row["raw"]),
        voice.share(Share(row["raw"], 0)),
        first if first == last else f"{first}{DASH}{last}",
        chance(voice, row["p_top"]),
        q_value(voice, row["q_value"]) if row["q_value"] is not None else "",
        row["q_value"] is not None and row["q_value"] < SURE,
        quotable.row(row["lang"], place),
        quotable.quotes(row["lang"], place, label),
    )
