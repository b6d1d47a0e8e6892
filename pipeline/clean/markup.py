"""Turn HTML into the text that it shows."""

import html
import re
from collections.abc import Iterator
from html.entities import html5

from pipeline.clean.elements import BLOCK, CELL, FLAGS, HIDDEN, INLINE
from pipeline.offsets import Edit

# a bracket that may open a tag, a comment or a declaration; or an entity, perhaps escaped several times
_START = re.compile(r"<(?=[A-Za-z/!?])|&(?=[A-Za-z#])")
_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};|(?:nbsp|quot|amp)\b)")
_NAME = re.compile(r"</?+([A-Za-z][A-Za-z0-9]*+)(?::[A-Za-z]++)?+")
_ATTRIBUTE = re.compile(r"""[\s/]*+([A-Za-z_:@][\w:.@-]{0,60}+)(\s*+=\s*+(?:"[^"<]{0,4000}+"|'[^'<]{0,4000}+'|[^\s"'<>=`]{1,4000}+))?+""")
_CLOSE = re.compile(r"[\s/]*+>")
_BRACKETED = (("<!--", "-->"), ("<![", "]>"), ("<!", ">"), ("<?", ">"))  # dropped with what they hold
_END = {name: re.compile(rf"</{name}\s*+>", re.I) for name in HIDDEN}
_DECLARATION = re.compile(r"<!doctype\b|<!--|<!\[(?:if|endif|CDATA)\b|<\?(?:xml|php)\b", re.I)


def fix_html(text: str) -> Iterator[Edit]:
    """Drop tags, comments, scripts and styles, and decode entities; a block tag becomes a line break.

    >>> list(fix_html("<p>Gut &amp; <b>billig</b></p>"))
    [(0, 3, '\\n'), (7, 12, '&'), (13, 16, ''), (22, 26, ''), (26, 30, '\\n')]

    Leaves alone brackets and ampersands that are no markup, and words in brackets that are no tags.

    >>> list(fix_html("<3 a < b x<y >:( <grins> AT&T &c; <b and c>"))
    []
    """
    if "<" not in text and "&" not in text:
        return
    absent: set[str] = set()  # closing marks known not to follow: each is looked for to the end of the text at most once
    position = 0
    while start := _START.search(text, position):
        edit = _entity(text, start.start()) if start.group() == "&" else _bracket(text, start.start(), absent)
        if edit is None:
            position = start.end()
        else:
            yield edit
            position = edit[1]


def _entity(text: str, start: int) -> Edit | None:
    match = _ENTITY.match(text, start)
    if not match:
        return None
    name = match.group(1)  # without the repeated "amp;" of an entity that was escaped several times
    value = html.unescape(f"&{name}") if name.startswith("#") else html5.get(name)
    return None if value is None or value == match.group() else (start, match.end(), value)


def _bracket(text: str, start: int, absent: set[str]) -> Edit | None:
    if text[start + 1] in "!?":
        return _declaration(text, start, absent)
    end, name = _tag(text, start)
    if not end:
        return None
    if name in HIDDEN:
        return start, _hidden(text, name, end, absent), " "
    return start, end, "\n" if name in BLOCK else " " if name in CELL else ""


def _tag(text: str, start: int) -> tuple[int, str]:
    """End and name of the tag that starts here; 0 where none does."""
    match = _NAME.match(text, start)
    name = match.group(1).lower() if match else ""
    known = name in BLOCK or name in INLINE or name in CELL or name in HIDDEN or (match and ":" in match.group())
    if match is None or not known:
        return 0, name
    position = match.end()
    while attribute := _ATTRIBUTE.match(text, position):
        if attribute.group(2) is None and attribute.group(1).lower() not in FLAGS:
            return 0, name
        position = attribute.end()
    close = _CLOSE.match(text, position)
    return (close.end() if close else 0), name


def _declaration(text: str, start: int, absent: set[str]) -> Edit | None:
    if not _DECLARATION.match(text, start):
        return None
    mark, closing = next((a, b) for a, b in _BRACKETED if text.startswith(a, start))
    if closing in absent:
        return None
    end = text.find(closing, start + len(mark))
    if end < 0:
        absent.add(closing)
        return None
    return start, end + len(closing), " "


def _hidden(text: str, name: str, end: int, absent: set[str]) -> int:
    """End of the element whose opening tag ends at `end`; of that tag alone where it is never closed."""
    if name in absent:
        return end
    closing = _END[name].search(text, end)
    if not closing:
        absent.add(name)
        return end
    return closing.end()
