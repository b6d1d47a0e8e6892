"""What goes with high and low ratings: a chart of importance against praise, and what blame costs and praise gains, by language."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from pipeline.languages import CODES
from pipeline.report import reasons
from pipeline.report.amounts import SURE, odds, q_value, stars
from pipeline.report.quadrants import Point, quadrants
from pipeline.report.quotable import Quotable
from pipeline.report.reasons import Reason
from pipeline.report.sections import DASH, share
from pipeline.report.speech import Speech
from pipeline.report.voice import Share, Voice

KINDS = ("basic", "excitement")  # findings of the table that are messages too; any other is undecided
Written = tuple[str, str]  # a number and its interval
Measures = Mapping[str, Mapping[str, Any]]  # rows of an aspect by measure


@dataclass(frozen=True)
class Driver:
    """An aspect; `number` is its mark in the chart. Anchors are empty where there is nothing to lead to."""

    number: int
    aspect: str
    mentions: int
    mention: Written
    importance: Written
    praise: Written
    blamed: Written
    praised: Written
    balance: Written
    q: str
    kind: str
    row: str
    blame_quotes: str
    praise_quotes: str


@dataclass(frozen=True)
class Language:
    """A language with enough rated texts."""

    lang: str
    texts: int
    authors: int
    chart: Markup
    drivers: tuple[Driver, ...]


@dataclass(frozen=True)
class Drivers:
    """The section: languages with numbers, and those without and why."""

    languages: tuple[Language, ...]
    withheld: tuple[tuple[str, Reason], ...]


def drivers(table: pa.Table | None, speech: Speech, quotable: Quotable) -> Drivers | None:
    """The section from the table of drivers; None where there is none, or nothing in it has a rating."""
    rows = table.to_pylist() if table is not None else []
    found: dict[str, dict[str, dict[str, Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
    withheld = []
    for row in rows:
        if row["lang"] not in CODES:  # languages outside ours are not read by the model
            continue
        if row["reason"] is not None:
            withheld.append((row["lang"], reasons.withheld(row["reason"])))
        else:
            found[row["lang"]][row["aspect"]][row["measure"]] = row
    languages = tuple(_language(lang, found[lang], speech, quotable) for lang in CODES if lang in found)
    withheld.sort(key=lambda each: CODES.index(each[0]))
    return Drivers(languages, tuple(withheld)) if languages or withheld else None


def withheld(found: Drivers, voice: Voice) -> Markup:
    """Which languages have no drivers, and why; empty where all have."""
    if not found.withheld:
        return Markup("")
    said = [Markup("{}: {}").format(voice.language(lang), voice.say(why.key, **why.facts)) for lang, why in found.withheld]
    return voice.say("drivers.withheld", list=voice.listed(said))


def _language(lang: str, aspects: Mapping[str, Measures], speech: Speech, quotable: Quotable) -> Language:
    order = sorted(aspects, key=lambda aspect: (-(aspects[aspect]["importance"]["value"] or 0.0), aspect))
    chosen = tuple(_driver(number, lang, aspect, aspects[aspect], speech.first, quotable) for number, aspect in enumerate(order, 1))
    first = aspects[order[0]]["importance"]
    points = list(_points(order, aspects))
    said = speech.plain(lambda voice: _alt(voice, lang, order, first["value"])) if points else ""
    chart = quadrants(points, speech.first, said) if points else Markup("")
    return Language(lang, first["n"], first["authors"], chart, chosen)


def _alt(voice: Voice, lang: str, order: list[str], highest: float) -> Markup:
    return voice.say("drivers.chart", lang=lang, n=len(order), name=voice.aspect(order[0]), value=Share(highest, 0))


def _points(order: list[str], aspects: Mapping[str, Measures]) -> Iterator[Point]:
    for number, aspect in enumerate(order, 1):
        across, up = (_numbers(aspects[aspect][measure]) for measure in ("performance", "importance"))
        if across and up:
            yield Point(number, across, up)


def _driver(number: int, lang: str, aspect: str, rows: Measures, voice: Voice, quotable: Quotable) -> Driver:
    contrast, place = rows["asymmetry"], ("aspect", aspect)
    sure = contrast["q_value"] is not None and contrast["q_value"] < SURE

    def written(measure: str, way: Callable[[Voice, float, float, float], Written]) -> Written:
        numbers = _numbers(rows[measure])
        return way(voice, *numbers) if numbers else (DASH, "")

    return Driver(
        number=number,
        aspect=aspect,
        mentions=rows["performance"]["n"],
        mention=written("mention_rate", share),
        importance=written("importance", share),
        praise=written("performance", share),
        blamed=written("effect_negative", odds),
        praised=written("effect_positive", odds),
        balance=written("asymmetry", stars),
        q=q_value(voice, contrast["q_value"]) if contrast["q_value"] is not None else "",
        kind=contrast["finding"] if sure and contrast["finding"] in KINDS else "undecided",
        row=quotable.row(lang, place),
        blame_quotes=quotable.quotes(lang, place, "negative"),
        praise_quotes=quotable.quotes(lang, place, "positive"),
    )


def _numbers(row: Mapping[str, Any]) -> tuple[float, float, float] | None:
    """Value and interval; None where they could not be computed."""
    value, low, high = row["value"], row["low"], row["high"]
    return None if value is None or low is None or high is None else (value, low, high)
