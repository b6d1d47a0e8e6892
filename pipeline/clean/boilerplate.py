"""Cut what a site put around the text: placeholders, notices, buttons, menus, machine translations."""

from collections.abc import Iterable, Iterator

from pipeline.clean.furniture import ANYWHERE, FURNITURE, PAGE, TWEET, TWEET_CUES, TWEET_OR_PROSE, Furniture
from pipeline.clean.menus import LONG, Line, lines, menus
from pipeline.offsets import Edit

_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"  # as Google's review exports write them, in every language
_CUES = tuple(dict.fromkeys(cue for row in FURNITURE for cue in row.cues))
_SENTENCE_END = '.!?\u2026"\u201d\u201c:\u061f'


def fix_boilerplate(text: str) -> Iterator[Edit]:
    """Cut site furniture: the rows of `FURNITURE`, click-to-tweet labels, machine translations, menus around a page.

    >>> list(fix_boilerplate("Da iawn!\\n12 Comments \u25bc"))
    [(9, 22, '')]

    Leaves alone the same words in a person's own sentence, and a person's own list.

    >>> list(fix_boilerplate("Please let me read more reviews.\\nGood:\\n- room\\n- pool\\n- staff\\n- Home"))
    []
    """
    lowered = text.lower()
    rows = [row for row in FURNITURE if _holds(lowered, row.cues)] if _holds(lowered, _CUES) else []
    spans = [*_phrases(text, rows), *_labels(text, lowered), *_translations(text), *menus(text)]
    yield from ((start, end, "") for start, end in _merged(spans))


def _holds(text: str, cues: Iterable[str]) -> bool:
    for cue in cues:  # noqa: SIM110 - this runs for every text, and any() with a generator takes three times as long
        if cue in text:
            return True
    return False


def _phrases(text: str, rows: list[Furniture]) -> Iterator[tuple[int, int]]:
    if not rows:
        return
    written = lines(text)
    for row in rows:
        if row.where == ANYWHERE:
            yield from (match.span() for match in row.pattern.finditer(text))
        elif row.where != PAGE or len(text) >= LONG:
            yield from ((line.start, line.end) for line in written if _matches(text, line, row))


def _matches(text: str, line: Line, row: Furniture) -> bool:
    return line.end - line.start <= 400 and row.pattern.fullmatch(line.item) is not None


def _labels(text: str, lowered: str) -> Iterator[tuple[int, int]]:
    """Click-to-tweet labels: after a whole sentence and before another or the end of the line."""
    if not _holds(lowered, TWEET_CUES):
        return
    for match in TWEET.finditer(text):
        if _stands_alone(text, *match.span()):
            yield match.span()
    for match in TWEET_OR_PROSE.finditer(text):
        if _after_repetition(text, match.start()):
            yield match.span()


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start].rstrip(" "), text[end : end + 3].lstrip(" ")
    begins, ends = not before or before[-1] == "\n", not after or after[0] == "\n"
    if begins:
        return ends
    return before[-1] in _SENTENCE_END and (ends or not after[:1].islower())


def _after_repetition(text: str, position: int) -> bool:
    """Whether the sentence before stands there twice: once in the text and once in the tweet box."""
    before = text[max(0, position - 600) : position].rstrip()
    last = before.rfind(". ", 0, -1)
    sentence = before[last + 2 :]
    return last > 0 and len(sentence) >= 15 and before[: last + 1].endswith(sentence)


def _translations(text: str) -> Iterator[tuple[int, int]]:
    """The translation that Google put before or after what the person wrote."""
    start = text.find(_TRANSLATED)
    if start < 0:
        return
    original = text.find(_ORIGINAL, start)
    if original >= 0:
        yield start, original + len(_ORIGINAL)
    elif text[:start].strip():
        yield start, len(text)


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that touch or overlap joined."""
    current: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
        else:
            if current:
                yield current
            current = start, end
    if current:
        yield current
