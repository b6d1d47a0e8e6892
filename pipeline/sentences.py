"""Split a text into sentences, with their places: the boundaries of sentencex, and what feedback needs beyond them."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from pipeline import emoji
from pipeline.languages import BY_CODE, LANGUAGES

MOST_CHARS = 1_500  # a longer sentence is cut, so that what reads sentences can rely on a bound

_FINAL = frozenset(
    ("usw", "etc", "v.v", "vv", "ayb", "a.y.b", "atbp", "std", "min", "\u0625\u0644\u062e", "\u0627\u0644\u062e")
)  # may end a sentence; Arabic: etc.
_LINE = re.compile("[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_ARABIC = "\u0620-\u064a\u066e-\u06d3\u0750-\u077f\u08a0-\u08c7"
_PICTURE = f"[{emoji.ANY}{emoji.VS16}{emoji.ZWJ}{emoji.TAGS}]"
_FACE = r"(?:[:;=]['\u2019]?-?[()DPpoO3/|*]+|<3+|\^_*\^|[xX]D+)(?!\w)"
_PICTURES = re.compile(rf"(?:(?:{_PICTURE}++|(?<!\w){_FACE})\s*+)++")

# a run of signs that may end a sentence, what closes with it, the gap, and the pictures that belong to it
_STOP = re.compile(
    r"(?P<signs>[.!?\u2026\u061f\u06d4\u3002\uff01\uff1f]++)(?P<close>['\"\u2019\u201d\u201c\u00bb\u203a)\]]*+)(?P<gap>\s*+)"
    rf"(?P<pictures>(?:{_PICTURES.pattern})?+)"
)
_BULLET = re.compile(r"\s(?=[\u2022\u25cf\u25aa\u2023\u25e6\u25a0\u27a4\u25ba]\s?\w)")
_ENUMERATOR = re.compile(r"(?:(?<=\s)|\A)(\d{1,2})[.)]\s+(?=[^\W\d_])")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*\w|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,100}\w")
_WORD = re.compile(r"(?:[^\W\d_]|(?<=[^\W\d_])\.(?=[^\W\d_]))+\Z")
_NUMBER = re.compile(r"(?<![\d.,])\d{1,2}\Z")
_ORDINAL_BEFORE = re.compile(r"\b(?:am|vom|bis|zum|beim|im|ab|den|dem|der|die|das|des|seit|ein|jeder|jedes)\s+\d{1,2}\Z", re.IGNORECASE)
_ORDINAL_AFTER = re.compile(  # German months and what is counted
    r"(?:jan|feb|m\u00e4r|apr|mai|jun|jul|aug|sep|okt|nov|dez|mal|stock|etage|og|tag|woche|jahr|stern|platz|klasse|besuch|advent|geburtstag|versuch|reihe)",
    re.IGNORECASE,
)


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Spans of the sentences, in order: trimmed, not empty, no overlap, and every character that is no white space is in one.

    Rules of English serve a language outside the five. A line break always ends a sentence; so do emoji before a capital letter.

    >>> [ "Am 3. Mai z.B. war es top \U0001f44d Danke. gern wieder"[a:b] for a, b in split("Am 3. Mai z.B. war es top \U0001f44d Danke. gern wieder", "de")]
    ['Am 3. Mai z.B. war es top 👍', 'Danke.', 'gern wieder']
    """
    found: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        cuts = [line.start(), *(line.start() + cut for cut in _cuts(line.group(), lang)), line.end()]
        for start, end in pairwise(cuts):
            found += _bounded(text, *_trimmed(text, start, end))
    return found


def _cuts(line: str, lang: str) -> list[int]:
    """Places inside a line where a new sentence begins."""
    leading = _PICTURES.match(line.lstrip()) is not None  # pictures stand before what they belong to, as bullets do
    listed = _listed(line)
    places = {*_library(line, lang), *_after_pictures(line, leading), *(match.end() for match in _BULLET.finditer(line)), *listed}
    addresses = [match.span() for match in _ADDRESS.finditer(line)] if "@" in line or "://" in line or "www." in line else []
    for stop in _STOP.finditer(line):
        end = stop.end("gap") if leading else stop.end()
        inside = {place for place in range(stop.start() + 1, stop.end() + 1) if place in places}
        verdict = None if end in listed else _verdict(line, stop, lang)
        if verdict is False or _within(addresses, stop.end("signs")):
            places -= inside
        elif verdict or inside:
            places -= inside
            places.add(end)  # closing signs and pictures belong to the sentence that they follow
    return _joined(line, sorted(place for place in places if 0 < place < len(line)))


def _library(line: str, lang: str) -> Iterator[int]:
    import sentencex

    place = 0
    for piece in sentencex.segment(lang if lang in BY_CODE else "en", line):
        start = line.find(piece, place)
        if start < 0:
            return
        place = start + len(piece)
        yield place


def _after_pictures(line: str, leading: bool) -> Iterator[int]:
    """Places after emoji and a new beginning; before them in a line that starts with one."""
    first = ""
    for match in _PICTURES.finditer(line):
        following = line[match.end() : match.end() + 1]
        if not first and leading:
            first = match.group()[0]
        elif _begins(following) or (following.isalpha() and match.group()[0] == first):
            yield match.start() if leading else match.end()


