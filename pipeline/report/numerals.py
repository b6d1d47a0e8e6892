"""Numbers in charts as strokes of our own: they look the same everywhere, and need no font.

Only what numbers of our six languages are written with is here: digits, decimal signs and the percent sign. Names stand in the table under the chart.
"""

from markupsafe import Markup

# Each sign: its width, and its strokes in a box 7 high, drawn with round ends.
SIGNS = {
    "0": (4.0, "M2 0C.6 0 0 1.5 0 3.5S.6 7 2 7 4 5.5 4 3.5 3.4 0 2 0Z"),
    "1": (2.4, "M.4 1.5L2.2 0V7"),
    "2": (4.0, "M.1 1.8C.1 .6 .9 0 2 0S3.9 .7 3.9 1.9C3.9 3.6 0 5 0 7H4"),
    "3": (4.0, "M.1 .9C.5 .3 1.2 0 2 0 3.2 0 3.8 .7 3.8 1.7S3 3.3 1.6 3.3C3.2 3.3 4 4.1 4 5.2S3.2 7 2 7C1.1 7 .4 6.7 0 6"),
    "4": (4.0, "M3.1 7V0L0 4.9H4.2"),
    "5": (4.0, "M3.7 0H.6L.3 3.1C.7 2.8 1.3 2.6 1.9 2.6 3.2 2.6 4 3.5 4 4.8S3.2 7 1.9 7C1.1 7 .4 6.7 0 6.1"),
    "6": (4.0, "M3.6 .6C3.2 .2 2.7 0 2.2 0 .7 0 0 1.6 0 4S.7 7 2 7 4 6.1 4 4.8 3.2 2.7 2 2.7 0 3.7 0 4.8"),
    "7": (4.0, "M0 0H4L1.5 7"),
    "8": (
        4.0,
        "M2 3.3C.9 3.3 .3 2.6 .3 1.7S.9 0 2 0 3.7 .8 3.7 1.7 3.1 3.3 2 3.3ZM2 3.3C.8 3.3 0 4.1 0 5.2S.8 7 2 7 4 6.3 4 5.2 3.2 3.3 2 3.3Z",
    ),
    "9": (4.0, "M.4 6.4C.8 6.8 1.3 7 1.8 7 3.3 7 4 5.4 4 3S3.3 0 2 0 0 .9 0 2.2 .8 4.3 2 4.3 4 3.3 4 2.2"),
    ".": (0.4, "M.2 7V7"),
    ",": (0.8, "M.6 6.6L.2 8.2"),
    "%": (
        6.0,
        "M1.3 0C.5 0 .1 .6 .1 1.4S.5 2.8 1.3 2.8 2.5 2.2 2.5 1.4 2.1 0 1.3 0ZM4.7 4.2C3.9 4.2 3.5 4.8 3.5 5.6S3.9 7 4.7 7 5.9 6.4 5.9 5.6 5.5 4.2 4.7 4.2ZM4.9 0L1.1 7",
    ),
}
GAP = 1.6
HEIGHT = 7.0


def width(text: str) -> float:
    """How wide a number is drawn. Signs that are not known, such as spaces and direction marks, take no room.

    >>> width("10"), width("5\\u00a0%")
    (8.0, 11.6)
    """
    known = [SIGNS[sign][0] for sign in text if sign in SIGNS]
    return round(sum(known) + GAP * max(0, len(known) - 1), 1)


def draw(text: str, x: float, y: float) -> Markup:
    """The number with its left upper corner at `x`, `y`, as strokes of class `d`.

    >>> print(draw("7", 10, 20))
    <path class="d" transform="translate(10 20)" d="M0 0H4L1.5 7"/>
    """
    parts = []
    for sign in text:
        if sign in SIGNS:
            wide, strokes = SIGNS[sign]
            parts.append(Markup('<path class="d" transform="translate({:g} {:g})" d="{}"/>').format(round(x, 1), round(y, 1), strokes))
            x += wide + GAP
    return Markup("").join(parts)
