"""Which delimiter a table of text uses: the one that cuts the first lines into equally many fields as the header.

Own rule rather than csv.Sniffer, which guesses from letter frequencies and fails on texts full of commas.
"""

from collections.abc import Sequence

from pipeline.read.columns import KNOWN, key
from pipeline.read.csv_records import records
from pipeline.read.rejects import Broken

DELIMITERS = (",", ";", "\t", "|")
NONE = "\uffff"  # a noncharacter: stands for no delimiter at all, as it occurs in no text
ENOUGH = 0.6  # share of rows that must have as many fields as the header; rows may be broken, but not most of them
HEADER_CELL_CHARS = 2_000  # a longer cell is no column name
HEADER_CHARS = 100_000  # a longer line is no header


def sniff(lines: Sequence[str], preferred: str, known: frozenset[str] = KNOWN) -> str:
    """The delimiter, or NONE for a single column. `known` are keys of column names that prove a header.

    >>> sniff(["id;text\\r\\n", "1;gut, aber teuer\\r\\n"], ",")
    ';'
    >>> sniff(["Good, but slow\\n", "Bad\\n", "Fine\\n"], ",")
    '\\uffff'
    """
    scores = {delimiter: _score(lines, delimiter, known) for delimiter in DELIMITERS}
    scores[preferred] = tuple(number * 1.01 for number in scores[preferred])
    best = max(DELIMITERS, key=scores.__getitem__)
    return best if scores[best][0] else NONE


def _score(lines: Sequence[str], delimiter: str, known: frozenset[str]) -> tuple[float, ...]:
    """Known names, share of rows that fit the header, number of columns; the first is 0 when it is no delimiter."""
    rows = (record[1] for record in records(iter(lines), delimiter) if not isinstance(record, Broken))
    header = next(rows, None)
    if header is None or len(header) < 2 or max(map(len, header)) > HEADER_CELL_CHARS or sum(map(len, header)) > HEADER_CHARS:
        return (0.0, 0.0, 0.0)
    names = sum(key(cell) in known for cell in header)
    widths = [len(_trimmed(row)) for row in rows]
    wanted = len(_trimmed(header))
    share = sum(width == wanted or width == len(header) for width in widths) / len(widths) if widths else 0.0
    if not names and (share < ENOUGH or not widths):
        return (0.0, 0.0, 0.0)
    return (1.0 + names, share, float(wanted))


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end > 1 and not row[end - 1].strip():
        end -= 1
    return row[:end]
