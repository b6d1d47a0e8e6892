"""How ratings are spread, as five upright bars with their intervals: drawn without words, since the numbers stand beside it."""

from collections.abc import Sequence

from markupsafe import Markup

WIDE, TALL, STEP, BAR = 100, 40, 20, 14


def bars(values: Sequence[tuple[float, float, float]], top: float) -> Markup:
    """Value, low and high of each star, from one star on; `top` is the share at the upper edge, the same for all drawings of a table.

    >>> print(str(bars([(0.5, 0.25, 1.0)], 1.0)).replace("><", ">\\n<"))
    <svg class="bars" viewBox="0 0 100 40" aria-hidden="true">
    <path class="bar" d="M3 40V20H17V40Z"/>
    <path d="M10 30V0"/>
    <path class="x" d="M0 40h100"/>
    </svg>
    """
    drawn = []
    for place, (value, low, high) in enumerate(values):
        left, middle = STEP * place + (STEP - BAR) / 2, STEP * (place + 0.5)
        y, bottom, upper = (round(TALL * (1 - min(number / top, 1)), 1) for number in (value, low, high))
        drawn.append(Markup('<path class="bar" d="M{:g} {}V{:g}H{:g}V{}Z"/>').format(left, TALL, y, left + BAR, TALL))
        drawn.append(Markup('<path d="M{:g} {:g}V{:g}"/>').format(middle, bottom, upper))
    return Markup('<svg class="bars" viewBox="0 0 {} {}" aria-hidden="true">{}<path class="x" d="M0 {}h{}"/></svg>').format(
        WIDE, TALL, Markup("").join(drawn), TALL, WIDE
    )
