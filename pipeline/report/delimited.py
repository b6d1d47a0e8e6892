"""The estimates as a CSV file that spreadsheets open without running anything in it."""

import csv
import os
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.errors import StorageError

# A text that begins so is taken for a formula or a command (OWASP, CSV injection); tab, CR and LF by escape.
# The last four are the full-width forms of = + - @, which some spreadsheets read as the plain ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_csv(estimates: pa.Table, path: Path) -> None:
    """Write any table of plain columns: UTF-8 with byte order mark (Excel needs it), comma, a header line.

    A text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay numbers; null is an empty cell. The
    file appears whole or not at all.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([neutral(name) for name in estimates.column_names])
            for batch in estimates.to_batches(max_chunksize=10_000):
                writer.writerows([neutral(value) for value in row.values()] for row in batch.to_pylist())
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or error
        raise StorageError(f"Cannot write {path}: {reason}. Make room or name another output folder, then run again.") from error


def neutral(value: Any) -> Any:
    """A cell as it is written.

    >>> neutral("=1+1"), neutral(-1.5), neutral(None), neutral("a=b")
    ("'=1+1", -1.5, '', 'a=b')
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value
