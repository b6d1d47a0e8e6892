"""Documents and rejects gathered into tables of bounded size."""

from typing import Any

import pyarrow as pa

from pipeline.config import ReadConfig
from pipeline.contract import conform
from pipeline.read.documents import Document
from pipeline.read.rejects import Broken, excerpt
from pipeline.read.seen import Seen
from pipeline.read.tally import SourceTally
from pipeline.tables import DOCUMENTS, REJECTS

Pair = tuple[pa.Table, pa.Table]

_TEXT, _REPLY, _DIMENSIONS = 1, 9, 12  # places in a document


class Parts:
    """Takes documents and rejects one by one, gives them back as a pair of tables. Makes ids unique over all parts."""

    def __init__(self, config: ReadConfig) -> None:
        self._rows = config.rows_per_part
        self._most_chars = config.chars_per_part
        self._seen = Seen()
        self._chars = 0
        self.full = False  # time to flush: enough documents, characters or rejects
        self._documents: list[Document] = []
        self._rejects: list[tuple[str, int, str, str]] = []
        self._owners: list[SourceTally] = []  # of the documents
        self._blamed: list[SourceTally] = []  # for the rejects

    def add(self, document: Document, count: SourceTally) -> None:
        """Take a document."""
        self._documents.append(document)
        self._owners.append(count)
        chars = len(document[_TEXT]) + len(document[_REPLY] or "")
        for _, value in document[_DIMENSIONS]:
            chars += len(value)
        self._chars += chars
        self.full = len(self._documents) >= self._rows or self._chars >= self._most_chars

    def reject(self, broken: Broken, count: SourceTally) -> None:
        """Take a record that cannot be used."""
        self._rejects.append((count.source, broken.line, broken.reason, excerpt(broken.beginning)))
        self._blamed.append(count)
        self.full = self.full or len(self._rejects) >= self._rows

    @property
    def filled(self) -> bool:
        """Whether there is anything to flush."""
        return bool(self._documents or self._rejects)

    def flush(self) -> Pair:
        """The tables of documents and rejects, each as its contract states, and a fresh start."""
        documents = conform(self._document_table(), DOCUMENTS)
        rejects = conform(_table(self._rejects, REJECTS.schema), REJECTS)
        for count in self._owners:
            count.documents += 1
        for count in self._blamed:
            count.rejects += 1
        self._documents, self._rejects, self._owners, self._blamed, self._chars = [], [], [], [], 0
        self.full = False
        return documents, rejects

    def _document_table(self) -> pa.Table:
        table = _table(self._documents, DOCUMENTS.schema)
        given = [document[0] for document in self._documents]
        unique = self._seen.unique(given)
        if unique == given:
            return table
        for new, old, count in zip(unique, given, self._owners, strict=True):
            count.duplicate_ids += new != old
        return table.set_column(0, DOCUMENTS.schema.field(0), pa.array(unique, pa.string()))


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [_array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(column: Any, kind: pa.DataType) -> pa.Array:
    return _maps(column) if pa.types.is_map(kind) else pa.array(column, kind)


def _maps(column: Any) -> pa.MapArray:
    """An array of maps from lists of pairs; several times as fast as pa.array."""
    offsets, names, values = [0], [], []
    for pairs in column:
        for name, value in pairs:
            names.append(name)
            values.append(value)
        offsets.append(len(names))
    return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(names, pa.string()), pa.array(values, pa.string()))
