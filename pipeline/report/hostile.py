"""Make a text of unknown origin fit to be shown: nothing hidden, nothing that reorders the page, no personal data in the clear.

Escaping is the template's work. What is shown comes from the cleaned text, where personal data is masked already; the patterns here
are a second net, for texts that were never cleaned (rejects) and for runs in which masking was switched off.
"""

import re
import unicodedata
from typing import NamedTuple

import numpy as np

from pipeline.offsets import Aligned, Edit

# The controls, and the characters that embed, override or isolate a direction (LRE RLE PDF LRO RLO, LRI RLI FSI PDI), the byte order
# mark and the annotation anchors. Direction marks, joiners and the tags of flag emoji stay: texts need them.
_REMOVED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]+")
_SPACE = re.compile(r"\s{2,}|[^\S ]")  # tabs, line ends and separators too; a single space is left as it is
_DIGIT = re.compile(r"\d")
_PERSONAL = (  # the mask, what a text must hold to be worth a look, and what is masked
    ("[mail]", re.compile("@"), re.compile(r"[\w.+%-]{1,64}@[\w.-]{1,255}")),  # also one that was cut off before its ending
    ("[iban]", _DIGIT, re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)")),
    (
        "[number]",
        _DIGIT,
        re.compile(r"(?<!\w)\+?\d(?:[ ().\-/]{0,3}\d){8,}(?!\w)"),
    ),  # nine digits or more, of any script: a phone or a card
)
MAX_MARKS = 4  # no language needs more on one letter; a tower of them covers the lines above


class Shown(NamedTuple):
    """A text to show, with the stretch in it that is to be marked (empty: none)."""

    text: str
    start: int
    end: int


def present(text: str, start: int = 0, end: int = 0) -> Shown:
    """The text on one line, masked, without hidden characters; `start:end` follows its words, and is empty if they are masked.

    >>> present("a\\tbad\\u202e word\\x00, write to me@example.org", 2, 5)
    Shown(text='a bad word, write to [mail]', start=2, end=5)
    """
    aligned = Aligned.of(text)
    for find in (_hidden, _hidden_marks, _spaces, _masks):
        aligned = aligned.replace(find(aligned.text))
    # a character is marked if all of it comes from the stretch: a mask that reaches beyond is not
    inside = np.flatnonzero((aligned.starts >= start) & (aligned.ends <= end) & (end > start))
    return Shown(aligned.text, int(inside[0]), int(inside[-1]) + 1) if len(inside) else Shown(aligned.text, 0, 0)


def _hidden(text: str) -> list[Edit]:
    return [(found.start(), found.end(), "") for found in _REMOVED.finditer(text)]


def _hidden_marks(text: str) -> list[Edit]:
    edits: list[Edit] = []
    run = 0
    for place, letter in enumerate("" if text.isascii() else text):
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if run > MAX_MARKS:
            edits.append((place, place + 1, ""))
    return edits


def _spaces(text: str) -> list[Edit]:
    return [(found.start(), found.end(), " ") for found in _SPACE.finditer(text)]


def _masks(text: str) -> list[Edit]:
    edits: list[Edit] = []
    for mask, sign, pattern in _PERSONAL:
        for found in pattern.finditer(text) if sign.search(text) else ():
            if all(found.end() <= start or found.start() >= end for start, end, _ in edits):
                edits.append((found.start(), found.end(), mask))
    return sorted(edits)
