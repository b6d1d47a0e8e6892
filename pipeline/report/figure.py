"""A share as a point with its interval, on a line from 0 to 100 %: drawn here, so that no font, script or library is needed."""

from markupsafe import Markup


def forest(value: float, low: float, high: float, words: str) -> Markup:
    """An inline SVG; `words` is read out instead. There is no text in it: the numbers stand beside it.

    >>> print(str(forest(0.34, 0.29, 0.4, "34%, 29 to 40%")).replace("><", ">\\n<"))
    <svg viewBox="-3 0 106 12" role="img" aria-label="34%, 29 to 40%">
    <path class="x" d="M0 6h100"/>
    <path d="M29 6H40"/>
    <circle cx="34" cy="6" r="3"/>
    </svg>
    """
    left, point, right = (f"{100 * number:.1f}".removesuffix(".0") for number in (low, value, high))
    return Markup(
        '<svg viewBox="-3 0 106 12" role="img" aria-label="{}"><path class="x" d="M0 6h100"/>'
        '<path d="M{} 6H{}"/><circle cx="{}" cy="6" r="3"/></svg>'
    ).format(words, left, right, point)
