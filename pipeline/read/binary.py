"""A source as bytes: its beginning can be looked at before it is read, gzip is unpacked, damage is noted and not raised."""

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from pipeline.errors import InputError
from pipeline.read.sources import Source

HEAD_BYTES = 1 << 18  # 256 KiB: enough lines to tell delimiter and columns
GZIP_MAGIC = b"\x1f\x8b"
_GZIP = zlib.MAX_WBITS | 16  # zlib's way to ask for the gzip format
_PACKED_BYTES = 1 << 16
_DAMAGE = (EOFError, zlib.error, OSError)  # what broken gzip streams and failing disks raise while reading


class Opened:
    """Bytes of a source, unpacked. `head` is its beginning, which `read` gives out again."""

    def __init__(self, raw: BinaryIO, name: str) -> None:
        self.name = name
        self.damage = ""  # set when the stream breaks off; what came before stays usable
        self._raw = raw
        self._given = 0
        self._stream: BinaryIO | _Unpacked = raw
        magic = self._read(2)
        self.packed = magic == GZIP_MAGIC
        if self.packed:
            self._stream = _Unpacked(magic, raw)
        self.head = self._fill(b"" if self.packed else magic)
        if self.damage and not self.head:
            raise InputError(f"{name} cannot be read: {self.damage}. Copy or download it again.")

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self._given < len(self.head):
            piece = self.head[self._given : self._given + size]
            self._given += len(piece)
            return piece
        return self._read(size)

    def whole(self) -> BinaryIO:
        """The same bytes as a file one can move about in: the file itself, or a copy on disk of a packed or piped one."""
        if not self.packed and self._raw.seekable():
            self._raw.seek(0)
            return self._raw
        copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last reference, when the source is done
        shutil.copyfileobj(cast(BinaryIO, self), copy, 1 << 20)
        copy.seek(0)
        return cast(BinaryIO, copy)

    def _fill(self, start: bytes) -> bytes:
        head = bytearray(start)
        while len(head) < HEAD_BYTES and (piece := self._read(HEAD_BYTES - len(head))):
            head += piece
        return bytes(head)

    def _read(self, size: int) -> bytes:
        if self.damage:
            return b""
        try:
            return self._stream.read(size)
        except _DAMAGE as error:
            self.damage = str(error) or type(error).__name__
            return b""


class _Unpacked:
    """What a gzip stream holds. Unlike gzip.GzipFile it gives out all that came before the place where the stream is broken."""

    def __init__(self, first: bytes, raw: BinaryIO) -> None:
        self._pending = first  # packed bytes that were read already
        self._raw = raw
        self._decoder = zlib.decompressobj(_GZIP)

    def read(self, size: int) -> bytes:
        """Up to `size` unpacked bytes; none at the end."""
        while True:
            if self._decoder.eof:
                self._pending = (self._decoder.unused_data or self._raw.read(_PACKED_BYTES)).lstrip(b"\0")  # files may be padded
                if not self._pending:
                    return b""
                self._decoder = zlib.decompressobj(_GZIP)  # streams may stand one after the other
            packed = self._decoder.unconsumed_tail or self._pending or self._raw.read(_PACKED_BYTES)
            self._pending = b""
            if not packed:
                raise EOFError("it ends before its gzip stream does")
            if piece := self._decoder.decompress(packed, size):
                return piece


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Open a source for the time of a `with`. Raises InputError when that is refused. Standard input stays open."""
    if source.stream is not None:
        yield Opened(source.stream, source.name)
        return
    assert source.path is not None
    try:
        raw = source.path.open("rb")
    except OSError as error:
        raise InputError(f"{source.name} cannot be opened: {error.strerror}. Check that it exists and that you may read it.") from None
    with raw:
        yield Opened(raw, source.name)
