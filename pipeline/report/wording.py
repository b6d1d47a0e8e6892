"""How numbers, languages, aspects and reasons are put into words."""

import re
from collections.abc import Mapping

from pipeline.languages import BY_CODE, OTHER_PREFIX, UNDETERMINED

DASH = "\N{EN DASH}"


def count(number: float) -> str:
    """A whole number with separators.

    >>> count(12345)
    '12,345'
    """
    return f"{number:,.0f}"


def share(value: float, low: float, high: float) -> tuple[str, str]:
    """A share and its interval in percent, with a decimal only where the interval is narrow enough to carry it.

    >>> [text.replace(DASH, " to ") for text in (*share(0.2727, 0.0975, 0.5656), *share(0.0312, 0.0201, 0.0456))]
    ['27%', '10 to 57%', '3.1%', '2.0 to 4.6%']
    """
    places = 1 if high - low < 0.04 else 0
    return f"{100 * value:.{places}f}%", f"{100 * low:.{places}f}{DASH}{100 * high:.{places}f}%"


def rating(value: float, low: float, high: float) -> tuple[str, str]:
    """A mean rating and its interval.

    >>> rating(3.951, 3.802, 4.1)[0]
    '3.95'
    """
    return f"{value:.2f}", f"{low:.2f}{DASH}{high:.2f}"


def language(code: str) -> str:
    """The English name.

    >>> language("cy"), language("other:fr"), language("und")
    ('Welsh', 'other (fr)', 'undetermined')
    """
    if code in BY_CODE:
        return BY_CODE[code].name
    if code == UNDETERMINED:
        return "undetermined"
    return f"other ({code.removeprefix(OTHER_PREFIX)})"


def language_tag(code: str) -> str:
    """The value of an HTML `lang` attribute; empty (unknown) for what is no plain language code.

    >>> language_tag("ar"), language_tag("other:fr"), language_tag("und"), language_tag('other:"><b>')
    ('ar', 'fr', '', '')
    """
    code = code.removeprefix(OTHER_PREFIX)
    return code if re.fullmatch("[a-z]{2,3}", code) and code != UNDETERMINED else ""


def aspect(identifier: str, names: Mapping[str, str]) -> str:
    """The name of an aspect, else its id in plain writing.

    >>> aspect("food_drink", {}), aspect("staff", {"staff": "Staff"})
    ('food drink', 'Staff')
    """
    return names.get(identifier) or identifier.replace("_", " ")


def rule(reason: str) -> str:
    """The reason without the numbers of the cell.

    >>> rule("fewer than 30 texts (n=12)")
    'fewer than 30 texts'
    """
    return reason.split(" (")[0]


def plural(number: int, word: str) -> str:
    """
    >>> plural(1, "record"), plural(1200, "record")
    ('1 record', '1,200 records')
    """
    return f"{count(number)} {word}{'' if number == 1 else 's'}"
