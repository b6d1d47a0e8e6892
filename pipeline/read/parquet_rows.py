"""Parquet, a batch at a time."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import pyarrow as pa

from pipeline.config import ReadConfig
from pipeline.errors import InputError
from pipeline.read.binary import Opened
from pipeline.read.mapping import distinct, resolve
from pipeline.read.rejects import Broken, reason
from pipeline.read.rows import Row, Rows, empty
from pipeline.read.tally import SourceTally
from pipeline.read.values import as_text

BATCH_ROWS = 1_000
SAMPLE_ROWS = 200


def open_parquet(data: Opened, config: ReadConfig, count: SourceTally) -> Rows:
    """Rows of a Parquet file, numbered from 1. Times become what they say without a zone (UTC where there is one)."""
    import pyarrow.parquet as pq  # takes longer to import than most files to read

    if not data.head:
        count.note("the file is empty")
        return empty()
    try:
        file = pq.ParquetFile(data.whole(), pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise InputError(f"{data.name} is not a sound Parquet file: {_brief(error)}. Check that it was written or copied whole.") from None
    names = distinct(file.schema_arrow.names)
    rows = _rows(file)
    sample = list(islice(rows, SAMPLE_ROWS))
    if not sample:
        count.note("the file has columns and no rows")
    columns = resolve(names, [each[1] for each in sample if not isinstance(each, Broken)], config.map, count)
    return Rows(columns, chain(sample, rows))


def _rows(file: Any) -> Iterator[Row | Broken]:
    line = 0
    try:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            for row in zip(*(_cells(column) for column in batch.columns), strict=True):
                line += 1
                yield line, row
    except (pa.ArrowException, OSError) as error:
        yield Broken(line + 1, reason("damaged"), _brief(error))


def _cells(column: pa.Array) -> list[Any]:
    """Python values; those that Python cannot hold (years beyond 9999, broken UTF-8) as well as may be."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _cells(column.dictionary_decode())
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    try:
        cells: list[Any] = column.to_pylist()
        return cells
    except UnicodeDecodeError:
        return [as_text(value) for value in column.cast(pa.binary()).to_pylist()]
    except (ValueError, OverflowError, pa.ArrowException):
        return [_cell(value) for value in column]


def _cell(value: pa.Scalar) -> Any:
    try:
        return value.as_py()
    except (ValueError, OverflowError, pa.ArrowException):
        return str(value.cast(pa.int64()).as_py()) if pa.types.is_temporal(value.type) else None


def _brief(error: Exception) -> str:
    return str(error).splitlines()[0][:200].rstrip(".") if str(error) else type(error).__name__
