"""Tables for people: plain for a terminal, Markdown for a document."""

from collections.abc import Iterable, Sequence


def plain(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns padded with spaces; columns of numbers to the right.

    >>> print(plain(["lang", "texts"], [["cy", 7], ["de", 12]]))
    lang  texts
    cy        7
    de       12
    """
    table = [[str(cell) for cell in row] for row in rows]
    right = [_numbers(column) for column in zip(*table, strict=True)] if table else [False] * len(head)
    widths = [max(map(len, column)) for column in zip(head, *table, strict=True)]
    lines = (zip(row, widths, right, strict=True) for row in [list(head), *table])
    return "\n".join(
        "  ".join(cell.rjust(width) if to_right else cell.ljust(width) for cell, width, to_right in line).rstrip() for line in lines
    )


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; columns of numbers to the right.

    >>> print(markdown(["lang", "texts"], [["cy", 7]]))
    | lang | texts |
    | --- | ---: |
    | cy | 7 |
    """
    table = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    right = [_numbers(column) for column in zip(*table, strict=True)] if table else [False] * len(head)
    rule = ["---:" if to_right else "---" for to_right in right]
    return "\n".join(f"| {' | '.join(row)} |" for row in [list(head), rule, *table])


def _numbers(column: Sequence[str]) -> bool:
    return all(cell[:1].isdigit() or cell[:1] in ("-", "") or cell == "none" for cell in column)
