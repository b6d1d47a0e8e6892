"""Scripts that tell the language, or that it is none we know, without any statistics."""

import re

# A script, the language it is reported as (BCP 47: und-Cyrl is some language in Cyrillic), and its characters.
SCRIPTS = (
    ("ja", "\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d"),  # kana
    ("ko", "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"),  # hangul
    ("zh", "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"),  # han
    ("el", "\u0370-\u03ff\u1f00-\u1fff"),
    ("he", "\u0590-\u05ff"),
    ("th", "\u0e00-\u0e7f"),
    ("lo", "\u0e80-\u0eff"),
    ("km", "\u1780-\u17ff"),
    ("my", "\u1000-\u109f"),
    ("hy", "\u0530-\u058f"),
    ("ka", "\u10a0-\u10ff\u1c90-\u1cbf"),
    ("ta", "\u0b80-\u0bff"),
    ("te", "\u0c00-\u0c7f"),
    ("und-Cyrl", "\u0400-\u052f"),
    ("und-Deva", "\u0900-\u097f"),
    ("und-Beng", "\u0980-\u09ff"),
    ("und-Ethi", "\u1200-\u137f"),
)
CODES = tuple(code for code, _ in SCRIPTS)
_OTHER = re.compile(f"[{''.join(characters for _, characters in SCRIPTS)}]")
_EACH = tuple((code, re.compile(f"[{characters}]")) for code, characters in SCRIPTS)
ARABIC = re.compile("[\u0620-\u06d3\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
LATIN = re.compile("[a-z\u00aa-\u024f\u1e00-\u1eff]")


def of(word: str) -> str:
    """The code of a word's script, or an empty string for Latin and Arabic, which many languages share.

    >>> of("\u043d\u0435\u0442"), of("\u65e5\u672c\u3067"), of("nein")
    ('und-Cyrl', 'ja', '')
    """
    if word.isascii() or not _OTHER.search(word):
        return ""
    return next(code for code, characters in _EACH if characters.search(word))
