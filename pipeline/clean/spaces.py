"""Tidy white space."""

import re
from collections.abc import Iterator

from pipeline.offsets import Edit

_UNTIDY = re.compile(r"\s{2,}|[^\S \n]|\A\s|\s\Z")

_UNUSUAL = re.compile("[\t\x0b-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")  # all of \\s but space and line feed


def fix_spaces(text: str) -> Iterator[Edit]:
    r"""Spaces, tabs and no-break spaces in a row become one space, three or more line breaks two; both ends are trimmed.

    >>> list(fix_spaces(" gut,\u00a0 aber \n\n\n\nteuer"))
    [(0, 1, ''), (5, 7, ' '), (11, 16, '\n\n')]

    Leaves alone single spaces and the line breaks that structure a text.

    >>> list(fix_spaces("gut\n- Lage\n\nschlecht"))
    []
    """
    if "  " not in text and "\n" not in text and not _UNUSUAL.search(text) and text == text.strip():
        return
    for match in _UNTIDY.finditer(text):
        start, end = match.span()
        breaks = min(text.count("\n", start, end), 2)
        new = "" if start == 0 or end == len(text) else "\n" * breaks or " "
        if new != match.group():
            yield start, end, new
