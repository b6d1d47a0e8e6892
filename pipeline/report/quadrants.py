"""Importance against performance (Martilla & James 1977) as a chart: a numbered point an aspect, its intervals, and the medians."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from markupsafe import Markup

from pipeline.report import numerals
from pipeline.report.voice import Share, Voice

WIDTH, HEIGHT = 360, 260  # as wide as a small phone, so that the numbers keep their size there
LEFT, RIGHT, TOP, BOTTOM = 34, 10, 10, 18
STEPS = (0.02, 0.05, 0.1, 0.2, 0.25)  # between the lines upwards
MOST_LINES = 5
AROUND = ((5, -10), (5, 3), (-5, -10), (-5, 3), (9, -3.5), (-9, -3.5), (0, -14), (0, 7))  # where a number may stand, the best first

Interval = tuple[float, float, float]  # value, low, high
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Point:
    """An aspect: its number in the table, how it is judged (across) and how much it matters (upwards), as shares."""

    number: int
    across: Interval
    up: Interval


def quadrants(points: Sequence[Point], voice: Voice, label: str) -> Markup:
    """The chart, read out as `label`. Colour says nothing in it, and no letter of a font is in it."""
    step, top = _scale(max(point.up[2] for point in points))
    body = [_frame(step, top, voice), _medians(points, top)]
    body += [_cross(point, top) for point in points]
    body += [_mark(point, top) for point in points]
    body.append(_numbers(points, top))
    return Markup('<svg class="chart quadrants" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, Markup("").join(body)
    )


def _scale(highest: float) -> tuple[float, float]:
    """The distance of the lines and the upper end: the finest with at most five lines.

    >>> _scale(0.31)
    (0.1, 0.4)
    """
    step = next((each for each in STEPS if highest <= MOST_LINES * each), STEPS[-1])
    lines = max(1, -int(-highest // step))
    return step, round(lines * step, 2)


def _frame(step: float, top: float, voice: Voice) -> Markup:
    parts = []
    for line in range(round(top / step) + 1):
        y = _y(line * step, top)
        said = voice.share(Share(line * step, 0))
        parts.append(Markup('<path class="x" d="M{} {:g}H{}"/>').format(LEFT, y, WIDTH - RIGHT))
        parts.append(numerals.draw(said, LEFT - 5 - numerals.width(said), y - numerals.HEIGHT / 2))
    for quarter in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, said = _x(quarter), voice.share(Share(quarter, 0))
        parts.append(Markup('<path class="x" d="M{:g} {}V{}"/>').format(x, HEIGHT - BOTTOM, HEIGHT - BOTTOM + 3))
        left = min(x - numerals.width(said) / 2, WIDTH - 1 - numerals.width(said))
        parts.append(numerals.draw(said, left, HEIGHT - BOTTOM + 7))
    return Markup("").join(parts)


def _medians(points: Sequence[Point], top: float) -> Markup:
    x, y = _x(median(point.across[0] for point in points)), _y(median(point.up[0] for point in points), top)
    return Markup('<path class="m" d="M{:g} {}V{}M{} {:g}H{}"/>').format(x, TOP, HEIGHT - BOTTOM, LEFT, y, WIDTH - RIGHT)


def _cross(point: Point, top: float) -> Markup:
    x, left, right = (_x(each) for each in point.across)
    y, low, high = (_y(each, top) for each in point.up)
    return Markup('<path class="i" d="M{:g} {:g}H{:g}M{:g} {:g}V{:g}"/>').format(left, y, right, x, low, high)


def _mark(point: Point, top: float) -> Markup:
    return Markup('<circle cx="{:g}" cy="{:g}" r="3"/>').format(_x(point.across[0]), _y(point.up[0], top))


def _numbers(points: Sequence[Point], top: float) -> Markup:
    """The numbers beside their points, each where it covers no other point or number if there is such a place."""
    taken: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in ((_x(p.across[0]), _y(p.up[0], top)) for p in points)]
    parts = []
    for point in points:
        text = str(point.number)
        boxes = [_box(text, _x(point.across[0]) + dx, _y(point.up[0], top) + dy, dx) for dx, dy in AROUND]
        box = next((each for each in boxes if _inside(each) and not any(_overlap(each, other) for other in taken)), boxes[0])
        taken.append(box)
        drawn = numerals.draw(text, box[0], box[1])
        parts.append(Markup('<g class="h">{}</g>{}').format(drawn, drawn))  # once as a halo, so that lines do not cross it
    return Markup("").join(parts)


def _box(text: str, x: float, y: float, dx: float) -> Box:
    wide = numerals.width(text)
    left = x if dx > 0 else x - wide if dx < 0 else x - wide / 2
    return left, y, left + wide, y + numerals.HEIGHT


def _inside(box: Box) -> bool:
    return box[0] >= LEFT and box[1] >= 1 and box[2] <= WIDTH - 1 and box[3] <= HEIGHT - BOTTOM


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] + 1 and other[0] < one[2] + 1 and one[1] < other[3] + 1 and other[1] < one[3] + 1


def _x(share: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)


def _y(share: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share / top), 1)
