"""Split a long text into windows at sentence borders, so that nothing is cut and every sentence is read whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """Characters `start:end` of the text, holding whole sentences from number `first` on."""

    start: int
    end: int
    first: int
    sentences: tuple[Span, ...]


def windows(sentences: Sequence[Span], tokens: Sequence[int], limit: int) -> list[Window]:
    """Fill windows with consecutive sentences up to `limit` tokens; `tokens` holds the number of each sentence.

    A sentence longer than the limit has a window of its own (see `halve`).

    >>> [w.sentences for w in windows([(0, 5), (6, 9), (10, 20)], [4, 3, 9], 8)]
    [((0, 5), (6, 9)), ((10, 20),)]
    """
    found: list[Window] = []
    held: list[int] = []
    used = 0
    for number, size in enumerate(tokens):
        if held and used + size > limit:
            found.append(_window(sentences, held))
            held, used = [], 0
        held.append(number)
        used += size
    if held:
        found.append(_window(sentences, held))
    return found


def _window(sentences: Sequence[Span], held: Sequence[int]) -> Window:
    spans = tuple(sentences[number] for number in held)
    return Window(spans[0][0], spans[-1][1], held[0], spans)


def halve(text: str, span: Span, limit: int, count: Callable[[str], int]) -> list[Span]:
    """Pieces of a sentence that are each at most `limit` tokens long, cut at a space where there is one near the middle.

    Only text without sentence marks for pages needs this; its pieces are read one by one and averaged.
    """
    start, end = span
    if end - start <= 1 or count(text[start:end]) <= limit:
        return [span]
    middle = (start + end) // 2
    space = text.rfind(" ", start + 1, middle)
    cut = space + 1 if space > start + (end - start) // 4 else middle
    return halve(text, (start, cut), limit, count) + halve(text, (cut, end), limit, count)
