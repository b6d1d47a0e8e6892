"""Values of a JSON array or sequence, one at a time, however long the file and its lines. A broken value costs only itself."""

import json
import re
from collections.abc import Iterator

from pipeline.read.lines import LINE_BYTES
from pipeline.read.rejects import Broken, reason

VALUE_CHARS = LINE_BYTES  # a value longer than this is not held whole

_BETWEEN = re.compile(r"[\s,\[\]]*")
_OUTSIDE = re.compile(r'["{}\[\],\n]')
_INSIDE = re.compile(r'["\\\n]')  # a raw line end cannot stand in a JSON string: it ends one that was left open


def json_values(chunks: Iterator[str]) -> Iterator[tuple[int, str] | Broken]:
    """The text of each value with the line it starts in. Brackets and commas between them are passed over.

    >>> list(json_values(iter(['[{"a": 1},', '\\n {"b": "}"}]'])))
    [(1, '{"a": 1}'), (2, '{"b": "}"}')]
    """
    text, position, line = "", 0, 1
    while True:
        start = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]  # matches always, if only nothing
        line += text.count("\n", position, start)
        if start == len(text):
            text, position = next(chunks, ""), 0
            if not text:
                return
            continue
        end = _sound_end(text, start)
        if end:
            yield line, text[start:end]
            line += text.count("\n", start, end)
            position = end
            continue
        value, text, breaks = _scanned(text[start:], chunks)
        position = 0
        if len(value) > VALUE_CHARS:
            yield Broken(line, reason("long_value", limit=VALUE_CHARS >> 20), value[:1_000])
        else:
            yield line, value
        line += breaks


def _sound_end(text: str, start: int) -> int:
    """Where a sound value ends that lies whole in the text, else 0."""
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return 0
    return end if end < len(text) and text[end] in ",]\n\r\t [" else 0


def _scanned(text: str, chunks: Iterator[str]) -> tuple[str, str, int]:
    """The value that `text` begins with, what follows it, and the line ends in it. Of a value that is too long only the beginning."""
    scanner = _Scanner()
    pieces: list[str] = []
    held = breaks = 0
    while (end := scanner.end(text)) is None:
        if held <= VALUE_CHARS:
            pieces.append(text)
            held += len(text)
        breaks += text.count("\n")
        text = next(chunks, "")
        if not text:
            return "".join(pieces), "", breaks
    pieces.append(text[:end])
    return "".join(pieces), text[end:], breaks + text.count("\n", 0, end)


class _Scanner:
    """Finds the end of a value by its brackets and quotation marks, over several pieces of text."""

    def __init__(self) -> None:
        self._depth = 0
        self._inside = False  # a string
        self._escaped = False  # the next character follows a backslash

    def end(self, text: str) -> int | None:
        """Where the value ends in this piece; None when it goes on."""
        position = 1 if self._escaped else 0
        self._escaped = False
        while match := (_INSIDE if self._inside else _OUTSIDE).search(text, position):
            position = match.end()
            if self._inside:
                position = self._within(text, match[0], position)
            elif match[0] == '"':
                self._inside = True
            elif match[0] in "{[":
                self._depth += 1
            elif self._depth == 0 and match[0] != "}":  # after a bare value
                return match.start()
            elif match[0] in "}]":
                self._depth -= 1
                if self._depth <= 0:
                    return position
        return None

    def _within(self, text: str, sign: str, position: int) -> int:
        if sign != "\\":
            self._inside = False
        elif position == len(text):
            self._escaped = True
        elif text[position] != "\n":
            position += 1
        return position
