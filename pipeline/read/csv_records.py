"""Records of delimited text. An unclosed quotation mark costs its own line, never the lines after it."""

import csv
import re
from collections import deque
from collections.abc import Iterator
from functools import cache

from pipeline.read.lines import LINE_BYTES, Cut
from pipeline.read.rejects import Broken, reason

MAX_LINES = 1_000  # a quoted field over more lines than this is an unclosed quotation mark
MAX_CHARS = 2_000_000  # the same in characters, unless the caller knows better
_FIELD_LIMIT = 1 << 30  # the module's own limit, 131072, would lose long texts; lines are bounded by LINE_BYTES


class _Feeder:
    """Hands physical lines to csv.reader, remembers those of the record at hand, and takes lines back."""

    def __init__(self, lines: Iterator[str], max_chars: int) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self._max_chars = max_chars
        self._chars = 0
        self.number = 0  # lines handed out and not taken back
        self.taken: list[str] = []
        self.starved = False  # the reader wanted another line for its record and got none
        self.cut: Cut | None = None  # the line at hand was too long to hold

    def begin(self) -> int:
        """Begin a record; gives the number of its first line."""
        self.taken = []
        self._chars = 0
        self.starved = False
        self.cut = None
        return self.number + 1

    def give_back(self) -> None:
        """Take back all lines of the record but the first."""
        self._back.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = self._back.popleft() if self._back else next(self._lines)
        except StopIteration:
            self.starved = True
            raise
        if self.taken and (isinstance(line, Cut) or self._full(line)):
            self._back.appendleft(line)
            self.starved = True
            raise StopIteration
        self.number += 1
        if isinstance(line, Cut):
            self.cut = line
            raise StopIteration
        self.taken.append(line)
        return line

    def _full(self, line: str) -> bool:
        if not self._chars:
            self._chars = len(self.taken[0])
        self._chars += len(line)
        return len(self.taken) >= MAX_LINES or self._chars > self._max_chars


def records(lines: Iterator[str], delimiter: str, max_chars: int = MAX_CHARS) -> Iterator[tuple[int, list[str]] | Broken]:
    """Fields of each record with the number of its first line, and broken records. Blank lines between records are none."""
    csv.field_size_limit(_FIELD_LIMIT)
    feeder = _Feeder(lines, max_chars)
    reader = csv.reader(feeder, delimiter=delimiter, strict=True)
    while True:
        start = feeder.begin()
        try:
            row = next(reader)
        except StopIteration:
            if feeder.cut is None:
                return
            yield Broken(start, reason("long_line", limit=LINE_BYTES >> 20), feeder.cut)
        except csv.Error:
            yield _rescued(feeder, start, delimiter)
        else:
            if row:
                yield start, row


def _lenient(line: str, delimiter: str) -> list[str] | None:
    """Fields of a line in which quotation marks were not doubled: one counts as closing only before a delimiter or the end.

    >>> _lenient('1,"The "new" one",5', ",")
    ['1', 'The "new" one', '5']
    """
    fields = []
    position = 0
    while True:
        if quoted := _quoted(delimiter).match(line, position):
            fields.append(quoted[1].replace('""', '"'))
            position = quoted.end()
        elif line.startswith('"', position):
            return None
        else:
            end = line.find(delimiter, position)
            fields.append(line[position : end if end >= 0 else len(line)])
            position = end if end >= 0 else len(line)
        if position == len(line):
            return fields
        position += 1


@cache
def _quoted(delimiter: str) -> re.Pattern[str]:
    after = rf"(?= *(?:{re.escape(delimiter)}|\Z))"
    return re.compile(rf'"((?:[^"]++|""|"(?!{after}))*+)" *{after}')


def _rescued(feeder: _Feeder, start: int, delimiter: str) -> tuple[int, list[str]] | Broken:
    """What becomes of a record whose quotation marks do not match: its first line alone, read leniently or broken.

    Text separated by tabs is often written without quoting, where a quotation mark is a character like any other.
    """
    line = feeder.taken[0]
    bare = line.rstrip("\r\n")
    if len(feeder.taken) == 1 and not feeder.starved and (row := _lenient(bare, delimiter)) is not None:
        return start, row
    feeder.give_back()
    if delimiter == "\t":
        return start, bare.split("\t")
    return Broken(start, reason("quote"), bare)
