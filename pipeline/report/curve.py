"""The share of complaints answered as days pass, as a chart of steps with their interval as a band."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from pipeline.report import chart
from pipeline.report.chart import SHARES, across, up
from pipeline.report.voice import Voice

LAST = 30  # days
TICKS = (1, 7, 14, 30)
Day = tuple[int, float, float, float]  # day, value, low, high


def curve(days: Sequence[Day], voice: Voice, label: str) -> Markup:
    """The chart, read out as `label`. It rises at whole days, where its numbers are known; a day without a number is a gap."""
    steps = [(x, *(up(number, SHARES) for number in numbers)) for day, *numbers in days for x in (_x(day), _x(day + 1))]
    runs = _unbroken([day for day, *_ in days])
    bands = "".join(chart.band([(x, low, high) for x, _, low, high in steps[2 * start : 2 * end]]) for start, end in runs)
    lines = "".join("M" + "L".join(f"{x:g} {value:g}" for x, value, _, _ in steps[2 * start : 2 * end]) for start, end in runs)
    drawn = Markup('<g class="answered"><path class="band" d="{}"/><path class="l" d="{}"/></g>').format(bands, lines)
    return chart.drawing(label, [*chart.levels(SHARES, voice), *_days(voice), drawn])


def _unbroken(days: Sequence[int]) -> list[tuple[int, int]]:
    """Where runs of days that follow each other begin and end."""
    starts = [place for place, day in enumerate(days) if not place or days[place - 1] != day - 1]
    return list(zip(starts, [*starts[1:], len(days)], strict=True))


def _days(voice: Voice) -> Iterable[Markup]:
    for day in TICKS:
        yield chart.centred(voice.number(day), _x(day), chart.HEIGHT - chart.BOTTOM + 6)


def _x(day: int) -> float:
    return across(day, 0, LAST + 1)
