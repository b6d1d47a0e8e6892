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


# Abbreviations: those that sentencex 1.0.32 was seen to split at, and their commonest kin. Upper or lower case does not matter from
# two letters on.
LANGUAGES = (
    Language(
        "cy",
        "Welsh",
        "Cymraeg",
        "Latn",
        "ltr",
        ("e.e", "h.y", "a.y.b", "ayb", "Mr", "Mrs", "Ms", "Dr", "Prof", "Parch", "St", "tud", "rhif", "Cyf", "gol", "Ffig"),
    ),
    Language(
        "de",
        "German",
        "Deutsch",
        "Latn",
        "ltr",
        (
            *(
                "z.B",
                "d.h",
                "u.a",
                "u.U",
                "o.\u00e4",
                "i.d.R",
                "z.T",
                "s.o",
                "v.a",
                "m.E",
                "bzw",
                "bspw",
                "bzgl",
                "ca",
                "evtl",
                "ggf",
                "ggfs",
            ),
            *(
                "inkl",
                "exkl",
                "zzgl",
                "max",
                "min",
                "mind",
                "usw",
                "etc",
                "vgl",
                "sog",
                "gem",
                "Nr",
                "Str",
                "Tel",
                "St",
                "Std",
                "Abs",
                "Art",
            ),
            *("Dr", "Prof", "Fr", "Hr", "Fam", "Fa", "Zi", "Pers", "Mio", "Mrd", "Stk", "Pkg", "Abt", "Bhf", "Hbf", "geb", "verh", "allg"),
        ),
    ),
    Language(
        "vi",
        "Vietnamese",
        "Ti\u1ebfng Vi\u1ec7t",
        "Latn",
        "ltr",
        (
            "TP",
            "P",
            "Q",
            "TT",
            "TX",
            "ThS",
            "TS",
            "BS",
            "GS",
            "PGS",
            "KS",
            "CN",
            "v.v",
            "vv",
            "\u0110.c",
            "tr",
            "vd",
            "VD",
            "sdt",
            "s\u0111t",
        ),
    ),
    Language(
        "tl",
        "Tagalog",
        "Tagalog",
        "Latn",
        "ltr",
        (
            *(
                "G",
                "Gng",
                "Bb",
                "Bng",
                "Kgg",
                "Mr",
                "Mrs",
                "Ms",
                "Dr",
                "Dra",
                "Atty",
                "Engr",
                "Arch",
                "Gov",
                "Sen",
                "Brgy",
                "Blk",
                "Sr",
                "Jr",
            ),
            *("St", "Sta", "Sto", "hal", "atbp", "blg", "no", "tel", "approx"),
        ),
    ),
    Language(
        "ar",
        "Arabic",
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
        "Arab",
        "rtl",
        # dal (Dr), mim (engineer), alif (Mr), alif-dal (prof.), sad (p.o. box), ta (phone), ra-sin (riyal), dal-alif (dirham), jim-mim (pound),
        # ila akhirih twice (etc.)
        (
            "\u062f",
            "\u0645",
            "\u0623",
            "\u0623.\u062f",
            "\u0635",
            "\u062a",
            "\u0631.\u0633",
            "\u062f.\u0625",
            "\u062c.\u0645",
            "\u0625\u0644\u062e",
            "\u0627\u0644\u062e",
        ),
    ),
)
BY_CODE = {language.code: language for language in LANGUAGES}
CODES = tuple(BY_CODE)


def direction(code: str) -> str:
    """Writing direction for HTML: `ltr`, `rtl`, or `auto` for a language outside the five.

    >>> direction("ar"), direction("cy"), direction("und")
    ('rtl', 'ltr', 'auto')
    """
    return BY_CODE[code].direction if code in BY_CODE else "auto"


def language_tag(code: str) -> str:
    """The value of an HTML `lang` attribute; empty (unknown) for what is no plain language code.

    >>> language_tag("ar"), language_tag("other:fr"), language_tag("und"), language_tag('other:"><b>')
    ('ar', 'fr', '', '')
    """
    code = code.removeprefix(OTHER_PREFIX)
    return code if code.isascii() and code.isalpha() and code.islower() and len(code) in (2, 3) and code != UNDETERMINED else ""
