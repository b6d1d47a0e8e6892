"""Put placeholders for phone numbers. This reduces personal data; it cannot find all of it."""

import re
from collections.abc import Iterator, Sequence

from pipeline.clean.numbers import ascii_digits, group_ends, has_digits
from pipeline.config import CleanConfig
from pipeline.offsets import Edit

PHONE = "[phone]"
REGIONS = CleanConfig().phone_regions
LEAST, MOST = (
    7,
    17,
)  # digits of a number with its prefix: shorter ones are no subscribers', longer ones do not exist (ITU-T E.164: 15, and 00)
MOST_CHECKED = 500  # in one text; more numbers than that are a list, and each of the right shape is taken for a phone number

# a trunk zero, a plus or a bracket, then groups of digits with one or two separators between them
_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9][.,:/+-])"
_NUMBER = re.compile(
    rf"{_BEFORE}(?:\+|\(?(?=0)|\(\+)[0-9]{{1,15}}+(?:\)? ?[ .()/\u2010-\u2013-]{{0,2}}[0-9]{{1,15}}+){{0,8}}(?![0-9A-Za-z])"
)
_UNPREFIXED = re.compile(rf"{_BEFORE}[1-9][0-9]{{0,14}}+(?:[ .-][0-9]{{2,15}}+){{0,4}}(?![0-9A-Za-z])")
_NEXT = re.compile(r"(?<=[0-9])[ /]+(?=\(?(?:\+|00?[1-9])[0-9 ()./-]{6})")  # where a second number begins

# dates and opening hours also fit some numbering plan, and amounts look like groups of digits
_DATE = re.compile(r"\(?(?:\d{4}([./-])\d{1,2}\1\d{1,2}|\d{1,2}([./-])\d{1,2}\2\d{2}|\d{1,2} ?[./-] ?\d{1,2} ?[./-] ?(?:19|20)\d{2})(?!\d)")
_SPACED_DATE = re.compile(r"[0-3]\d (?:0\d|1[0-2]) (?:19|20)\d{2}\Z")
_TIMES = re.compile(r"\d{1,2}[.:]\d{2}(?: ?[-\u2013] ?| )\d{1,2}[.:]\d{2}(?!\d)")
_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:[., ]\d{3})+(?:[.,]\d{1,2})?\Z")
_DECIMAL = re.compile(r"0[.,]\d")
_SHAPES = (_DATE, _SPACED_DATE, _TIMES, _AMOUNT, _DECIMAL)

_NUMBER_WORDS = r"no|nr|num|number|nummer|id|code|h\u00e0ng|\u0111\u01a1n|s\u1ed1|rhif|\u0631\u0642\u0645"  # the last is raqm (number)
_OTHER_WORDS = (  # a number after one of these is not a phone number: order, booking, invoice, parcel, customer
    r"\b(?:order|booking|invoice|ticket|tracking|reference|ref|customer|account|article|item|isbn|id)",
    r"(?:bestell|auftrags?|rechnungs?|kunden|sendungs?|buchungs?|artikel|vorgangs?|paket|konto)[ -]?(?:nummer|nr|no|id|code)",
    r"\b(?:rhif )?(?:archeb|anfoneb|cyfeirnod|cwsmer)",
    r"\b(?:m\u00e3|\u0111\u01a1n|v\u1eadn \u0111\u01a1n|h\u00f3a \u0111\u01a1n|\u0111\u01a1n h\u00e0ng|m\u00e3 kh\u00e1ch)",
    r"\bresibo",
    # talab (order), fatura (invoice), hajz (booking), shahna (parcel)
    r"(?:\u0637\u0644\u0628|\u0641\u0627\u062a\u0648\u0631\u0629|\u062d\u062c\u0632|\u0634\u062d\u0646\u0629)",
)
_OTHER = re.compile(rf"(?:{'|'.join(_OTHER_WORDS)})s?(?:\W{{1,3}}(?:{_NUMBER_WORDS}))?\W{{0,3}}\Z", re.IGNORECASE)
_PHONE = re.compile(  # a number after one of these is a phone number even without a leading zero
    r"(?:\b(?:tel|phone|mobile|mobil|hotline|whatsapp|zalo|viber|call|ff\u00f4n|ffoniwch|s\u0111t|\u0111i\u1ec7n tho\u1ea1i|cp|tawag(?:an)?)"
    r"|telefon(?:nummer)?|handynummer"
    # hatif (phone), jawwal (mobile), wats (WhatsApp), ittasil (call)
    r"|\u0647\u0627\u062a\u0641|\u062c\u0648\u0627\u0644|\u0648\u0627\u062a\u0633|\u0627\u062a\u0635\u0644)"
    r"(?:\W{1,3}(?:no|nr|number|s\u1ed1))?\W{1,3}\Z",
    re.IGNORECASE,
)


def fix_phone(text: str, regions: Sequence[str] = REGIONS) -> Iterator[Edit]:
    r"""A phone number that some region's numbering plan allows (libphonenumber) becomes "[phone]", in digits of any script.

    >>> list(fix_phone("Ruft 0171 2345678 an, \u0660\u0661\u0660\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667"))
    [(5, 17, '[phone]'), (22, 33, '[phone]')]

    Leaves alone dates, opening hours, prices, postcodes, order numbers.

    >>> list(fix_phone("03.05.2024, 09.00 - 18.00, 1.250.000, 01067 Dresden, Bestellnummer 0301234567, 12345678"))
    []
    """
    if not has_digits(text, LEAST):
        return
    flat = ascii_digits(text)
    for i, (start, end) in enumerate(_candidates(flat)):
        stop = end if i >= MOST_CHECKED else _valid(flat, start, end, regions)
        if stop:
            yield start, stop, PHONE


def _candidates(flat: str) -> Iterator[tuple[int, int]]:
    """Spans with the shape of a phone number, in order."""
    spans = [span for match in _NUMBER.finditer(flat) for span in _split(flat, *match.span())]
    spans += [m.span() for m in _UNPREFIXED.finditer(flat) if _PHONE.search(flat, max(0, m.start() - 30), m.start())]
    position = 0
    for start, end in sorted(spans):
        if start >= position and _plausible(flat, start, end):
            yield start, end
            position = end


def _split(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Two numbers written after each other, apart."""
    for gap in _NEXT.finditer(flat, start, end):
        if has_digits(flat[start : gap.start()], LEAST):
            yield start, gap.start()
            start = gap.end()
    yield start, end


def _plausible(flat: str, start: int, end: int) -> bool:
    number = flat[start:end]
    if not has_digits(number, LEAST) or any(shape.match(number) for shape in _SHAPES):
        return False
    return not _OTHER.search(flat, max(0, start - 40), start)


def _valid(flat: str, start: int, end: int, regions: Sequence[str]) -> int:
    """End of the longest beginning of the span, in whole groups of digits, that is a valid number; 0 if none is."""
    for stop in group_ends(flat, start, end):
        number = flat[start:stop]
        if not has_digits(number, LEAST):
            break
        if not has_digits(number, MOST + 1) and _is_valid(number, regions):
            return stop
    return 0


def _is_valid(number: str, regions: Sequence[str]) -> bool:
    import phonenumbers  # its tables are large

    if number.startswith("00"):
        number = "+" + number[2:]
    for region in regions[:1] if number.startswith(("+", "(+")) else regions:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
