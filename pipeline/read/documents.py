"""One record as a row of the documents table, by the columns found for its source."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pipeline.config import ReadConfig
from pipeline.read.columns import FIELDS
from pipeline.read.ratings import rating
from pipeline.read.rejects import EXCERPT_CHARS, Broken, refuse
from pipeline.read.rows import Extra, Row, Rows
from pipeline.read.tally import SourceTally
from pipeline.read.times import time
from pipeline.read.values import as_text, weight

Dimensions = list[tuple[str, str]]
# doc_id, text, source, line; rating, time, channel, brand, author, reply, reply_time, weight; dimensions
Document = tuple[Any, ...]
Convert = Callable[[Row | Extra], Document | Broken]

OPTIONAL = FIELDS[2:]  # the fields after text and id, in the order of the documents table


def converter(rows: Rows, source: str, base: str, config: ReadConfig, count: SourceTally) -> Convert:
    """The function that turns records of this source into documents. Values it does not understand are left empty and counted."""
    text_at, name_at, cells, dimensions = _places(rows, config)
    nothing = (None,) * len(OPTIONAL)
    max_chars = config.max_chars

    def convert(record: Row | Extra) -> Document | Broken:
        line, values = record[0], record[1]
        text = values[text_at]
        if text.__class__ is not str:
            text = as_text(text)
        refused = refuse(text, max_chars)
        if refused:
            return Broken(line, refused, _beginning(values))
        name = "" if name_at is None else values[name_at]
        if name.__class__ is not str:
            name = as_text(name)
        name = name.strip()
        if not name:
            name = f"{base}:{line}" if rows.ids_by_line else base
        optional = _optional(values, cells, count) if cells else nothing
        return (name, text, source, line, *optional, _dimensions(record, dimensions))

    return convert


_Cell = tuple[int, int, str, Callable[[Any], Any]]  # place in OPTIONAL, index in the row, column name, parser


def _places(rows: Rows, config: ReadConfig) -> tuple[int, int | None, tuple[_Cell, ...], tuple[tuple[str, int], ...]]:
    """Where the text, the id, the optional fields and the dimensions stand in a row."""
    columns = rows.columns
    if columns is None:
        return 0, None, (), ()
    moment = partial(time, day_first=config.day_first)
    parsers: dict[str, Callable[[Any], Any]] = {"rating": rating, "time": moment, "reply": _written, "reply_time": moment, "weight": weight}
    optional = tuple(
        (slot, columns.fields[field], columns.names[columns.fields[field]], parsers.get(field, _word))
        for slot, field in enumerate(OPTIONAL)
        if field in columns.fields
    )
    return (columns.text, columns.fields.get("id"), optional, columns.dimensions)


def _optional(values: Sequence[Any], cells: tuple[_Cell, ...], count: SourceTally) -> list[Any]:
    found: list[Any] = [None] * len(OPTIONAL)
    for slot, index, column, parse in cells:
        value = values[index]
        if value == "" or value is None:
            continue
        found[slot] = parsed = parse(value)
        if parsed is None and as_text(value).strip():
            count.misunderstand(column, value)
    return found


def _dimensions(record: Row | Extra, places: tuple[tuple[str, int], ...]) -> Dimensions:
    """All other columns that hold something."""
    values = record[1]
    named = []
    for name, index in places:
        value = values[index]
        if value.__class__ is not str:
            value = as_text(value)
        if value and not value.isspace():
            named.append((name, value))
    if len(record) == 3:
        named += [(name, shown) for name, value in record[2].items() if (shown := as_text(value)).strip()]
    return named


def _word(value: Any) -> str | None:
    if isinstance(value, str):
        return value.strip() or None
    return as_text(value).strip() or None


def _written(value: Any) -> str | None:
    text = as_text(value)
    return text if text.strip() else None


def _beginning(values: Sequence[Any]) -> str:
    return ",".join(as_text(value)[:EXCERPT_CHARS] for value in values[:EXCERPT_CHARS])
