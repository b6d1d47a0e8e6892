"""Take out characters that nobody sees, and write every line break the same way."""

import re
import unicodedata
from collections.abc import Iterator

from pipeline import emoji
from pipeline.offsets import Edit

MOST_MARKS = 8  # on one letter: no writing needs more, and sorting a pile of a million takes for ever

_BREAKS = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"
_WIDTHLESS = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065\u3164\ufeff\uffa0\ufff0-\ufffc"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks, embeddings, overrides, isolates
_NOTHING = "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # half characters and code points that are no characters
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u06ee-\u06ff\u0750-\u077f\u08a0-\u08ff"

_JOINERS = "|".join(
    (
        f"(?<![{_ARABIC}])\u200c|\u200c(?![{_ARABIC}])",  # zero width non-joiner, except between Arabic letters
        f"(?<![{emoji.ANY}{emoji.VS16}{emoji.TAGS}])\u200d|\u200d(?![{emoji.ANY}])",  # zero width joiner, except between emoji
        f"(?<![{emoji.ANY}0-9#*\u00a2-\u303f])[\ufe0e\ufe0f]|(?<=[0-9#*])[\ufe0e\ufe0f](?!\u20e3)",  # variation selectors, except after signs
        f"(?<![\U0001f3f4{emoji.TAGS}])[{emoji.TAGS}]",  # tags, except in the flags of nations
    )
)
_UNSEEN = re.compile(f"{_BREAKS}|[{_CONTROLS}{_WIDTHLESS}{_BIDI}{_NOTHING}\ufe00-\ufe0d\U000e0001\U000e0100-\U000e01ef]+|{_JOINERS}")
_SUSPECT = re.compile(f"[{_CONTROLS}\r\x0b\x0c\x85{_WIDTHLESS}{_BIDI}{_NOTHING}\u200c\u200d\u2028\u2029\ufe00-\ufe0f\U000e0001-\U000e01ef]")


def fix_control(text: str) -> Iterator[Edit]:
    r"""Drop control, zero-width and direction characters, and marks piled up on a letter; line breaks of all kinds become "\n".

    >>> list(fix_control("a\x00b\r\nc\u202ed\u200be"))
    [(1, 2, ''), (3, 5, '\n'), (6, 7, ''), (8, 9, '')]

    Leaves alone tabs, joiners and selectors inside emoji, the flag of Wales, and the non-joiner between Arabic letters.

    >>> list(fix_control("\U0001f469\u200d\U0001f373 \u2764\ufe0f \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\t"))
    []
    """
    if _SUSPECT.search(text):
        for match in _UNSEEN.finditer(text):
            seen = match.group()[0] in "\r\x0b\x0c\x85\u2028\u2029"
            yield match.start(), match.end(), "\n" if seen else ""
    elif pile := _pile(text):
        yield from ((match.start() + MOST_MARKS, match.end(), "") for match in pile.finditer(text))


def _pile(text: str) -> re.Pattern[str] | None:
    """A pattern for the marks of this text where they are piled up; nothing where they are not."""
    marks = [] if text.isascii() else [character for character in set(text) if unicodedata.combining(character)]
    if sum(map(text.count, marks)) <= MOST_MARKS:
        return None
    return re.compile(f"[{re.escape(''.join(sorted(marks)))}]{{{MOST_MARKS + 1},}}")
