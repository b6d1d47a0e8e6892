"""Tables on disk: a folder of Parquet parts, written whole or not at all, each carrying the key of what made it.

A part's key is a hash of its inputs' keys, the stage's code, its settings and its models. A part whose key is the expected
one is finished; anything else is made again. So a killed run resumes, and a changed setting remakes only what depends on it.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contract import conform
from pipeline.errors import ContractError, StorageError
from pipeline.tables import LABELLED, Spec

KEY = b"polyvox.key"
COMPRESSION = "zstd"
AGAIN = "Run `polyvox run` again with the same input, settings and --out: what is out of date is made anew."
LABEL_AGAIN = "Run `polyvox learn` again with your labels."


def digest(*parts: object) -> str:
    """A key from anything that JSON can hold; 32 hexadecimal digits.

    >>> digest("a", 1) == digest("a", 1) != digest("a", 2)
    True
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file so that it is either the old one or all of the new one. Raises StorageError when the disk refuses."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise refused(path, error) from error


def refused(path: Path, error: OSError) -> StorageError:
    """The error to show when the disk refuses a write."""
    if error.errno == errno.ENOSPC:
        return StorageError(f"The disk is full: {path} could not be written. Free some space and run the same command again; it resumes.")
    return StorageError(f"{path} could not be written: {error.strerror or error}. Check the folder and its permissions, then run again.")


class Store:
    """The tables of one run under one folder.

    A table written by two stages (rejects) has parts of two origins; the origin is part of the file name.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def part(self, name: str, number: int, origin: str = "") -> Path:
        """Path of a part: `<table>/part-00042.parquet`, or `<table>/part-<origin>-00042.parquet`."""
        middle = f"{origin}-" if origin else ""
        return self.root / name / f"part-{middle}{number:05d}.parquet"

    def parts(self, name: str) -> list[Path]:
        """The parts of a table in order."""
        return sorted((self.root / name).glob("part-*.parquet"))

    def key(self, name: str, number: int, origin: str = "") -> str:
        """The key of a part; empty when the part is missing or damaged, so that it is made again."""
        path = self.part(name, number, origin)
        try:
            return (pq.read_schema(path).metadata or {}).get(KEY, b"").decode() if path.exists() else ""
        except (pa.ArrowInvalid, OSError):
            return ""

    def write(self, spec: Spec, number: int, table: pa.Table, key: str = "", origin: str = "") -> str:
        """Check the contract, then write the part whole; without a key, its content's hash is the key. Gives the key.

        Raises ContractError or StorageError.
        """
        table = conform(table, spec)
        key = key or content_key(table)
        sink = pa.BufferOutputStream()
        pq.write_table(table.replace_schema_metadata({KEY: key.encode()}), sink, compression=COMPRESSION)
        write_whole(self.part(spec.name, number, origin), sink.getvalue().to_pybytes())
        return key

    def read(self, spec: Spec, number: int, origin: str = "") -> pa.Table:
        """Read a part and check its contract. Raises StorageError where it is missing, damaged or of another version."""
        return _read(self.part(spec.name, number, origin), spec)

    def scan(self, spec: Spec) -> Iterator[pa.Table]:
        """All parts in order, one at a time."""
        for path in self.parts(spec.name):
            yield _read(path, spec)

    @staticmethod
    def rows(path: Path) -> int:
        """Number of rows of a part, read from its footer."""
        return int(_footer(path).num_rows)

    @staticmethod
    def size(path: Path) -> int:
        """Bytes of a part before compression, read from its footer."""
        footer = _footer(path)
        return sum(footer.row_group(i).total_byte_size for i in range(footer.num_row_groups))

    def drop_from(self, name: str, count: int) -> None:
        """Remove parts numbered `count` and above (left by an earlier, larger input) and unfinished temporary files."""
        for path in self.parts(name):
            if int(path.stem.rpartition("-")[2]) >= count:
                path.unlink()
        for path in (self.root / name).glob(".*.tmp"):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Columns:
    """Some columns of all parts of a table, one part at a time; can be gone through again. Unchecked."""

    store: Store
    spec: Spec
    names: tuple[str, ...]

    def __iter__(self) -> Iterator[pa.Table]:
        for path in self.store.parts(self.spec.name):
            yield pq.ParquetFile(path).read(columns=list(self.names))


def content_key(table: pa.Table) -> str:
    """Hash of a table's schema and rows."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.blake2b(sink.getvalue(), digest_size=16).hexdigest()


def _footer(path: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(path)
    except FileNotFoundError:
        raise _missing(path) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise StorageError(f"{path} cannot be read ({error}). Delete it and run again: it will be made anew.") from error


def _missing(path: Path) -> StorageError:
    return StorageError(f"{path} is missing. Run the stage that writes {path.parent.name}/ first; `polyvox stages` lists them.")


def _read(path: Path, spec: Spec) -> pa.Table:
    try:
        table = pq.ParquetFile(path).read(columns=spec.schema.names if spec.narrow else None)
    except FileNotFoundError:
        raise _missing(path) from None
    except (pa.ArrowInvalid, OSError) as error:
        raise StorageError(f"{path} cannot be read ({error}). Delete it and run again: it will be made anew.") from error
    try:
        return conform(table, spec)
    except ContractError as error:
        again = LABEL_AGAIN if spec.name == LABELLED.name else AGAIN
        raise StorageError(
            f"{path} is not {spec.name}/ as this version of Polyvox writes it: it {error.fact}. Another version made it, or it was changed since. {again}"
        ) from error
