"""What every format gives: the columns of a source, and its records one after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.read.mapping import Columns
from pipeline.read.rejects import Broken

Row = tuple[int, Sequence[Any]]  # where it starts, and a value for each column
Extra = tuple[int, Sequence[Any], dict[str, Any]]  # the same with further named values (JSON)


@dataclass(frozen=True)
class Rows:
    """An opened source. `columns` is None where each record is the text itself (its one value)."""

    columns: Columns | None
    records: Iterator[Row | Extra | Broken]
    ids_by_line: bool = True  # False: one record, whose id is the source's base name


def empty() -> Rows:
    """A source that holds nothing."""
    return Rows(None, iter(()))
