"""Repair text that was decoded with the wrong encoding."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from pipeline.offsets import Edit

# the single-byte encodings in which ftfy looks for UTF-8, by the names of the standard library
ENCODINGS = ("latin-1", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "iso8859-2", "mac_roman", "cp437")
_LINE = re.compile(r"[^\n]+")
_ASCII = re.compile(r"([!-~]+)")


def fix_mojibake(text: str) -> Iterator[Edit]:
    r"""Undo UTF-8 read as a single-byte encoding, line by line (ftfy; and Windows-1256, which ftfy does not know).

    >>> list(fix_mojibake("Ger\u00c3\u00a4t"))
    [(3, 5, 'ä')]

    Leaves correct text alone: real accents, curly quotes, Vietnamese, Arabic.

    >>> list(fix_mojibake("\u0110\u00e3 nh\u1eadn h\u00e0ng, gw\u0175r \u0177d, \u201eGr\u00f6\u00dfe\u201c"))
    []
    """
    if text.isascii() or not (_suspect().search(text) or _pairs().search(text)):
        return
    for line in _LINE.finditer(text):
        old = line.group()
        for start, end, replacement in _edits(old, _repaired(old)):
            yield line.start() + start, line.start() + end, replacement


def _repaired(line: str) -> str:
    if _pairs().search(line):
        return _pairs().sub(lambda run: run.group().encode("cp1256").decode("utf-8"), line)
    if _suspect().search(line):
        from ftfy import fix_encoding  # 0.1 s to import, and most runs never meet mojibake

        return fix_encoding(line)
    return line


@cache
def _suspect() -> re.Pattern[str]:
    """What every text that ftfy would change contains: a lead byte's character and a continuation byte's after it, in one encoding.

    The pattern begins with one set of characters because that makes the search several times faster.
    """
    first = "".join(_class(name, 0xC2, 0xF5) for name in ENCODINGS)
    pairs = sorted({f"(?<=[{_class(name, 0xC2, 0xF5)}])[{_class(name, 0x80, 0xC0)}\x1a]" for name in ENCODINGS})
    return re.compile(f"[\x80-\x9f{first}](?:(?<=[\x80-\x9f])|(?<=[\u00c2\u00c3]) |{'|'.join(pairs)})")


def _class(name: str, first: int, last: int) -> str:
    return re.escape(bytes(range(first, last)).decode(name, "ignore"))


@cache
def _pairs() -> re.Pattern[str]:
    """Arabic words in UTF-8 read as Windows-1256: each letter has become tah (byte D8) or zah (D9) and a second character.

    No real word has three such pairs in a row; shorter words are repaired next to one that has.
    """
    pair = f"[\u0637\u0638][{_class('cp1256', 0x80, 0xC0)}]"
    return re.compile(f"(?:{pair}){{3,}}(?: (?:{pair})+)*")


def _edits(old: str, new: str) -> Iterator[Edit]:
    """Edits from `old` to `new`, as fine as certainty allows: ASCII characters, which the repair keeps, are the anchors."""
    if old == new:
        return
    before, after = _ASCII.split(old), _ASCII.split(new)
    if before[1::2] != after[1::2]:
        before, after = [old], [new]
    position = 0
    for i, (piece, repaired) in enumerate(zip(before, after, strict=True)):
        if i % 2 == 0 and piece != repaired:
            yield from _piece(position, piece, repaired)
        position += len(piece)


def _piece(position: int, old: str, new: str) -> Iterator[Edit]:
    widths = [len(c.encode("utf-8", "surrogatepass")) for c in new]
    if sum(widths) == len(old):  # each character was read as its UTF-8 bytes
        starts = accumulate(widths, initial=0)
        for character, width, start in zip(new, widths, starts, strict=False):
            if old[start : start + width] != character:
                yield position + start, position + start + width, character
        return
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    yield position + head, position + len(old) - tail, new[head : len(new) - tail]


def _common(one: str, other: str) -> int:
    """Length of the common beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
