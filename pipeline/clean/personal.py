"""Put placeholders for mail addresses, bank accounts and payment cards. This reduces personal data; it cannot find all of it."""

import re
from collections.abc import Iterator

from pipeline.clean.numbers import IBAN_LENGTHS, ascii_digits, group_ends, has_digits, is_card, is_iban
from pipeline.offsets import Edit

MAIL, IBAN, CARD = "[mail]", "[iban]", "[card]"

_LETTER = r"A-Za-z0-9\u00c0-\u024f\u1e00-\u1eff"
_AT = r"(?:@|\s?[(\[{]\s?(?:at|@|\u00e4t)\s?[)\]}]\s?)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|punkt)\s?[)\]}]\s?)"
_LABEL = r"[A-Za-z0-9\u00c0-\u024f-]{1,63}"
_LOCAL = rf"[{_LETTER}%+_'-]{{0,63}}(?:\.[{_LETTER}%+_'-]{{1,63}}){{0,5}}"
_MAIL = re.compile(
    rf"(?<![{_LETTER}_+-])[{_LETTER}_]{_LOCAL}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}{_DOT}[A-Za-z]{{2,24}}(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"[(\[{]\s?(?:at|\u00e4t)\s?[)\]}]", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,29}")
_CARD = re.compile(r"(?<![0-9A-Za-z+])[2-8](?:[ -]?[0-9]){12,18}(?![0-9])")


def fix_mail(text: str) -> Iterator[Edit]:
    """A mail address becomes "[mail]", also one spelled with (at) and (dot).

    >>> list(fix_mail("An a.b@c.de, x (at) y.com"))
    [(3, 11, '[mail]'), (13, 25, '[mail]')]

    Leaves alone account names and an at sign between words.

    >>> list(fix_mail("@shop 3 @ 5 Euro, treffen @ Bar.Berlin"))
    []
    """
    if "@" in text or _SPELLED.search(text):
        for match in _MAIL.finditer(text):
            yield match.start(), match.end(), MAIL


def fix_iban(text: str) -> Iterator[Edit]:
    """An IBAN with a right checksum becomes "[iban]", with or without spaces.

    >>> list(fix_iban("Konto DE89 3704 0044 0532 0130 00 bitte"))
    [(6, 33, '[iban]')]

    Leaves alone order numbers that look like one.

    >>> list(fix_iban("Auftrag DE12 3456 7890 1234 5678 90"))
    []
    """
    if not has_digits(text, 10):
        return
    flat = ascii_digits(text)
    position = 0
    while match := _IBAN.search(flat, position):
        end = _reach(flat, match.start(), match.end(), IBAN_LENGTHS.get(match.group()[:2].upper(), 0))
        found = is_iban(_bare(flat[match.start() : end]).upper())
        if found:
            yield match.start(), end, IBAN
        position = end if found else match.start() + 4


def fix_card(text: str) -> Iterator[Edit]:
    """A payment card number with a right checksum becomes "[card]".

    >>> list(fix_card("Karte 4111 1111 1111 1111!"))
    [(6, 25, '[card]')]

    Leaves alone parcel and order numbers that no network issues.

    >>> list(fix_card("Sendung 00340434161094000000, Auftrag 1234567812345670"))
    []
    """
    if not has_digits(text, 13):
        return
    flat = ascii_digits(text)
    for match in _CARD.finditer(flat):
        start = match.start()
        if end := next((end for end in group_ends(flat, start, match.end()) if is_card(_bare(flat[start:end]))), 0):
            yield start, end, CARD


def _reach(text: str, start: int, end: int, length: int) -> int:
    """Where `length` letters and digits from `start` end, at most at `end`."""
    count = 0
    for i in range(start, end):
        count += text[i].isalnum()
        if count == length:
            return i + 1
    return end


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")
