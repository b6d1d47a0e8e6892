"""Cells of any type as text and as weights."""

import json
import math
from datetime import date, datetime
from typing import Any

LONE = "\ufffd"  # in place of half a character

# For str.translate: Arabic-Indic and Extended Arabic-Indic digits and the Arabic decimal separator as ASCII, direction marks away
ASCII_DIGITS: dict[int, str | None] = {
    **{start + digit: str(digit) for start in (0x0660, 0x06F0) for digit in range(10)},
    **{0x066B: ".", 0x200E: None, 0x200F: None},
}


def as_text(value: Any) -> str:
    """A cell as a person would read it. Strings stay as they are; an empty cell is an empty string; 4.0 is 4; lists are JSON.

    >>> as_text(4.0), as_text(None), as_text([1, "a"]), as_text(True)
    ('4', '', '[1, "a"]', 'true')
    """
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (list, dict, tuple)):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    return str(value)


def whole(text: str) -> str:
    """The text with lone surrogates, which no file can hold, replaced by U+FFFD.

    >>> whole("a\\ud800b") == "a\\ufffdb"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(LONE if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def weight(value: Any) -> float | None:
    """A survey weight: a finite number above zero, else None.

    >>> weight("1,25"), weight(0), weight("")
    (1.25, None, None)
    """
    try:
        number = float(as_text(value).translate(ASCII_DIGITS).strip().replace(",", "."))
    except ValueError:
        return None
    return number if 0 < number < MAX_FLOAT32 else None


MAX_FLOAT32 = 3.4e38  # the tables hold float32
