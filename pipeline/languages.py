"""One row per language that Polyvox serves."""

from dataclasses import dataclass

UNDETERMINED = "und"  # BCP 47: undetermined
OTHER_PREFIX = "other:"


@dataclass(frozen=True)
class Language:
    """A language: its BCP 47 code, names, Unicode script and writing direction."""

    code: str
    name: str
    own_name: str
    script: str
    direction: str
    abbreviations: tuple[str, ...] = ()  # a full stop after one of these does not end a sentence


# Abbreviations: those that sentencex 1.0.32 was seen to split at, and their commonest kin.
LANGUAGES = (
    Language("cy", "Welsh", "Cymraeg", "Latn", "ltr", ("e.e", "h.y", "a.y.b", "Mr", "Mrs", "Dr", "tud", "rhif", "Parch")),
    Language(
        "de",
        "German",
        "Deutsch",
        "Latn",
        "ltr",
        ("z.B", "d.h", "u.a", "bzw", "ca", "Nr", "Str", "Dr", "Fr", "Hr", "evtl", "ggf", "inkl", "zzgl", "usw", "Tel"),
    ),
    Language("vi", "Vietnamese", "Ti\u1ebfng Vi\u1ec7t", "Latn", "ltr", ("TP", "Tp", "P", "Q", "ThS", "TS", "BS", "GS", "v.v", "Đ.c", "tr")),
    Language("tl", "Tagalog", "Tagalog", "Latn", "ltr", ("G", "Gng", "Bb", "Dr", "Dra", "Atty", "Engr", "Brgy", "St", "hal")),
    # Arabic letters: dal (Dr), mim (engineer), alif-dal (prof.), sad (p.o. box)
    Language("ar", "Arabic", "\u0627\u0644\u0639\u0631\u0628\u064a\u0629", "Arab", "rtl", ("\u062f", "\u0645", "\u0623.\u062f", "\u0635")),
)
BY_CODE = {language.code: language for language in LANGUAGES}
CODES = tuple(BY_CODE)


def direction(code: str) -> str:
    """Writing direction for HTML: `ltr`, `rtl`, or `auto` for a language outside the five.

    >>> direction("ar"), direction("cy"), direction("und")
    ('rtl', 'ltr', 'auto')
    """
    return BY_CODE[code].direction if code in BY_CODE else "auto"
