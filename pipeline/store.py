"""Tables on disk: a folder of Parquet parts, written whole or not at all, each carrying the key of what made it.

A part's key is a hash of its inputs' keys, the stage's code, its settings and its models. A part whose key is the expected
one is finished; anything else is made again. So a killed run resumes, and a changed setting remakes only what depends on it.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contract import conform
from pipeline.errors import StorageError
from pipeline.tables import Spec

KEY = b"polyvox.key"
COMPRESSION = "zstd"


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
    """The tables of one run under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def part(self, name: str, number: int) -> Path:
        """Path of a part: `<table>/part-00042.parquet`."""
        return self.root / name / f"part-{number:05d}.parquet"

    def parts(self, name: str) -> list[Path]:
        """The parts of a table in order."""
        return sorted((self.root / name).glob("part-*.parquet"))

    def is_done(self, name: str, number: int, key: str) -> bool:
        """Whether the part is there and was made from exactly these inputs, code, settings and models."""
        path = self.part(name, number)
        if not path.exists():
            return False
        try:
            metadata = pq.read_schema(path).metadata or {}
        except (pa.ArrowInvalid, OSError):
            return False  # damaged from outside: made again
        return metadata.get(KEY) == key.encode()

    def write(self, spec: Spec, number: int, table: pa.Table, key: str) -> None:
        """Check the contract, then write the part whole. Raises ContractError or StorageError."""
        table = conform(table, spec)
        table = table.replace_schema_metadata({KEY: key.encode()})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression=COMPRESSION)
        write_whole(self.part(spec.name, number), sink.getvalue().to_pybytes())

    def read(self, spec: Spec, number: int) -> pa.Table:
        """Read a part and check its contract."""
        return conform(pq.read_table(self.part(spec.name, number), memory_map=False), spec)

    def scan(self, spec: Spec) -> Iterator[pa.Table]:
        """All parts in order, one at a time."""
        for path in self.parts(spec.name):
            yield conform(pq.read_table(path, memory_map=False), spec)

    def drop_from(self, name: str, count: int) -> None:
        """Remove parts numbered `count` and above (left by an earlier, larger input) and unfinished temporary files."""
        for path in self.parts(name):
            if int(path.stem.removeprefix("part-")) >= count:
                path.unlink()
        for path in (self.root / name).glob(".*.tmp"):
            path.unlink(missing_ok=True)
