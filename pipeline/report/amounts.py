"""Differences, chances and q-values as they stand in a table, in the numbers of a language."""

from pipeline.report.sections import DASH
from pipeline.report.voice import NARROW, Voice

BETWEEN = " \N{HORIZONTAL ELLIPSIS} "  # of two signed numbers: a dash would be read as a minus sign
SURE = 0.05  # q-value below which a difference is called one
LEAST = 0.001  # smaller q-values say nothing more


def signed(voice: Voice, value: float, places: int = 0) -> str:
    """A number with its sign.

    >>> signed(Voice("en"), 12.34, 1), signed(Voice("en"), 0)
    ('+12.3', '0')
    """
    from babel.numbers import format_decimal

    value = round(value, places) + 0.0  # no minus zero
    digits = "0." + "0" * places if places else "0"
    pattern = digits if value == 0 else f"+{digits};-{digits}"
    return str(format_decimal(value, format=pattern, locale=voice.locale, numbering_system="default"))


def points(voice: Voice, value: float, low: float, high: float) -> tuple[str, str]:
    """A difference of shares and its interval in percentage points, with a decimal only where the interval can carry it.

    >>> points(Voice("en"), 0.123, 0.04, 0.2)[0]
    '+12'
    """
    places = 1 if high - low < NARROW else 0
    return _between(voice, 100 * value, 100 * low, 100 * high, places)


def stars(voice: Voice, value: float, low: float, high: float) -> tuple[str, str]:
    """A difference of ratings and its interval."""
    return _between(voice, value, low, high, 2)


def odds(voice: Voice, value: float, low: float, high: float) -> tuple[str, str]:
    """An odds ratio and its interval, with two digits that say something.

    >>> [text.replace(DASH, " to ") for text in odds(Voice("en"), 0.0123, 0.0004, 31.4)]
    ['0.012', '<0.001 to 31']
    """
    point, left, right = (_ratio(voice, each) for each in (value, low, high))
    return point, f"{left}{DASH}{right}"


def _ratio(voice: Voice, value: float) -> str:
    from babel.numbers import format_decimal

    if value < LEAST:
        return f"<{format_decimal(LEAST, format='0.000', locale=voice.locale, numbering_system='default')}"
    places = 0 if value >= 10 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    return str(format_decimal(value, format="0." + "0" * places if places else "#,##0", locale=voice.locale, numbering_system="default"))


def chance(voice: Voice, probability: float) -> str:
    """A probability that was simulated: never certain, never impossible.

    >>> chance(Voice("en"), 0.423), chance(Voice("en"), 0.9999), chance(Voice("en"), 0.0)
    ('42%', '>99%', '<1%')
    """
    if probability > 0.99:
        return f">{voice.percent(0.99)}"
    return f"<{voice.percent(0.01)}" if probability < 0.01 else voice.percent(round(probability, 2))


def q_value(voice: Voice, value: float) -> str:
    """
    >>> q_value(Voice("en"), 0.0321), q_value(Voice("en"), 1e-9)
    ('0.032', '<0.001')
    """
    from babel.numbers import format_decimal

    shown = format_decimal(max(value, LEAST), format="0.000", locale=voice.locale, numbering_system="default")
    return f"<{shown}" if value < LEAST else str(shown)


def _between(voice: Voice, value: float, low: float, high: float, places: int) -> tuple[str, str]:
    return signed(voice, value, places), f"{signed(voice, low, places)}{BETWEEN}{signed(voice, high, places)}"
