"""Cut a quote out of a cleaned text, and find in it what was found in the original."""

from collections.abc import Sequence

from pipeline.report.hostile import Shown, present

WIDTH = 300  # characters: two or three sentences, read at a glance
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def clean_span(runs: Sequence[int], length: int, start: int, end: int) -> tuple[int, int]:
    """The stretch of the cleaned text (of `length`) that `start:end` of the original became; (0, 0) if it was cut away or is empty.

    `runs` is `texts.offsets`: triples (clean start, text start, text end).

    >>> clean_span([0, 0, 1, 1, 1, 6, 2, 6, 7], 3, 1, 6)
    (1, 2)
    """
    pieces = []
    for place in range(0, len(runs), 3):
        head, origin, origin_end = runs[place : place + 3]
        tail = runs[place + 3] if place + 3 < len(runs) else length
        if start < end and origin < end and origin_end > start:
            single = origin_end - origin == tail - head
            pieces.append((head + max(0, start - origin), min(tail, head + end - origin)) if single else (head, tail))
    return (pieces[0][0], pieces[-1][1]) if pieces else (0, 0)


def excerpt(clean: str, start: int = 0, end: int = 0, width: int = WIDTH) -> Shown:
    """About `width` characters round `start:end`, cut between words where there are any, fit to be shown.

    >>> excerpt("one two three four five six", 8, 13, width=14)
    Shown(text='…two three four…', start=5, end=10)
    """
    end = min(end, start + width)
    room = max(0, width - (end - start))
    left = max(0, min(start - room // 2, len(clean) - width))
    right = min(len(clean), left + width)
    left, right = _word_start(clean, left, start), _word_end(clean, right, max(end, left))
    shown = present(clean[left:right].rstrip(), max(0, start - left), max(0, end - left))
    before, after = ELLIPSIS if left else "", ELLIPSIS if clean[right:].strip() else ""
    move = len(before) if shown.end else 0
    return Shown(before + shown.text + after, shown.start + move, shown.end + move)


def _word_start(text: str, left: int, limit: int) -> int:
    if left == 0 or text[left - 1].isspace():
        return left
    space = next((place for place in range(left, min(limit, left + 30)) if text[place].isspace()), None)
    return left if space is None else space + 1


def _word_end(text: str, right: int, limit: int) -> int:
    if right == len(text) or text[right].isspace():
        return right
    return next((place for place in range(right, max(limit, right - 30), -1) if text[place].isspace()), right)
