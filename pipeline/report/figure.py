"""A share as a point with its interval, on a line from 0 to 100 %: drawn here, so that no font, script or library is needed."""

from markupsafe import Markup


def forest(value: float, low: float, high: float, whole: float | None = None, raw: float | None = None) -> Markup:
    """An inline SVG; `whole` is marked by an upright line, `raw` by a hollow dot under the filled one. There is no text in it: the numbers stand beside it, so it is hidden from readers aloud.

    >>> print(str(forest(0.34, 0.29, 0.4, 0.5)).replace("><", ">\\n<"))
    <svg viewBox="-5 0 110 12" aria-hidden="true">
    <path class="x" d="M0 6h100M0 3v6M50 3v6M100 3v6"/>
    <path class="w" d="M50 0v12"/>
    <path d="M29 6H40"/>
    <circle cx="34" cy="6" r="3"/>
    </svg>
    """
    left, point, right = (_point(number) for number in (low, value, high))
    mark = "" if whole is None else Markup('<path class="w" d="M{} 0v12"/>').format(_point(whole))
    hollow = "" if raw is None else Markup('<circle class="r" cx="{}" cy="6" r="4"/>').format(_point(raw))
    return Markup(
        '<svg viewBox="-5 0 110 12" aria-hidden="true"><path class="x" d="M0 6h100M0 3v6M50 3v6M100 3v6"/>{}{}'
        '<path d="M{} 6H{}"/><circle cx="{}" cy="6" r="3"/></svg>'
    ).format(mark, hollow, left, right, point)


def _point(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")
