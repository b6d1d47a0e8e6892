"""From an opened source to its rows: the kind of file decides who reads it."""

import re
from collections.abc import Callable

from pipeline.config import ReadConfig
from pipeline.errors import InputError
from pipeline.read import encodings, kinds
from pipeline.read.binary import Opened
from pipeline.read.csv_rows import open_csv, open_unknown, peek
from pipeline.read.json_rows import open_json
from pipeline.read.parquet_rows import open_parquet
from pipeline.read.rows import Rows
from pipeline.read.sources import Source
from pipeline.read.tally import SourceTally
from pipeline.read.text_rows import open_document
from pipeline.read.xlsx_rows import open_xlsx

READERS: dict[str, Callable[[Opened, ReadConfig, SourceTally], Rows]] = {
    "csv": open_csv,
    "tsv": open_csv,
    "jsonl": open_json,
    "json": open_json,
    "parquet": open_parquet,
    "xlsx": open_xlsx,
    kinds.DOCUMENT: open_document,
}

_OBJECTS = re.compile(r'\[\s*[{\]]|\{\s*["}]')
_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)


def open_rows(data: Opened, source: Source, config: ReadConfig, count: SourceTally) -> Rows:
    """Begin reading. Fills in `count` how the source is understood; raises UsageError or InputError when it cannot be."""
    kind = kinds.by_content(source.kind, data.head, source.name)
    if kind == kinds.UNKNOWN:
        kind = _guess(data.head, source.name)
    count.format = kind
    if source.note:
        count.note(source.note)
    if kind == kinds.UNKNOWN:
        return open_unknown(*peek(data, config, count), config, count)
    return READERS[kind](data, config, count)


def _guess(head: bytes, name: str) -> str:
    """The kind of text that the first characters show."""
    encoding = encodings.wide(head)
    if not encoding and b"\0" in head[:1000]:
        raise InputError(f"{name} does not hold text, as far as its first bytes show. Give it the extension of its kind, such as .csv.")
    start = head[:4000].decode(encoding or encodings.UTF8, "replace").lstrip("\ufeff \t\r\n")
    if _OBJECTS.match(start):
        return "json"
    return kinds.DOCUMENT if _PAGE.match(start) else kinds.UNKNOWN
