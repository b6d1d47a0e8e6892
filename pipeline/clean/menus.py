"""Find navigation menus by their structure: short lines without punctuation at either end of a long text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.clean.furniture import LABELS, MENU_WORDS

LONG = 600  # characters of prose from which a text is a page: only reviews shorter than that end in bare lists of their own
FEWEST = 4  # three short lines are as likely a closing formula
MOST_CHARS, MOST_WORDS = 40, 5

_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"[\s\u2022\u25cf\u25aa\u00b7*\u203a\u00bb>|-]+")
_PUNCTUATED = re.compile(r"[.!?:;,\u2026\u061f\u060c\u061b]\s*\Z")


class Line(NamedTuple):
    """A line that is not blank: its span, and its text without bullet and outer space."""

    start: int
    end: int
    item: str
    bulleted: bool


def lines(text: str) -> list[Line]:
    """The lines of a text that are not blank."""
    found = []
    for match in _LINE.finditer(text):
        written = match.group().strip()
        if written:
            bullet = _BULLET.match(written)
            found.append(Line(match.start(), match.end(), written[bullet.end() :] if bullet else written, bullet is not None))
    return found


def menus(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the menus at the beginning and end of a page, and of the category above its headline.

    Leaves alone short texts, lists in the middle, and lists that a line ending in a colon announces.
    """
    rows = lines(text) if len(text) >= LONG else []
    if len(rows) < 2:
        return
    head, tail = _leading(text, rows), _trailing(text, rows)
    if tail <= head or sum(row.end - row.start for row in rows[head:tail]) < LONG:
        return
    if head == 0 and _is_label(text, rows, {row.item.casefold() for row in rows[tail:]}):
        head = 1
    if head:
        yield rows[0].start, rows[head - 1].end
    if tail < len(rows):
        yield rows[tail].start, rows[-1].end


def _leading(text: str, rows: list[Line]) -> int:
    """How many lines the menu at the beginning takes. Its last line may be the headline of the prose right below."""
    count = 0
    while count < len(rows) and _short(rows[count]) and (count == 0 or not _blank_between(text, rows[count - 1], rows[count])):
        count += 1
    if 0 < count < len(rows) and _PUNCTUATED.search(rows[count].item) and not _blank_between(text, rows[count - 1], rows[count]):
        count -= 1
    return count if _is_menu(rows[:count]) else 0


def _trailing(text: str, rows: list[Line]) -> int:
    """Where the menu at the end begins."""
    first = len(rows)
    while first and _short(rows[first - 1]) and (first == len(rows) or not _blank_between(text, rows[first - 1], rows[first])):
        first -= 1
    if first and rows[first - 1].item.endswith(":"):
        return len(rows)
    if first < len(rows) and first and not rows[first].bulleted and not _blank_between(text, rows[first - 1], rows[first]):
        first += 1  # the last line of the prose may be short too
    return first if _is_menu(rows[first:]) else len(rows)


def _is_menu(rows: list[Line]) -> bool:
    return len(rows) >= FEWEST and any(row.item.casefold() in MENU_WORDS for row in rows)


def _short(row: Line) -> bool:
    return (
        0 < len(row.item) <= MOST_CHARS
        and len(row.item.split()) <= MOST_WORDS
        and not _PUNCTUATED.search(row.item)
        and any(map(str.isalpha, row.item))
    )


def _is_label(text: str, rows: list[Line], items: set[str]) -> bool:
    """Whether the first line is a category: it stands apart, and is in the menu below or a usual name for one."""
    label = rows[0].item.casefold()
    return _short(rows[0]) and _blank_between(text, rows[0], rows[1]) and (label in items or label in LABELS)


def _blank_between(text: str, one: Line, other: Line) -> bool:
    return text.count("\n", one.end, other.start) > 1
