"""Shares and ratings by month as charts: points with their intervals as a band, and what happened when."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from pipeline.report import chart
from pipeline.report.board import Board, Estimate
from pipeline.report.chart import SHARES, Span, across, up
from pipeline.report.voice import Voice

LEAST = 2  # months with a number: one is no course
MOST = 24  # months: two years, as many as the table below holds
KINDS = {"share": ("negative", "positive"), "rating": ("rating",)}
MEASURES = {"negative": "share_negative", "positive": "share_positive", "rating": "mean_rating"}
STARS: Span = (1.0, 5.0)
CLOSE = 10  # lines nearer than this would have their numbers on each other
HALF = 0.5  # of a star: an interval of a mean may reach beyond the last one


@dataclass(frozen=True)
class Mark:
    """A dated event, or a change of level that was found (`step`), with the number it has in the list below the chart."""

    number: int
    day: str  # YYYY-MM-DD
    step: bool


@dataclass(frozen=True)
class Timeline:
    """A chart, and its first and last month, which stand under it."""

    chart: Markup
    ends: tuple[str, str]


@dataclass(frozen=True)
class Point:
    """A month on a line: its place along the axis, and the estimate with its interval."""

    place: int
    estimate: Estimate


def timeline(board: Board, lang: str, kind: str, marks: Sequence[Mark], voice: Voice, label: str) -> Timeline | None:
    """The chart of a language's shares or ratings, read out as `label`; None where fewer than two months have a number."""
    months = _months([name for name in board.names(lang, "period") if _is_month(name)])
    lines = {name: _points(board, lang, months, MEASURES[name]) for name in KINDS[kind]}
    if max(len(points) for points in lines.values()) < LEAST:
        return None
    scale = SHARES if kind == "share" else _scale([point.estimate for point in lines["rating"]])
    parts = [*chart.levels(scale, voice), *_marks(marks, months, voice)]
    drawn = chart.drawing(label, [*parts, *(_line(name, points, len(months), scale) for name, points in lines.items())])
    return Timeline(drawn, (months[0], months[-1]))


def _months(periods: Sequence[str]) -> list[str]:
    """All months from the first to the last that have texts, the latest `MOST`; also those between without any."""
    if not periods:
        return []
    first, last = (int(period[:4]) * 12 + int(period[5:]) - 1 for period in (min(periods), max(periods)))
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(max(first, last - MOST + 1), last + 1)]


def _is_month(period: str) -> bool:
    year, _, month = period.partition("-")
    return len(year) == 4 and year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12


def _points(board: Board, lang: str, months: Sequence[str], measure: str) -> list[Point]:
    shown = ((place, board.shown(lang, ("period", month), measure)) for place, month in enumerate(months))
    return [Point(place, estimate) for place, estimate in shown if estimate is not None]


def _scale(estimates: Sequence[Estimate]) -> Span:
    """One to five stars (a little beyond for intervals); where the source has another scale, the range of the intervals."""
    low, high = min(each["low"] for each in estimates), max(each["high"] for each in estimates)
    return STARS if STARS[0] - HALF <= low and high <= STARS[1] + HALF else (low, max(high, low + 1))


def _marks(marks: Sequence[Mark], months: Sequence[str], voice: Voice) -> Iterator[Markup]:
    """Upright lines with numbers: whole for events, broken for changes of level. What lies outside of the months is left out.

    `marks` come by day; the number of a line close to the one before stands above the other's.
    """
    taken, row = float("-inf"), 0
    for mark in marks:
        if mark.day[:7] not in months:
            continue
        days = monthrange(int(mark.day[:4]), int(mark.day[5:7]))[1]
        x = _x(months.index(mark.day[:7]) + (int(mark.day[8:10]) - 1) / days - 0.5, len(months))  # a month's point stands at its middle
        row, taken = (1 - row if x - taken < CLOSE else 0), x
        line = Markup('<path class="{}" d="M{:g} {}V{}"/>').format(
            "step" if mark.step else "event", x, chart.TOP, chart.HEIGHT - chart.BOTTOM
        )
        yield line + chart.centred(voice.number(mark.number), x, chart.TOP - 10 - 11 * row)


def _line(name: str, points: Sequence[Point], months: int, scale: Span) -> Markup:
    """The course: intervals as upright lines and as a band, and the points; lines of the second kind are broken, its points hollow."""
    placed = [
        (point.place, _x(point.place, months), *(up(point.estimate[key], scale) for key in ("low", "value", "high"))) for point in points
    ]
    runs = [[each for _, each in run] for _, run in groupby(enumerate(placed), key=lambda pair: pair[1][0] - pair[0])]
    bands = "".join(chart.band([(x, low, high) for _, x, low, _, high in run]) for run in runs)
    course = "".join("M" + "L".join(f"{x:g} {value:g}" for _, x, _, value, _ in run) for run in runs)
    marks = (
        Markup('<path class="i" d="M{:g} {:g}V{:g}"/><circle cx="{:g}" cy="{:g}" r="3"/>').format(x, low, high, x, value)
        for _, x, low, value, high in placed
    )
    return Markup('<g class="{}"><path class="band" d="{}"/><path class="l" d="{}"/>{}</g>').format(
        name, bands, course, Markup("").join(marks)
    )


def _x(place: float, months: int) -> float:
    return across(place, -0.5, months - 0.5)
