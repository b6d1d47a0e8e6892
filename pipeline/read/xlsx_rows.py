"""XLSX: the first sheet with a text column, row by row. Formulas count with the value that was saved for them."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain, islice, product
from typing import Any, BinaryIO

from pipeline.config import ReadConfig
from pipeline.errors import InputError, UsageError
from pipeline.read.binary import Opened
from pipeline.read.columns import KNOWN, TEXT_KEYS, key
from pipeline.read.mapping import distinct, resolve
from pipeline.read.rejects import Broken, reason
from pipeline.read.rows import Row, Rows, empty
from pipeline.read.tally import SourceTally
from pipeline.read.values import as_text, whole

MAX_ROWS = 1_048_576  # of a sheet, by its format; a row number beyond is a fault or a trap
HEADER_ROWS = 20  # how far down a header may stand below titles
SAMPLE_ROWS = 200

# What openpyxl and the parsers below it raise on broken files.
_PACKED = (zipfile.BadZipFile, zlib.error, EOFError, OSError)
_BROKEN = (*_PACKED, *(SyntaxError, KeyError, ValueError, TypeError, AttributeError, IndexError, NotImplementedError))
# Their messages speak of the library's classes; a reader needs the fact.
FACTS = (
    (_PACKED, "the archive that it is made of is broken or cut off"),
    ((KeyError,), "a part that every workbook has is missing from it"),
    ((SyntaxError,), "its parts are not well-formed XML"),
    (_BROKEN, "its parts do not hold what a workbook holds"),
)

Numbered = tuple[int, Sequence[Any]]


def open_xlsx(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    """Rows below the header of the first sheet with a text column, by its name or else by what it holds.

    Empty rows are no records; titles above the header neither.
    """
    if not data.head:
        count.note("the file is empty")
        return empty()
    refused: UsageError | None = None
    for by_name, sheet in product((True, False), _sheets(data.whole(), data.name)):
        try:
            found = _open_sheet(_rows(sheet), by_name, config, count)
        except UsageError as error:
            refused = refused or error
            continue
        if found is not None:
            count.note(f"sheet {sheet.title!r} was read")
            return found
    if refused is not None:
        raise refused
    count.note("no sheet holds anything")
    return empty()


def _open_sheet(rows: Iterator[Numbered | Broken], by_name: bool, config: ReadConfig, count: SourceTally) -> Rows | None:
    """None for an empty sheet, or where `by_name` one without a known name for its text. Raises UsageError as `resolve` does."""
    top = list(islice(rows, HEADER_ROWS))
    filled = [each for each in top if not isinstance(each, Broken)]
    if not filled:
        return Rows(None, iter([each for each in top if isinstance(each, Broken)])) if top else None
    header = _header(filled, config)
    if by_name and not _names(header, _text_names(config)):
        return None
    start = top.index(header) + 1
    sample = [*top[start:], *islice(rows, SAMPLE_ROWS)]
    names = distinct([as_text(cell) for cell in header[1]])
    columns = resolve(names, [_padded(each[1], len(names)) for each in sample if not isinstance(each, Broken)], config.map, count)
    if start > 1:
        count.note(f"the column names stand in row {header[0]}; {start - 1} rows above them were passed over")
    return Rows(columns, _fitted(chain(sample, rows), len(names)))


def _header(rows: list[Numbered], config: ReadConfig) -> Numbered:
    """The first row with the name of a text column; else the first with several names; else the first that is no title."""
    for wanted, least in ((_text_names(config), 1), (KNOWN, 2)):
        for row in rows:
            if _names(row, wanted) >= least:
                return row
    return max(rows[:3], key=lambda row: min(2, sum(cell is not None for cell in row[1])))


def _names(row: Numbered, wanted: frozenset[str]) -> int:
    return sum(key(as_text(cell)) in wanted for cell in row[1])


def _text_names(config: ReadConfig) -> frozenset[str]:
    return TEXT_KEYS | {key(config.map["text"])} if "text" in config.map else TEXT_KEYS


def _fitted(rows: Iterator[Numbered | Broken], width: int) -> Iterator[Row | Broken]:
    for each in rows:
        yield each if isinstance(each, Broken) else (each[0], _padded(each[1], width))


def _padded(values: Sequence[Any], width: int) -> Sequence[Any]:
    """As many cells as the header; cells beside the table are no part of it."""
    return values if len(values) == width else [*values[:width], *[None] * (width - len(values))]


def _sheets(file: BinaryIO, name: str) -> list[Any]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about drawings and validations, which are not read
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except _BROKEN as error:
            what = next(fact for kinds, fact in FACTS if isinstance(error, kinds))
            raise InputError(f"{name} is not a sound XLSX file: {what}. Open it in a spreadsheet program and save it again.") from None
    return list(book.worksheets)


def _rows(sheet: Any) -> Iterator[Numbered | Broken]:
    """Rows that hold something, with their numbers."""
    number = 0
    sheet.reset_dimensions()  # files state them wrongly
    cells = sheet.iter_rows(values_only=True)
    while number < MAX_ROWS:
        try:
            row = next(cells, None)
        except _BROKEN:
            yield Broken(number + 1, reason("damaged"), f"sheet {sheet.title!r} after row {number}")
            return
        if row is None:
            return
        number += 1
        if any(cell is not None and cell != "" for cell in row):
            yield number, [whole(cell) if isinstance(cell, str) else cell for cell in row]
