"""Put placeholders for web addresses and for names of accounts."""

import re
from collections.abc import Iterator

from pipeline.offsets import Edit

URL, USER = "[url]", "[user]"

# up to white space, quotes, brackets or Arabic letters and signs; what ends a sentence is given back by _end
_URL = re.compile(r"(?<![A-Za-z0-9@])(?:(?:https?|ftp)://|www\.)[^\s<>\"\u0600-\u06ff\u2026\u201c\u201d\u201e\u00ab\u00bb]+", re.I)
# an address without "www." must have a path (bit.ly/3abc) and a usual ending: "gut.Preis/Leistung" is a missing space
_ENDINGS = "com|net|org|info|biz|io|co|me|ly|gl|gd|gle|app|dev|shop|store|online|site|xyz|link|page|tv|cc|eu|be|at|ch|de|uk|cymru|wales|vn|ph|sa|ae|eg"
_PATH = re.compile(rf"(?<![\w@./-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,4}}(?:{_ENDINGS})/[\w%#?=&./~+-]+")
_USER = re.compile(r"(?<![\w@.+\]-])@(?=[\w.]*[^\W\d_])\w(?:[\w.]{0,60}\w)?(?:@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4})?")
_TRAILING = ".,;:!?'*_~-"
_OPENING = {")": "(", "]": "[", "}": "{"}


def fix_links(text: str) -> Iterator[Edit]:
    """A web address becomes "[url]", the name of an account "[user]".

    >>> list(fix_links("Siehe https://x.de/a_(b), danke @Shop.Hilfe!"))
    [(6, 24, '[url]'), (32, 43, '[user]')]

    Leaves alone a bare domain, which mostly names a brand, mail addresses, hashtags, and an at sign before a price.

    >>> list(fix_links("booking.com a@b.de #toll 2 @ 5.00 @5"))
    []
    """
    found = []
    if "://" in text or "www." in text.lower():
        found += [(m.start(), _end(text, m), URL) for m in _URL.finditer(text)]
    if "/" in text:
        found += [(m.start(), _end(text, m), URL) for m in _PATH.finditer(text)]
    if "@" in text:
        found += [(m.start(), m.end(), USER) for m in _USER.finditer(text)]
    position = 0
    for start, end, new in sorted(found):
        if start >= position and end > start:
            yield start, end, new
            position = end


def _end(text: str, match: re.Match[str]) -> int:
    """Where the address ends without the signs of the sentence around it; a bracket stays if it was opened inside."""
    start, end = match.span()
    while end > start and (
        text[end - 1] in _TRAILING or (text[end - 1] in _OPENING and _OPENING[text[end - 1]] not in text[start : end - 1])
    ):
        end -= 1
    return end
