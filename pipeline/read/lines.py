"""Physical lines of a source, decoded, in bounded memory."""

import codecs
import io
import re
from collections.abc import Iterator

from pipeline.errors import InputError
from pipeline.read import encodings
from pipeline.read.binary import Opened
from pipeline.read.tally import SourceTally

BLOCK_BYTES = 1 << 20
LINE_BYTES = 64 << 20  # a line longer than this is not held whole
CUT_BYTES = 1_000  # what is kept of it


class Cut(str):
    """The beginning of a line that was too long to hold."""


class Lines:
    """Iterates the lines of a source as text, line ends kept, byte order mark dropped. Lines end at LF, CR LF or CR only.

    The encoding is settled at the first byte beyond ASCII. A line with bytes that the encoding does not have is kept, repaired and counted.
    """

    def __init__(self, data: Opened, encoding: str, count: SourceTally) -> None:
        self._count = count
        self._head = data.head
        self._read = data.read
        found = encodings.named(encoding, data.head) if encoding else encodings.wide(data.head)
        count.encoding = found or encodings.UTF8
        self._settled = bool(found)
        self._codec = found
        if found and not encodings.ascii_based(found):
            self._read = _Transcoded(data, found, count).read
            self._codec = encodings.UTF8
        elif found == "utf-8-sig":
            self._codec = encodings.UTF8  # the mark is dropped below, whatever the encoding

    def __iter__(self) -> Iterator[str]:
        start = True
        for block, cut in self._blocks():
            if cut:
                yield Cut(block.decode(self._codec or encodings.UTF8, "ignore"))
                continue
            text = self._decode(block)
            if start:
                text = text.removeprefix("\ufeff")
                start = False
            yield from io.StringIO(text, newline="")

    def chunks(self) -> Iterator[str]:
        """The same text in pieces of any length, for formats that do not go by lines. Bytes that do not fit become U+FFFD."""
        if not self._settled and not self._head.isascii():
            self._settle(self._head)
        decoder = codecs.getincrementaldecoder(self._codec or encodings.UTF8)("surrogateescape")
        ended = False
        while not ended:
            piece = self._read(BLOCK_BYTES)
            ended = not piece
            text = decoder.decode(piece, final=ended)
            if _ESCAPED.search(text):
                self._count.lines_repaired += sum(bool(_ESCAPED.search(line)) for line in text.split("\n"))
                text = _ESCAPED.sub("\ufffd", text)
            if text:
                yield text.removeprefix("\ufeff")

    def _blocks(self) -> Iterator[tuple[bytes, bool]]:
        """Stretches of whole lines, and the beginnings of lines that are too long (marked True)."""
        held = b""  # part of a line; a CR at its end may be half of CR LF
        piece = self._read(BLOCK_BYTES)
        while piece:
            if held.endswith(b"\r") and not piece.startswith(b"\n"):
                yield held, False
                held = b""
            end = _last_line_end(piece)
            if len(held) + (_first_line_end(piece) if end else len(piece)) > LINE_BYTES:
                yield held[:CUT_BYTES], True
                held, piece = b"", self._skip_line(piece)
            elif end:
                yield held + piece[:end], False
                held, piece = piece[end:], b""
            else:
                held, piece = held + piece, b""
            piece = piece or self._read(BLOCK_BYTES)
        if held:
            yield held, False

    def _skip_line(self, piece: bytes) -> bytes:
        """Read on to the end of the line, and give what follows it."""
        while piece:
            end = _first_line_end(piece)
            if end:
                if piece[end - 1 : end] == b"\r" and end == len(piece):  # its LF may come next
                    following = self._read(BLOCK_BYTES)
                    return following.removeprefix(b"\n")
                return piece[end:]
            piece = self._read(BLOCK_BYTES)
        return b""

    def _decode(self, block: bytes) -> str:
        if not self._settled:
            if block.isascii():
                return block.decode("ascii")
            self._settle(block)
        try:
            return block.decode(self._codec)
        except UnicodeDecodeError:
            return "".join(map(self._repair, block.splitlines(keepends=True)))

    def _settle(self, block: bytes) -> None:
        first = len(block) - len(block.lstrip(_ASCII))
        line = max(block.rfind(b"\n", 0, first), block.rfind(b"\r", 0, first)) + 1
        self._codec = self._count.encoding = encodings.eight_bit(block[line:])
        self._settled = True

    def _repair(self, line: bytes) -> str:
        try:
            return line.decode(self._codec)
        except UnicodeDecodeError:
            self._count.lines_repaired += 1
        text = line.decode(self._codec, "replace")
        sound = sum(char > "\x7f" and char != "\ufffd" for char in text)
        if self._codec == encodings.UTF8 and not sound:  # a line from another file: nothing in it is UTF-8
            return line.decode("windows-1252", "replace")
        return text


_ASCII = bytes(range(128))
_ESCAPED = re.compile("[\udc80-\udcff]")  # bytes that the decoder could not place


class _Transcoded:
    """A source in an encoding such as UTF-16, read as UTF-8."""

    def __init__(self, data: Opened, encoding: str, count: SourceTally) -> None:
        self._data = data
        self._count = count
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ended = False

    def read(self, size: int) -> bytes:
        while not self._ended:
            raw = self._data.read(size)
            self._ended = not raw
            try:
                text = self._decoder.decode(raw, final=self._ended)
            except UnicodeError as error:  # some codecs refuse even where they are told to replace
                raise InputError(
                    f"{self._data.name} cannot be read as {self._count.encoding}: {error}. Set another read.encoding."
                ) from None
            if text:
                bad = [line for line in text.split("\n") if "\ufffd" in line] if "\ufffd" in text else ()
                self._count.lines_repaired += len(bad)
                return text.encode(encodings.UTF8, "surrogatepass")
        return b""


def _last_line_end(piece: bytes) -> int:
    """Where the last complete line ends, 0 when there is none. A CR at the very end does not count: its LF may be to come."""
    newline = piece.rfind(b"\n") + 1
    return max(newline, piece.rfind(b"\r", newline, len(piece) - 1) + 1)


def _first_line_end(piece: bytes) -> int:
    ends = [end for end in (piece.find(b"\n"), piece.find(b"\r")) if end >= 0]
    if not ends:
        return 0
    first = min(ends)
    return first + 2 if piece[first : first + 2] == b"\r\n" else first + 1
