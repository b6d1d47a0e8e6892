"""Shorten what is repeated for emphasis, so that one spelling of it is left; how strongly it was felt still shows."""

import re
from collections.abc import Iterator

from pipeline import emoji
from pipeline.offsets import Edit

STARS = "*\u2605\u2606\u2729\u272d\u2730\u2b50\U0001f31f"  # a row of these is a rating: "*****" must not become "***"
MOST_STARS = 10
_ARABIC = "\u0620-\u063f\u0641-\u064a"
_SIGNS = r"!?.,;:~^=+#/\\|'\"()\[\]{}<>_\u2026\u061f\u060c\u061b\u2013\u2014\u00b7\u2022\u2212\-"  # Arabic question mark, comma, semicolon

# each alternative: a group that is kept, then the surplus; numbers are never touched
_RUNS = re.compile(
    "|".join(
        (
            rf"(?P<tatweel>(?<=[{_ARABIC}])\u0640+|\u0640+(?=[{_ARABIC}]))",
            r"(?P<letter>(?P<l>[^\W\d_])(?P=l){2})(?P=l)+",
            r"(?P<syllable>(?P<s>[^\W\d_]{2,3})(?P=s){2})(?P=s){2,}",
            r"(?P<word>\b(?P<w>[^\W\d_]{1,20}+)(?:[\W_]{1,3}(?P=w)\b){2})(?:[\W_]{1,3}(?P=w)\b)+",
            rf"(?P<sign>(?P<p>[{_SIGNS}])(?P=p){{2}})(?P=p)+",
            rf"(?P<signs>(?P<q>[{_SIGNS}]{{2}})(?P=q){{2}})(?P=q)+",
            rf"(?P<stars>(?P<t>[{STARS}])(?P=t){{4}})(?P=t){{{MOST_STARS - 4},}}",
            rf"(?P<emoji>(?![{STARS}])(?P<e>{emoji.SEQUENCE})(?: ?(?P=e)){{2}})(?: ?(?P=e))+",
            rf"(?P<other>(?P<o>[^\w\s{STARS}])(?P=o){{2}})(?P=o){{8,}}",
        )
    ),
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(\S)(\S)(?:\1\2\1\2|(\S)\1\2\3\1\2\3)")
_WORDS = re.compile(r"\b([^\W\d_]{1,20}+)[\W_]{1,3}\1[\W_]{1,3}\1\b")
_EMOJI = re.compile(f"[{emoji.SYMBOLS}{emoji.REGIONAL}]")
_SIZE = re.compile(r"x{2,6}[ls]\b", re.IGNORECASE)


def fix_repeats(text: str) -> Iterator[Edit]:
    r"""Shorten a letter, sign or emoji that stands four times or more in a row to three, and so with words; drop tatweel.

    The last character kept stands for the surplus, so that spans cover it.

    >>> list(fix_repeats("soooo gut!!!!!! \U0001f60d\U0001f60d\U0001f60d\U0001f60d"))
    [(3, 5, 'o'), (11, 15, '!'), (18, 20, '😍')]

    Leaves alone digits, doubled and tripled letters, stars of a rating, clothing sizes.

    >>> list(fix_repeats("1000000 Schifffahrt ***** XXXXL ha ha ha"))
    []
    """
    if not _suspect(text):
        return
    for run in _RUNS.finditer(text):
        if run.lastgroup == "tatweel":
            yield run.start(), run.end(), ""
        elif not _SIZE.match(text, run.start()):
            last = run.end(run.lastgroup or 0) - 1
            yield last, run.end(), text[last]


def _suspect(text: str) -> bool:
    """Quick test that lets all texts with something repeated pass, and few others: the full pattern is ten times slower."""
    lowered = text.lower()
    for character in set(lowered):  # a plain loop: this runs for every text
        if character * 4 in lowered:
            return True
    return (
        "\u0640" in text
        or _PERIOD.search(lowered) is not None
        or _WORDS.search(lowered) is not None
        or (not text.isascii() and _EMOJI.search(text) is not None)
    )