def _within(spans: list[tuple[int, int]], place: int) -> bool:
    """Whether a place lies inside one of the spans, which are in order."""
    i = bisect_left(spans, (place, place)) - 1
    return i >= 0 and place < spans[i][1]


def _verdict(line: str, stop: re.Match[str], lang: str) -> bool | None:
    """Whether a sentence ends at these signs: yes, no, or (None) as the library says."""
    following = line[stop.end() : stop.end() + 1]
    if not following:
        return None
    signs, gap = stop["signs"], bool(stop["gap"] or stop["pictures"])
    if signs == ".":
        return _full_stop(line, stop, following, gap, lang)
    if signs.strip(".\u2026") == "":
        return _begins(following)
    if stop["close"] or not following.isalnum():
        return None if gap else False
    return gap or following.isalpha()


def _full_stop(line: str, stop: re.Match[str], following: str, gap: bool, lang: str) -> bool | None:
    before, after = line[max(0, stop.start() - 40) : stop.start()], line[stop.end() : stop.end() + 40]
    word = _WORD.search(before.rstrip() if gap else before)  # some write a space before the full stop
    if word is None:
        return _after_number(before, after, lang) if _NUMBER.search(before) else None
    token = word.group()
    if stop["pictures"]:
        return True
    if _abbreviation(token, lang):
        return token.casefold() in _FINAL and gap and following.isupper()
    if not gap:
        return _unspaced(token, after) if following.isalpha() else False
    if len(token) == 1 and token.isupper():
        return False
    if len(token) == 1 and following.isupper():  # short for a word, as Vietnamese writes r for roi; in German it is "z. B."
        return True if lang != "de" and after[1:2].isalpha() else None
    if following.islower():
        return len(token) >= 2 and not stop["close"]
    if following.isdecimal():
        return True if len(token) >= 4 else None
    return True if following.isupper() and len(token) >= 2 else None


def _after_number(before: str, after: str, lang: str) -> bool | None:
    if after[:1].islower():
        return False
    if lang == "de" and (_ORDINAL_BEFORE.search(before) or _ORDINAL_AFTER.match(after)):
        return False
    return None


def _unspaced(token: str, after: str) -> bool:
    """Whether a full stop without a space after it ends a sentence: not in domains, file names, abbreviations."""
    following = re.match(r"\w+", after)
    if len(token) < 2 or not following or len(following.group()) < 2:
        return False
    if _begins(after[0]):
        return not following.group().isupper() or token.islower()
    return not (token.isascii() and following.group().isascii())


def _begins(character: str) -> bool:
    """Whether a letter can begin a sentence by its looks: a capital, or a letter of a script without capitals."""
    return character.isalpha() and not character.islower()


@cache
def _abbreviations(lang: str) -> frozenset[str]:
    """Those of the language; of all five for any other, where the library knows fewer."""
    rows = [BY_CODE[lang]] if lang in BY_CODE else LANGUAGES
    return frozenset(_folded(word) for row in rows for word in row.abbreviations)


def _abbreviation(token: str, lang: str) -> bool:
    return _folded(token) in _abbreviations(lang)


def _folded(word: str) -> str:
    """Without case, but for single letters: P. is a ward and p. is not."""
    return word if len(word) == 1 else word.casefold()


def _listed(line: str) -> list[int]:
    """Where the items of a numbered list begin that stands in one line: 1. … 2. … 3. …"""
    found: list[int] = []
    for match in _ENUMERATOR.finditer(line):
        if int(match.group(1)) == len(found) + 1:
            found.append(match.start())
    return found if len(found) > 1 else []


def _joined(line: str, places: list[int]) -> list[int]:
    """Without the places that would leave a piece without words, such as the number of a list item or a lone bracket."""
    kept: list[int] = []
    pending, start = False, 0
    for place in places:
        pending = pending or any(map(str.isalpha, line[start:place])) or _pictured(line, start, place)
        if pending:
            kept.append(place)
            pending = False
        start = place
    rest = kept[-1] if kept else 0
    if kept and not any(map(str.isalnum, line[rest:])) and not _pictured(line, rest, len(line)):
        kept.pop()
    return kept


def _pictured(line: str, start: int, end: int) -> bool:
    return _PICTURES.search(line, start, end) is not None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span, or pieces of it of at most `MOST_CHARS`, cut after commas or else at spaces."""
    while end - start > MOST_CHARS:
        window = text[start : start + MOST_CHARS]
        cut = max(window.rfind(sign) for sign in (", ", "; ", "\u060c ")) + 1  # the last is the Arabic comma
        cut = cut if cut > MOST_CHARS // 2 else window.rfind(" ")
        place = start + (cut if cut > 0 else MOST_CHARS)
        piece = _trimmed(text, start, place)
        if piece[1] > piece[0]:
            yield piece
        start, _ = _trimmed(text, place, end)
    if end > start:
        yield start, end
