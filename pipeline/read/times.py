"""Times as files state them. No time zone is assumed; a stated offset is converted to UTC and dropped."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from pipeline.read.values import ASCII_DIGITS

YEARS = range(1900, 2200)  # outside these a date is a placeholder or a misreading
EPOCH = datetime(1970, 1, 1)
EXCEL_DAY_0 = datetime(1899, 12, 30)  # day 60 of Excel is a day that never was; from 1 March 1900 on this origin is right

# Numbers of so many digits before the point, and what they count. Others are not times.
_UNITS = {
    5: timedelta(days=1),  # Excel: 10000 is in 1927, 99999 in 2173
    9: timedelta(seconds=1),  # Unix time from 1973 ...
    10: timedelta(seconds=1),  # ... to 2286
    12: timedelta(milliseconds=1),
    13: timedelta(milliseconds=1),
    15: timedelta(microseconds=1),
    16: timedelta(microseconds=1),
}

_NUMBER = re.compile(r"(\d{5,16})(?:[.,]\d+)?")
_COMPACT = re.compile(r"\d{8}")
_CLOCK = (
    r"(?:(?:\s*,)?(?:\s+|T)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"\s*(am|pm|a\.m\.|p\.m\.|sa|ch|\u0635|\u0645)?(?:\s*uhr)?)?"  # sa, ch: Vietnamese; Arabic sad, mim: morning, evening
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})" + _CLOCK, re.IGNORECASE)
_YEAR_LAST = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})" + _CLOCK, re.IGNORECASE)
_CLOCK_FIRST = re.compile(r"(\d{1,2}[:h]\d{2}(?::\d{2})?)[,\s]+(\d.*)")  # as Vietnamese sites write it
_AFTERNOON = frozenset(("pm", "p.m.", "ch", "\u0645"))
_CLOCK_12 = _AFTERNOON | {"am", "a.m.", "sa", "\u0635"}


def time(value: Any, day_first: bool) -> datetime | None:
    """The time without a zone; None when there is none or it is not understood.

    `day_first` decides what 3/4/2026 means, unless one of the numbers is above 12. Dates with dots always begin with the day.

    >>> time("04.03.2026 18:22", True), time("2026-03-04T18:22+07:00", True), time("soon", True)
    (datetime.datetime(2026, 3, 4, 18, 22), datetime.datetime(2026, 3, 4, 11, 22), None)
    """
    if isinstance(value, str):
        if value[4:5] == "-":  # the commonest form first: it is told by its sign and read without the cache
            try:
                return _plain(datetime.fromisoformat(value))
            except ValueError:
                pass
        return _written(value, day_first)
    if isinstance(value, datetime):
        return _plain(value)
    if isinstance(value, date):
        return _plain(datetime(value.year, value.month, value.day))
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e17:
        return _counted(repr(value) if isinstance(value, int) else f"{value:.6f}")
    return None


@lru_cache(maxsize=8192)  # many rows share a day
def _written(text: str, day_first: bool) -> datetime | None:
    text = text.strip()
    if not text.isascii():
        text = text.translate(ASCII_DIGITS)
    if len(text) > 40:  # no time is that long
        return None
    if text[4:5] != "-" and _NUMBER.fullmatch(text) and not _COMPACT.fullmatch(text):
        return _counted(text)
    try:
        return _plain(datetime.fromisoformat(text.removesuffix(" UTC").removesuffix(" GMT").replace(" +", "+").replace(" -", "-")))
    except (ValueError, OverflowError):
        return _numbers(text, day_first)


def _counted(text: str) -> datetime | None:
    match = _NUMBER.fullmatch(text)
    unit = _UNITS.get(len(match[1])) if match else None
    if unit is None:
        return None
    start = EXCEL_DAY_0 if unit == timedelta(days=1) else EPOCH
    number = float(text.replace(",", "."))
    precise = timedelta(seconds=round(number * 86400)) if unit == timedelta(days=1) else number * unit
    return _plain(start + precise)


def _numbers(text: str, day_first: bool) -> datetime | None:
    if match := _CLOCK_FIRST.fullmatch(text):
        text = f"{match[2]} {match[1]}"
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day, *clock = match.groups()
        return _assembled(int(year), int(month), int(day), clock)
    if match := _YEAR_LAST.fullmatch(text):
        first, sign, second, year, *clock = match.groups()
        day, month = int(first), int(second)
        if day <= 12 and (month > 12 or not (day_first or sign == ".")):
            day, month = month, day
        return _assembled(_full_year(int(year)), month, day, clock)
    return None


def _full_year(year: int) -> int:
    """Two digits: 70 to 99 are the last century, as in POSIX and Excel's neighbourhood."""
    return year if year > 99 else year + (1900 if year >= 70 else 2000)


def _assembled(year: int, month: int, day: int, clock: list[str | None]) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in clock[:3])
    half = (clock[3] or "").casefold()
    if half in _CLOCK_12:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    try:
        return _plain(datetime(year, month, day, hour, minute, second))
    except ValueError:
        return None


def _plain(when: datetime) -> datetime | None:
    """Without its offset, which is applied first; None outside the plausible years."""
    if when.year not in YEARS:
        return None
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when
