r"""What counts as an emoji, as pieces of regular expressions: no library is needed for this.

Ranges follow Unicode's emoji-data.txt (version 15), rounded to blocks where every character is a symbol.

>>> import re
>>> [len(m) for m in re.findall(SEQUENCE, "ok \U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea \u2764\ufe0f 5\ufe0f\u20e3 5")]
[2, 2, 2, 3]
"""

REGIONAL = "\U0001f1e6-\U0001f1ff"  # two of them are a flag
SKIN = "\U0001f3fb-\U0001f3ff"
TAGS = "\U000e0020-\U000e007f"  # spell the flag of a nation after a black flag: Wales, England, Scotland
ZWJ = "\u200d"  # zero width joiner: makes one picture of several
VS16 = "\ufe0f"  # variation selector 16: draw as emoji

SYMBOLS = (  # inside a character class; without the small squares, which serve as bullets
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u24c2"
    "\u25b6\u25c0\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
)
ANY = SYMBOLS + REGIONAL + SKIN  # inside a character class: whatever draws an emoji by itself

# possessive and bounded, so that a chain of a million joiners costs no more than as many letters
_PICTURE = f"[{SYMBOLS}]{VS16}?+[{SKIN}]?+(?:[{TAGS}]{{1,7}}+)?+"
_JOINED = f"{_PICTURE}(?:{ZWJ}{_PICTURE}){{0,9}}+"
SEQUENCE = f"(?:[{REGIONAL}]{{2}}|[0-9#*]{VS16}?+\u20e3|{_JOINED})"  # one emoji as a reader sees it
