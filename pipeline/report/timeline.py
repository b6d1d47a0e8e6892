"""Shares by month as a chart: two lines with their intervals. Words are text in the reader's own fonts (decision 0010)."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.report.board import Board, Estimate
from pipeline.report.voice import Share, Voice

WIDTH, HEIGHT = 360, 170  # as wide as a small phone, so that the letters keep their size there
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 8, 22
LINES = (("negative", "share_negative"), ("positive", "share_positive"))
LEAST = 2  # months with a number: one is no course
MOST = 24


@dataclass(frozen=True)
class Point:
    """A month on a line: its place along the axis, and the share with its interval."""

    place: int
    estimate: Estimate


def timeline(board: Board, lang: str, voice: Voice, label: str) -> Markup | None:
    """The chart of a language, read out as `label`; None where fewer than two months have a number."""
    periods = [name for name in board.names(lang, "period") if name != "unknown"][-MOST:]
    lines = [(name, _points(board, lang, periods, measure)) for name, measure in LINES]
    if max(len(points) for _, points in lines) < LEAST:
        return None
    body = [_frame(periods, voice), *(_line(name, points, len(periods)) for name, points in lines)]
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, Markup("").join(body)
    )


def _points(board: Board, lang: str, periods: Sequence[str], measure: str) -> list[Point]:
    shown = ((place, board.shown(lang, ("period", period), measure)) for place, period in enumerate(periods))
    return [Point(place, estimate) for place, estimate in shown if estimate is not None]


def _frame(periods: Sequence[str], voice: Voice) -> Markup:
    """Lines at 0, 25, 50, 75 and 100 %, and the first and last month."""
    parts = []
    for quarter in range(5):
        y = _y(quarter / 4)
        parts.append(Markup('<path class="x" d="M{} {}H{}"/>').format(LEFT, y, WIDTH - RIGHT))
        parts.append(
            Markup('<text x="{}" y="{:g}" text-anchor="end">{}</text>').format(LEFT - 5, y + 4, voice.share(Share(quarter / 4, 0)))
        )
    ends = {0: "start", len(periods) - 1: "end"}
    for place, anchor in ends.items():
        x = _x(place, len(periods))
        parts.append(Markup('<text x="{:g}" y="{}" text-anchor="{}">{}</text>').format(x, HEIGHT - 5, anchor, voice.month(periods[place])))
    return Markup("").join(parts)


def _line(name: str, points: Sequence[Point], months: int) -> Markup:
    """The course: a band of intervals as upright lines, and the points; lines of the second kind are broken, its points hollow."""
    marks = []
    course: list[str] = []
    shift = -2 if name == "negative" else 2  # so that the intervals of the two do not lie on each other
    for point in points:
        x = _x(point.place, months) + shift
        low, value, high = (_y(point.estimate[key]) for key in ("low", "value", "high"))
        marks.append(Markup('<path class="i" d="M{:g} {:g}V{:g}"/><circle cx="{:g}" cy="{:g}" r="3"/>').format(x, low, high, x, value))
        joined = course and point.place == points[len(course) - 1].place + 1
        course.append(f"{'L' if joined else 'M'}{x:g} {value:g}")
    return Markup('<g class="{}"><path class="l" d="{}"/>{}</g>').format(name, "".join(course), Markup("").join(marks))


def _x(place: int, months: int) -> float:
    return round(LEFT + 6 + (WIDTH - LEFT - RIGHT - 12) * (place / (months - 1) if months > 1 else 0.5), 1)


def _y(share: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)
