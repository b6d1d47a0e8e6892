"""Why a record cannot be used, and how its beginning is shown."""

import re
from dataclasses import dataclass

EXCERPT_CHARS = 200

# Every reason that can stand in rejects.reason. Braces are filled with numbers.
REASONS = {
    "no_text": "no text",
    "no_letters": "no letters or emoji",
    "long_text": "text of {found} characters is over the limit of {limit} (read.max_chars)",
    "long_line": "line of more than {limit} MB",
    "long_value": "JSON value of more than {limit} MB",
    "fields": "row has {found} fields where the header has {wanted}",
    "quote": "unclosed quotation mark",
    "not_json": "not JSON",
    "not_object": "JSON is not an object",
    "no_field": "no text field",
    "damaged": "the file is damaged from here on and cannot be read further",
}

_LETTER = re.compile(r"[^\W\d_]")  # also fractions and superscripts: str.isalpha has the last word

# Emoji of Unicode 16 that people send as an answer: pictographs, flags, and the older symbols that have an emoji form.
# Left out: digits, arrows, plain stars and boxes, which say nothing without a text.
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f900-\U0001faff"
    "\u231a\u231b\u23e9-\u23f3\u2600-\u2604\u260e\u2611\u2614\u2615\u2618\u261d\u2620\u2622\u2623\u2639\u263a\u2640\u2642"
    "\u2660\u2663\u2665\u2666\u2668\u267b\u2692-\u2697\u26a0\u26a1\u26bd\u26be\u26c4\u26c5\u26d4\u26ea\u26f2-\u26f5\u26fa\u26fd"
    "\u2702\u2705\u2708-\u270d\u270f\u2714\u2716\u2728\u2744\u274c\u274e\u2753-\u2755\u2757\u2763\u2764\u27b0\u2b50\u2b55]"
)

# Control characters, line separators, invisible and direction-changing characters, the byte order mark, lone surrogates.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that goes to rejects: where it starts, why, and its beginning as read."""

    line: int
    reason: str
    beginning: str


def reason(name: str, **numbers: int) -> str:
    """The wording of a reason.

    >>> reason("fields", found=3, wanted=5)
    'row has 3 fields where the header has 5'
    """
    return REASONS[name].format(**numbers)


def refuse(text: str, max_chars: int) -> str | None:
    """Why a text is of no use, or None when it is fine. A text of emoji only is feedback; digits only is not.

    >>> refuse("10/10 !!!", 100)
    'no letters or emoji'
    >>> refuse("\\N{THUMBS UP SIGN}", 100)
    """
    if len(text) > max_chars:
        return reason("long_text", found=len(text), limit=max_chars)
    if _has_letter(text) or _EMOJI.search(text):
        return None
    return reason("no_letters") if text.strip() else reason("no_text")


def _has_letter(text: str) -> bool:
    found = _LETTER.search(text)
    return found is not None and (found[0].isalpha() or any(map(str.isalpha, text)))


def excerpt(beginning: str, chars: int = EXCERPT_CHARS) -> str:
    """The first characters; control, invisible and direction-changing characters shown as escapes.

    >>> excerpt("a\\x00b\\u202e c")
    'a\\\\x00b\\\\u202e c'
    """
    return _HIDDEN.sub(_escape, beginning[:chars])


def _escape(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]
