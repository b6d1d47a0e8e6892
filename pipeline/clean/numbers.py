"""Find digits in any script, and what they are: account and card numbers by their checksums, dates, times and amounts by their shape."""

import re
from functools import cache

# length of an IBAN by country (SWIFT IBAN registry)
IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "FK", "FO", "GL", "NL", "SD"), 18),
    **dict.fromkeys(("MK", "SI"), 19),
    **dict.fromkeys(("AT", "BA", "EE", "KZ", "LT", "LU", "MN", "XK"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA"), 22),
    **dict.fromkeys(("AE", "GI", "IL", "IQ", "OM", "SO", "TL"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG"), 24),
    **dict.fromkeys(("LY", "PT", "ST"), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("BI", "DJ", "FR", "GR", "IT", "MC", "MR", "SM"), 27),
    **dict.fromkeys(("AL", "AZ", "BY", "CY", "DO", "GT", "HN", "HU", "LB", "NI", "PL", "SV"), 28),
    **dict.fromkeys(("BR", "EG", "PS", "QA", "UA"), 29),
    **dict.fromkeys(("JO", "KW", "YE"), 30),
    **dict.fromkeys(("MT", "MU"), 31),
    **dict.fromkeys(("LC",), 32),
    **dict.fromkeys(("RU", "SC"), 33),
}
CARDS = (  # network, first digits, lengths (ISO/IEC 7812 ranges as the networks publish them)
    ("visa", "4", (13, 16, 19)),
    ("mastercard", "5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),
    ("amex", "3[47]", (15,)),
    ("discover", "6011|64[4-9]|65", (16, 19)),
    ("diners", "30[0-5]|36|3[89]", (14,)),
    ("jcb", "35(?:2[89]|[3-8])", (16,)),
    ("unionpay", "62|81", (16, 17, 18, 19)),
    ("maestro", "50|5[6-9]|63|67", (16, 18, 19)),
)
_DIGIT = re.compile(r"\d")
_GROUP = re.compile(r"\d+")
_CARD = tuple((re.compile(first), lengths) for _, first, lengths in CARDS)


@cache
def _digits() -> dict[int, int]:
    """Each decimal digit of Unicode to its ASCII digit: one character for one, so that positions stay."""
    return {code: ord("0") + int(chr(code)) for code in range(0x80, 0x1FBFA) if chr(code).isdecimal()}


def ascii_digits(text: str) -> str:
    r"""The text with digits of all scripts written 0 to 9, as long as before.

    >>> ascii_digits("\u0660\u0661\u06f2 3")
    '012 3'
    """
    return text if text.isascii() else text.translate(_digits())


def has_digits(text: str, least: int) -> bool:
    """Whether a text holds at least so many digits, of any script."""
    return len(_DIGIT.findall(text)) >= least


def group_ends(text: str, start: int, end: int) -> list[int]:
    """Where the groups of digits between two places end, the last first.

    >>> group_ends("0171 2345678 2", 0, 14)
    [14, 12, 4]
    """
    return [match.end() for match in _GROUP.finditer(text, start, end)][::-1]


def is_iban(text: str) -> bool:
    """Whether letters and digits (without spaces) are an IBAN: known country, its length, checksum (ISO 7064 mod 97-10).

    >>> is_iban("DE89370400440532013000"), is_iban("DE89370400440532013001"), is_iban("DE8937040044")
    (True, False, False)
    """
    if IBAN_LENGTHS.get(text[:2]) != len(text) or not text[2:4].isdecimal():
        return False
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1


def is_card(digits: str) -> bool:
    """Whether digits are a payment card number: a network's first digits and length, checksum (Luhn).

    >>> is_card("4111111111111111"), is_card("4111111111111112"), is_card("1234567812345670")
    (True, False, False)
    """
    if not any(len(digits) in lengths and first.match(digits) for first, lengths in _CARD):
        return False
    doubled = [2 * int(digit) for digit in digits[-2::-2]]
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(value - 9 * (value > 9) for value in doubled)) % 10 == 0
