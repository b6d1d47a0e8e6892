"""Words of a text, as far as counting needs them: what stands between white space and has a letter or a digit."""

import unicodedata


def words(text: str) -> list[str]:
    """Words in lower case without the signs around them. In Vietnamese these are written syllables.

    >>> words("Sehr GUT, oder? :-) z.B. um 9:30")
    ['sehr', 'gut', 'oder', 'z.b', 'um', '9:30']
    """
    return [word for piece in text.casefold().split() if (word := _bare(piece))]


def folded(text: str) -> str:
    """Letters and digits without case and marks, one space between words: what is left when people type carelessly.

    >>> folded("Kh\\u00f4ng \\u0111\\u1eb9p,  ch\\u00e1n!!")
    'khong dep chan'
    """
    bare = (c for c in unicodedata.normalize("NFKD", text).casefold() if unicodedata.category(c) != "Mn")
    return " ".join("".join(c if c.isalnum() else " " for c in bare).replace("\N{LATIN SMALL LETTER D WITH STROKE}", "d").split())


def _bare(piece: str) -> str:
    start, end = 0, len(piece)
    while start < end and not piece[start].isalnum():
        start += 1
    while end > start and not piece[end - 1].isalnum() and unicodedata.category(piece[end - 1])[0] != "M":
        end -= 1
    return piece[start:end]
