"""CSV, TSV and their kin; plain lines where a file turns out to have no columns."""

from collections.abc import Iterator
from itertools import chain, islice

from pipeline.config import ReadConfig
from pipeline.errors import UsageError
from pipeline.read import delimiters
from pipeline.read.binary import Opened
from pipeline.read.columns import KNOWN, TEXT_KEYS, key
from pipeline.read.csv_records import records
from pipeline.read.lines import LINE_BYTES, Cut, Lines
from pipeline.read.mapping import distinct, resolve
from pipeline.read.rejects import Broken, excerpt, reason
from pipeline.read.rows import Row, Rows, empty
from pipeline.read.tally import SourceTally

SAMPLE_LINES = 200
SAMPLE_CHARS = 2_000_000
HEADER_CELL_CHARS = 200  # survey exports use whole questions as column names

Record = Row | Broken


def open_csv(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    """Rows of a delimited file with a header; a file of one column without header is one text a line."""
    return _table(*peek(data, config, count), config, count, "," if count.format == "csv" else "\t")


def peek(data: Opened, config: ReadConfig, count: SourceTally) -> tuple[list[str], Iterator[str]]:
    """The first lines, and all lines including them."""
    lines = iter(Lines(data, config.encoding, count))
    sample: list[str] = []
    chars = 0
    for line in islice(lines, SAMPLE_LINES):
        sample.append(line)
        chars += len(line)
        if chars > SAMPLE_CHARS:
            break
    return sample, chain(sample, lines)


def open_unknown(sample: list[str], lines: Iterator[str], config: ReadConfig, count: SourceTally) -> Rows:
    """Text of unknown build: a table if its first line has a known column name, else one text a line."""
    known = KNOWN | frozenset(map(key, config.map.values()))
    delimiter = delimiters.sniff(sample, ",", known)
    first = next((line for line in sample if line.strip()), "")
    cells = first.split(delimiter)
    if config.map or any(key(cell) in (known if len(cells) > 1 else TEXT_KEYS) for cell in cells):
        count.format = "tsv" if delimiter == "\t" else "csv"
        return _table(sample, lines, config, count, ",")
    count.format = "lines"
    count.note("no column names found: each line is one text")
    return Rows(None, plain(lines))


def plain(lines: Iterator[str]) -> Iterator[Record]:
    """Each line that is not blank is one text."""
    for number, line in enumerate(lines, 1):
        if line.__class__ is Cut:
            yield Broken(number, reason("long_line", limit=LINE_BYTES >> 20), line)
        elif line.strip():
            yield number, (line.rstrip("\r\n"),)


def _table(sample: list[str], lines: Iterator[str], config: ReadConfig, count: SourceTally, preferred: str) -> Rows:
    if not any(line.strip() for line in sample):
        count.note("the file is empty")
        return empty()
    known = KNOWN | frozenset(map(key, config.map.values()))
    delimiter, skipped = _declared(sample[0])
    if skipped:
        next(lines)
    else:
        delimiter = delimiters.sniff(sample, preferred, known)
    count.delimiter = "" if delimiter == delimiters.NONE else delimiter
    parsed: Iterator[Record] = records(lines, delimiter, 2 * config.max_chars)
    if skipped:
        parsed = map(_next_line, parsed)
    if delimiter == delimiters.NONE:
        parsed = map(_joined, parsed)
    return _with_header(parsed, delimiter, known, config, count)


def _declared(first: str) -> tuple[str, bool]:
    """Excel states the delimiter in a first line `sep=;`."""
    stated = first.rstrip("\r\n").casefold()
    return (stated[4], True) if len(stated) == 5 and stated.startswith("sep=") and stated[4] in ",;\t|" else ("", False)


def _with_header(parsed: Iterator[Record], delimiter: str, known: frozenset[str], config: ReadConfig, count: SourceTally) -> Rows:
    broken = []
    for first in parsed:
        if not isinstance(first, Broken):
            break
        broken.append(first)
    else:
        return Rows(None, iter(broken))
    sample = list(islice(parsed, SAMPLE_LINES))
    header = list(first[1])
    if len(header) == 1 and key(header[0]) not in TEXT_KEYS and "text" not in config.map:
        count.note("one column without a known name: each record is one text, the first line too")
        return Rows(None, chain(broken, [first], sample, parsed))
    while len(header) > 1 and not header[-1].strip():
        header.pop()
    _check_header(header, known, count.source)
    names = distinct(header)
    rows = [row for each in sample if not isinstance(row := _fitted(each, len(names), delimiter), Broken)]
    if not sample:
        count.note("the file has a header and no rows")
    columns = resolve(names, [row[1] for row in rows], config.map, count)
    return Rows(columns, _fit_all(chain(broken, sample, parsed), len(names), delimiter))


def _check_header(header: list[str], known: frozenset[str], source: str) -> None:
    if any(key(cell) in known for cell in header):
        return
    odd = next((cell for cell in header if len(cell) > HEADER_CELL_CHARS or cell.strip().replace(".", "").isdigit()), None)
    if odd is not None:
        raise UsageError(
            f"{source}: the first row does not look like column names (it holds {excerpt(odd, 60)!r}). "
            "Write a header line with the names of the columns, one of them text."
        )


def _fit_all(parsed: Iterator[Record], width: int, delimiter: str) -> Iterator[Record]:
    for record in parsed:
        if isinstance(record, Broken) or len(record[1]) == width:
            yield record
        else:
            yield _fitted(record, width, delimiter)


def _fitted(record: Record, width: int, delimiter: str) -> Record:
    """The record with as many fields as the header, if only empty ones are too many or missing at its end."""
    if isinstance(record, Broken) or len(record[1]) == width:
        return record
    line, row = record
    if len(row) > width and not any(field.strip() for field in row[width:]):
        return line, row[:width]
    if 1 < len(row) < width and not row[-1].strip():
        return line, [*row, *[""] * (width - len(row))]
    return Broken(line, reason("fields", found=len(row), wanted=width), delimiter.join(row))


def _joined(record: Record) -> Record:
    """A single column: what looked like a delimiter was part of the text."""
    return record if isinstance(record, Broken) else (record[0], [delimiters.NONE.join(record[1])])


def _next_line(record: Record) -> Record:
    """Count the line that was skipped."""
    if isinstance(record, Broken):
        return Broken(record.line + 1, record.reason, record.beginning)
    return record[0] + 1, record[1]
