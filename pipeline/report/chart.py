"""What the charts over time have in common: a frame with numbers, and bands. No letter of a font is in them: words stand under the chart."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from pipeline.report import numerals
from pipeline.report.voice import Share, Voice

WIDTH, HEIGHT = 360, 188  # as wide as a small phone, so that the letters keep their size there
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 26, 22
Span = tuple[float, float]
SHARES: Span = (0.0, 1.0)


def drawing(label: str, parts: Iterable[Markup]) -> Markup:
    """The whole chart, read out as `label`."""
    opening = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(WIDTH, HEIGHT, label)
    return opening + Markup("").join(parts) + Markup("</svg>")


def across(place: float, first: float, last: float) -> float:
    """Where a place between `first` and `last` lies, from left to right."""
    part = (place - first) / (last - first) if last > first else 0.5
    return round(LEFT + 6 + (WIDTH - LEFT - RIGHT - 12) * part, 1)


def up(value: float, scale: Span) -> float:
    """Where a value lies, from the bottom up; what lies beyond the scale at its end."""
    part = min(max((value - scale[0]) / (scale[1] - scale[0]), 0.0), 1.0)
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - part), 1)


def levels(scale: Span, voice: Voice) -> Iterable[Markup]:
    """Five lines across, with the share or the rating that each stands for."""
    for quarter in range(5):
        value = scale[0] + (scale[1] - scale[0]) * quarter / 4
        y = up(value, scale)
        words = (
            voice.share(Share(value, 0)) if scale == SHARES else voice.number(int(value)) if value.is_integer() else voice.decimal(value)
        )
        yield Markup('<path class="x" d="M{} {:g}H{}"/>').format(LEFT, y, WIDTH - RIGHT)
        yield numerals.draw(words, LEFT - 5 - numerals.width(words), y - numerals.HEIGHT / 2)


def centred(words: str, x: float, y: float) -> Markup:
    """A number with its middle at `x` and its upper edge at `y`, within the chart."""
    wide = numerals.width(words)
    return numerals.draw(words, min(x - wide / 2, WIDTH - 1 - wide), y)


def band(points: Sequence[tuple[float, float, float]]) -> str:
    """The path round x, low and high of neighbouring points; empty for a single one."""
    if len(points) < 2:
        return ""
    there = "L".join(f"{x:g} {high:g}" for x, _, high in points)
    back = "L".join(f"{x:g} {low:g}" for x, low, _ in reversed(points))
    return f"M{there}L{back}Z"
