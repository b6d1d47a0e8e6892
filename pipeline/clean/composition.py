"""Write letters with accents as one character each where Unicode has one."""

import unicodedata
from collections.abc import Iterator

from pipeline.offsets import Edit


def fix_nfc(text: str) -> Iterator[Edit]:
    r"""Compose letters and their marks (normal form NFC), sequence by sequence.

    >>> list(fix_nfc("to\u0302\u0301t w\u0302yl"))
    [(1, 4, 'ố'), (6, 8, 'ŵ')]

    Leaves alone whatever is composed already, and look-alikes that only NFKC would merge: ligatures, circled digits, full-width letters.

    >>> list(fix_nfc("tốt \ufb01n \u2460 \uff21"))
    []
    """
    if unicodedata.is_normalized("NFC", text):
        return
    edits = [edit for start, end in _sequences(text) if (edit := _composed(text, start, end))]
    yield from edits if _complete(text, edits) else _whole(text)


def _sequences(text: str) -> Iterator[tuple[int, int]]:
    """Each character with the marks after it; Hangul letters, which compose without marks, stay together."""
    start = 0
    for i in range(1, len(text)):
        if not _continues(text[i]):
            yield start, i
            start = i
    yield start, len(text)


def _continues(character: str) -> bool:
    return character > "\u02ff" and (unicodedata.category(character)[0] == "M" or "\u1160" <= character <= "\u11ff")


def _composed(text: str, start: int, end: int) -> Edit | None:
    old = text[start:end]
    new = unicodedata.normalize("NFC", old)
    return None if new == old else (start, end, new)


def _complete(text: str, edits: list[Edit]) -> bool:
    """Whether the edits lead to what Unicode demands; rare scripts compose letters that are no marks."""
    pieces, position = [], 0
    for start, end, new in edits:
        pieces += [text[position:start], new]
        position = end
    return "".join([*pieces, text[position:]]) == unicodedata.normalize("NFC", text)


def _whole(text: str) -> Iterator[Edit]:
    position = 0
    for line in text.splitlines(keepends=True):
        new = unicodedata.normalize("NFC", line)
        if new != line:
            yield position, position + len(line), new
        position += len(line)
