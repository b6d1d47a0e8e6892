"""Which encoding a file is in. Own scoring: of the three code pages, which one makes letters stand where letters belong.

General detectors know ninety encodings and prefer neighbours that none of our communities use; here three must be told apart:
Windows-1252 (German, Welsh, Tagalog), 1256 (Arabic) and 1258 (Vietnamese, with tone marks as separate characters).
"""

import codecs
import re

from pipeline.errors import UsageError

UTF8 = "utf-8"
CODE_PAGES = ("windows-1252", "windows-1258", "windows-1256")  # the first wins a tie
SAMPLE_BYTES = 200_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
_LATIN_VI = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0102\u0103\u0110\u0111\u01a0\u01a1\u01af\u01b0"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aeiouyAEIOUY\u00c2\u00ca\u00d4\u00e2\u00ea\u00f4\u0102\u0103\u01a0\u01a1\u01af\u01b0"
_VOWELS_1252 = "aeiouyAEIOUY\u00c2\u00ca\u00d4\u00e2\u00ea\u00f4\u00c3\u00e3\u00d5\u00f5\u00dd\u00fd"
_ARABIC = "\u0621-\u064a\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06d2"

# Per code page: stretches of characters and what each character in them counts for or against it.
_WEIGHTS = {
    "windows-1252": (
        (rf"(?<=[A-Za-z])[{_LATIN}]|[{_LATIN}](?=[A-Za-z])", 1.0),
        (rf"[{_LATIN}]{{3,}}", -2.0),  # accented letters stand alone or in pairs; Arabic misread gives long runs of them
        (rf"(?<=[{_VOWELS_1252}])[\u00cc\u00ec\u00d2\u00f2\u00de\u00fe]", -2.5),  # where Vietnamese has its tone marks
        ("[\u00d0\u00f0\u00de\u00fe]", -1.0),  # eth and thorn: in none of our languages
        ("[\u00dd\u00fd\u00d5\u00f5]", -0.5),  # rare in ours, and common letters of Vietnamese
        ("\ufffd", -2.0),
    ),
    "windows-1258": (
        (rf"(?<=[A-Za-z])[{_LATIN_VI}]|[{_LATIN_VI}](?=[A-Za-z{_TONES}])", 1.0),
        (rf"[{_LATIN_VI}{_TONES}]{{6,}}", -2.0),
        (rf"(?<=[{_VOWELS}])[{_TONES}]", 1.0),
        (rf"(?<![{_VOWELS}])[{_TONES}]", -2.0),
        ("[\u0102\u0103]", -0.5),  # a with breve: where Portuguese and Tagalog names in 1252 have a with tilde
        ("\ufffd", -2.0),
    ),
    "windows-1256": (
        (rf"[{_ARABIC}]{{2,}}", 1.0),
        (rf"(?<=[A-Za-z])[{_ARABIC}]|[{_ARABIC}](?=[A-Za-z])", -2.0),  # scripts do not mix within a word
        ("\ufffd", -2.0),
    ),
}
_COMPILED = {name: tuple((re.compile(pattern), weight) for pattern, weight in rows) for name, rows in _WEIGHTS.items()}


def named(encoding: str, head: bytes) -> str:
    """The encoding that a user set; for UTF-16 and UTF-32 with the order of bytes that `head` shows, by default the little end first.

    Raises UsageError when Python does not know it as an encoding of text.
    """
    try:
        b"".decode(encoding)
        name = codecs.lookup(encoding).name
        if name not in ("utf-16", "utf-32"):
            return name
        found = wide(head)
        return found if found.startswith(name) else f"{name}-le"
    except (LookupError, UnicodeError):
        advice = "Known are for example utf-8, utf-16, windows-1252, windows-1256, windows-1258. Leave read.encoding empty to detect it."
        raise UsageError(f"There is no text encoding {encoding!r} (read.encoding). {advice}") from None


def wide(head: bytes) -> str:
    """The encoding that a byte order mark or the pattern of NUL bytes gives away at the start of a file, else an empty string.

    >>> wide("Gut".encode("utf-16-le")), wide(b"Gut")
    ('utf-16-le', '')
    """
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    units = len(head) // 2
    if units < 2 or 0 not in head:
        return ""
    even, odd = head[0 : units * 2 : 2], head[1 : units * 2 : 2]
    for name, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        # spaces and line ends have a NUL as their high byte; two printable ASCII bytes side by side speak for eight bits
        if high.count(0) * 10 >= units and low.count(0) * 100 <= units and (high[0] == 0 or not 32 <= high[0] < 127):
            return name
    return ""


def eight_bit(sample: bytes) -> str:
    """UTF-8 or the likeliest code page of bytes that hold some beyond ASCII.

    A file that is UTF-8 but for some stray bytes counts as UTF-8: by chance, other encodings hardly ever form its sequences.
    """
    sample = sample[:SAMPLE_BYTES]
    text = sample.decode(UTF8, "replace")
    bad = text.count("\ufffd")
    good = sum(map(len, _BEYOND_ASCII.findall(text))) - bad
    if 2 * good > bad:
        return UTF8
    return max(CODE_PAGES, key=lambda name: _score(sample, name))


_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")


def _score(sample: bytes, name: str) -> float:
    text = sample.decode(name, "replace")
    return sum(weight * sum(map(len, pattern.findall(text))) for pattern, weight in _COMPILED[name])


def ascii_based(encoding: str) -> bool:
    """Whether every ASCII byte means itself, so that lines can be cut before decoding."""
    plain = bytes(range(128))
    try:
        return plain.decode(encoding) == plain.decode("ascii")
    except UnicodeError:
        return False
