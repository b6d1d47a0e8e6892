"""The tables as a workbook: one sheet a table, real numbers, a frozen header, notes on every column. The same tables give the same bytes."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from pipeline.report import limits as limiting
from pipeline.report.content import Content
from pipeline.report.delimited import neutral
from pipeline.report.inputs import ReportInputs
from pipeline.report.sentences import sentence, split_sentence
from pipeline.report.speech import Speech

MOST_ROWS = 1_048_575  # of a sheet, besides the header
MOST_CHARS = 32_767  # of a cell
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file can state
_WHEN = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # in XML


def workbook(tables: Mapping[str, pa.Table], notes: Sequence[Sequence[object]], *, right_to_left: bool = False) -> bytes:
    """An XLSX file: a sheet `notes`, then one a table, in order. Texts that look like formulas are neutralised, as in the CSV files.

    `notes` are the rows of the first sheet; what each column holds is added from the metadata of the schemas. Rows beyond what a sheet can hold are
    left out, and the notes say so.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("notes")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width, sheet.column_dimensions["C"].width = 20, 24, 100
    for row in (*notes, *_described(tables)):
        sheet.append([_cell(value) for value in row])
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.sheet_view.rightToLeft = right_to_left
        for place, field in enumerate(table.schema):
            sheet.column_dimensions[_letters(place)].width = 24 if pa.types.is_string(field.type) else 14
        sheet.append([_cell(column) for column in table.column_names])
        for batch in table.slice(0, MOST_ROWS).to_batches(max_chunksize=10_000):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                sheet.append([_cell(value) for value in values])
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_time(buffer.getvalue())


def about(content: Content, inputs: ReportInputs, speech: Speech) -> list[tuple[object, ...]]:
    """The first rows of the sheet `notes`: the findings in words, and what cannot be said."""
    said = [speech.plain(partial(sentence, found, inputs.confidence)) for found, _ in content.findings]
    said += [speech.plain(partial(split_sentence, found, inputs.confidence)) for found in content.contested]
    unsaid = [speech.plain(partial(limiting.say_unknown, each, inputs.confidence)) for each in content.limits.unknown]
    unsaid += [speech.plain(partial(limiting.say, each)) for each in content.limits.sentences]
    headings = [speech.plain(lambda voice, key=key: voice.say(key)) for key in ("heading.findings", "heading.limits")]  # type: ignore[misc]
    return [(headings[0],), *(("", "", each) for each in said), (headings[1],), *(("", "", each) for each in unsaid)]


def _described(tables: Mapping[str, pa.Table]) -> Iterable[tuple[str, ...]]:
    yield ()
    yield ("sheet", "column", "what it holds")
    for name, table in tables.items():
        if len(table) > MOST_ROWS:
            yield (name, "", f"only the first {MOST_ROWS:,} of {len(table):,} rows fit on a sheet; all are in the Parquet and CSV files")
        for field in table.schema:
            yield (name, field.name, (field.metadata or {}).get(b"note", b"").decode())


def _cell(value: Any) -> Any:
    value = neutral(value)
    return _ILLEGAL.sub("", value)[:MOST_CHARS] if isinstance(value, str) else value


def _letters(place: int) -> str:
    """The name of a column.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(place + 1))


def _without_time(data: bytes) -> bytes:
    """The same archive without the times at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _WHEN.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            kept.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
