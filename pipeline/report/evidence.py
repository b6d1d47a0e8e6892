"""The quotes behind the numbers, and what they can be filtered by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from pipeline.languages import direction
from pipeline.report.excerpts import excerpt
from pipeline.report.sections import Row
from pipeline.report.voice import Voice

FILTERS = ("language", "brand", "channel", "period")
_COLUMNS = {"language": "lang", "brand": "of_brand", "channel": "of_channel", "period": "of_period"}
NAME = 60  # characters of a name in a list to choose from
MOST_VALUES = 200  # of a filter: a longer list is not read; the others are found under "all"


@dataclass(frozen=True)
class Quote:
    """A quote cut at its term. `marks` says by number which value of each filter it has; empty: none of those offered."""

    before: str
    term: str
    after: str
    lang: str
    direction: str
    source: str
    line: int
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """The quotes of a row, by label."""

    row: Row
    labels: tuple[tuple[str, tuple[Quote, ...]], ...]


@dataclass(frozen=True)
class Evidence:
    """All groups in the order of the tables, the values of each filter, and how many quotes there are."""

    groups: tuple[Group, ...]
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    total: int


def evidence(rows: Iterable[Row]) -> Evidence:
    """Gather the quotes of all rows."""
    quoted = [row for row in rows if row.quotes]
    every = [quote for row in quoted for _, found in row.quotes for quote in found]
    values = {name: _values(every, _COLUMNS[name]) for name in FILTERS}
    places = {name: {value: str(place) for place, value in enumerate(found)} for name, found in values.items()}
    groups = tuple(
        Group(row, tuple((label, tuple(quote(each, places) for each in found)) for label, found in row.quotes)) for row in quoted
    )
    return Evidence(groups, tuple((name, values[name]) for name in FILTERS if len(values[name]) > 1), len(every))


def filter_name(name: str, value: str, voice: Voice) -> str:
    """A value of a filter in words."""
    if name == "language":
        return voice.language(value)
    return excerpt(voice.month(value) if name == "period" else voice.name(value), width=NAME).text


def _values(quotes: list[dict[str, Any]], column: str) -> tuple[str, ...]:
    return tuple(sorted({quote[column] for quote in quotes if quote[column] is not None})[:MOST_VALUES])


def quote(row: Mapping[str, Any], places: Mapping[str, Mapping[str, str]]) -> Quote:
    """A row of `QUOTES` as it is shown; without `places` no filter concerns it."""
    text, start, end = row["excerpt"], row["start"], row["end"]
    marks = tuple(places[name].get(row[_COLUMNS[name]], "") for name in FILTERS if name in places)
    return Quote(
        *(text[:start], text[start:end], text[end:]), row["lang"], direction(row["lang"]), file_name(row["source"]), row["line"], marks
    )


def file_name(source: str) -> str:
    """A source without its folder: where a file lay is nobody's business who reads the report.

    >>> file_name("/home/mari/feedback/spring.csv"), file_name("-")
    ('spring.csv', '-')
    """
    return PurePath(source.replace("\\", "/")).name or source
