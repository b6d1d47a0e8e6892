"""Reliability and risk-coverage as inline SVG: drawn here, so that no font, script or library is needed."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

_OPEN = Markup('<svg class="square" viewBox="-4 -4 108 108" role="img" aria-label="{}">')
_FRAME = Markup('<path class="x" d="M0 0V100H100"/>')


def reliability_figure(row: Mapping[str, Any]) -> Markup:
    """Confidence to the right, share right upwards; the band is where a calibrated model's bins lie in 95 of 100 cases."""
    bins = row["bins"]
    words = "; ".join(f"{each['confidence']:.2f} sure, {each['right']:.2f} right" for each in bins)
    upper = " ".join(_point(each["confidence"], each["high"]) for each in bins)
    lower = " ".join(_point(each["confidence"], each["low"]) for each in reversed(bins))
    dots = (Markup('<circle cx="{}" cy="{}" r="2"/>').format(*_point(each["confidence"], each["right"]).split(",")) for each in bins)
    band = Markup('<polygon class="band" points="{} {}"/>').format(upper, lower)
    return _svg(f"Reliability: {words}", [band, Markup('<path class="x" d="M0 100L100 0"/>'), *dots])


def risk_figure(row: Mapping[str, Any]) -> Markup:
    """Share of texts kept to the right, share wrong among them upwards."""
    points = [(share, risk) for share, risk in row["risk_coverage"]]
    words = "; ".join(f"of the surest {share:.0%}, {risk:.0%} wrong" for share, risk in points)
    line = Markup('<polyline class="line" points="{}"/>').format(" ".join(_point(x, y) for x, y in points))
    return _svg(f"Risk and coverage: {words}", [line])


def _svg(words: str, parts: Iterable[Markup]) -> Markup:
    return _OPEN.format(words) + _FRAME + Markup("").join(parts) + Markup("</svg>")


def _point(x: float, y: float) -> str:
    """
    >>> _point(0.25, 0.5)
    '25,50'
    """
    return f"{round(100 * x, 1):g},{round(100 - 100 * y, 1):g}"
