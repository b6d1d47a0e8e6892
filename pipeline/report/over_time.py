"""The section on time: the course of each language, dated events before and after, and what the series show (table `changes`)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.report.board import Board
from pipeline.report.kept_back import KeptBack
from pipeline.report.numbers import Number, number
from pipeline.report.reasons import Reason
from pipeline.report.sections import Section
from pipeline.report.speech import Speech
from pipeline.report.timeline import Mark, Timeline, timeline
from pipeline.report.voice import Share, Voice
from pipeline.tables import CHANGES

MOST = 25  # rows of a table
MOST_MARKS = 9  # in a chart: more cannot be told apart
SERIES = ("trend", "trend_fixed_mix", "change_point", "newest_month")
CHARTS = {"share": "time.chart_share", "rating": "time.chart_rating"}  # kind of chart -> how it is read out
CHANGED = "changed"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Noted:
    """What a mark in a chart stands for; `name` is that of an event, else `before` and `after` are the levels."""

    mark: Mark
    name: str
    brand: str
    before: Share
    after: Share


@dataclass(frozen=True)
class Course:
    """A language over the months: its charts by kind, what is marked in them, and the table of the same numbers."""

    lang: str
    charts: tuple[tuple[str, Timeline], ...]
    marks: tuple[Noted, ...]
    table: Section


@dataclass(frozen=True)
class Event:
    """Before and after an event: the levels, the change, and the change beyond that of the language's other brands."""

    row: Row
    before: str
    after: str
    change: Number
    beyond: Number


@dataclass(frozen=True)
class Series:
    """A language or one of its brands: a number for each kind of change, and the days at which levels changed."""

    lang: str
    brand: str | None
    trend: Number
    fixed: Number
    steps: tuple[tuple[str, Number], ...]
    no_steps: Reason | None  # why none was looked for
    newest: Number
    changed: Set[str]  # the kinds in which something changed


@dataclass(frozen=True)
class OverTime:
    """The whole section. `looked_at` is how many newest months were compared; `more` rows are left to the file."""

    courses: tuple[Course, ...]
    events: tuple[Event, ...]
    named: bool  # whether the settings name an event
    series: tuple[Series, ...]
    alarms: tuple[Row, ...]
    looked_at: int
    more: int
    withheld: KeptBack


def over_time(changes: pa.Table | None, board: Board, sections: Mapping[str, Section], speech: Speech) -> OverTime | None:
    """`sections` are the tables of months by language. None where there is neither a month nor a change to tell of."""
    every = (CHANGES.schema.empty_table() if changes is None else changes).to_pylist()
    rows = [row for row in every if row["method"] != "none" and row["lang"] in board.estimates]
    if not sections and not rows:
        return None
    events = [row for row in every if row["kind"] == "before_after" and row["event"]]  # also those that no text is about
    beyond = {_event(row): row for row in rows if row["kind"] == "before_after_controlled"}
    series = _series(rows, speech)
    newest = [row for row in rows if row["kind"] == "newest_month" and row["value"] is not None]
    return OverTime(
        courses=tuple(_course(lang, table, rows, board, speech) for lang, table in sections.items()),
        events=tuple(_told(row, beyond.get(_event(row)), speech) for row in events[:MOST]),
        named=bool(events),
        series=tuple(series[:MOST]),
        alarms=tuple(row for row in newest if row["finding"] == CHANGED)[:MOST],
        looked_at=len(newest),
        more=max(0, len(series) - MOST) + max(0, len(events) - MOST),
        withheld=KeptBack.of(rows),
    )


def _event(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("event", "at", "lang", "brand", "measure"))


def _course(lang: str, table: Section, rows: Sequence[Row], board: Board, speech: Speech) -> Course:
    noted = tuple(_noted(lang, rows))
    marks = [each.mark for each in noted]
    charts = []
    for kind, message in CHARTS.items():
        label = speech.plain(lambda voice, message=message: voice.say(message, lang=lang))  # type: ignore[misc]
        if drawn := timeline(board, lang, kind, marks, speech.first, label):
            charts.append((kind, drawn))
    return Course(lang, tuple(charts), noted if charts else (), table)


def _noted(lang: str, rows: Sequence[Row]) -> Iterator[Noted]:
    """Events of the language, once each, and the changes of level of the language as a whole, by day."""
    events = {(row["at"], row["event"], row["brand"]): row for row in rows if row["kind"] == "before_after" and row["lang"] == lang}
    steps = [row for row in rows if row["kind"] == "change_point" and row["lang"] == lang and not row["brand"] and _changed(row)]
    dated = sorted([*events.values(), *steps], key=lambda row: (row["at"], row["event"] or "", row["brand"] or ""))
    for place, row in enumerate(dated[:MOST_MARKS], start=1):
        mark = Mark(place, row["at"], step=row["event"] is None)
        yield Noted(mark, row["event"] or "", row["brand"] or "", Share(row["before"] or 0, 0), Share(row["after"] or 0, 0))


def _changed(row: Row) -> bool:
    return bool(row["finding"] == CHANGED)


def _told(row: Row, beyond: Row | None, speech: Speech) -> Event:
    voice = speech.first
    rated = row["measure"] == "mean_rating"
    levels = [
        "" if row[side] is None else voice.decimal(row[side]) if rated else voice.share(Share(row[side], 0)) for side in ("before", "after")
    ]
    way = "stars" if rated else "points"
    return Event(row, levels[0], levels[1], number(row, way, voice), number(beyond, way, voice))


def _series(rows: Sequence[Row], speech: Speech) -> list[Series]:
    """Series with at least one number: languages first, then brands in which something changed, then the others by size."""
    own: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        if row["kind"] in SERIES:
            own[row["lang"], row["brand"]].append(row)
    told = {place: found for place, found in own.items() if any(row["value"] is not None for row in found)}
    order = sorted(told, key=lambda place: (bool(place[1]), not any(map(_changed, told[place])), -max(row["n"] for row in told[place])))
    return [_one(*place, told[place], speech.first) for place in order]


def _one(lang: str, brand: str | None, own: Sequence[Row], voice: Voice) -> Series:
    first = {row["kind"]: row for row in reversed(own)}
    trend, fixed, step, newest = (number(first.get(kind), "points", voice) for kind in SERIES)
    steps = tuple((row["at"], number(row, "points", voice)) for row in own if row["kind"] == "change_point" and _changed(row))
    return Series(lang, brand, trend, fixed, steps, step.reason, newest, {row["kind"] for row in own if _changed(row)})
