"""Recognise the reasons and remarks that the tables state, so that they can be said in any language."""

import re
from typing import Any, NamedTuple


class Reason(NamedTuple):
    """A message of the catalogue and its facts."""

    key: str
    facts: dict[str, Any]


# Pattern of the wording in the tables -> message; named groups are whole numbers. The first that fits holds.
WITHHELD = (
    (r"fewer than (?P<limit>\d+) texts(?: \(n=(?P<n>\d+)\))?", "texts"),
    (r"effective n below (?P<limit>\d+)", "effective"),
    (r"interval wider than (?P<limit>\d+) points", "width"),
    (r"fewer than (?P<limit>\d+) authors", "authors"),
    (r"ratings do not vary", "ratings"),
    (r"no interval can be computed", "interval"),
    (r"the counts contradict", "matrix"),
)
REJECTED = (
    ("no text field", "no_field"),
    ("no text", "no_text"),
    ("no letters or emoji", "no_letters"),
    (r"text of \d+ characters", "long_text"),
    ("line of more", "long_line"),
    ("JSON value of more", "long_value"),
    (r"row has \d+ fields", "fields"),
    ("unclosed quotation mark", "quote"),
    ("not JSON", "not_json"),
    ("JSON is not an object", "not_object"),
    ("the file is damaged", "damaged"),
    ("nothing to analyse: only links", "links"),
    ("nothing to analyse: only site furniture", "furniture"),
    ("nothing to analyse: only markup", "markup"),
    ("nothing to analyse: only invisible", "invisible"),
)


def withheld(reason: str | None) -> Reason:
    """Why a number is withheld.

    >>> withheld("fewer than 30 texts (n=12)")
    Reason(key='withheld.texts', facts={'limit': 30, 'n': 12})
    """
    key, facts = _recognise(reason or "", WITHHELD)
    return Reason(f"withheld.{key}" if key != "texts" or "n" in facts else "withheld.texts_any", facts)


def general(reason: str | None) -> Reason:
    """The same without the number of the cell, to be counted over cells."""
    found = withheld(reason)
    return Reason("withheld.texts_any" if found.key == "withheld.texts" else found.key, {k: v for k, v in found.facts.items() if k != "n"})


def rejected(reason: str) -> Reason:
    """Why a row was rejected.

    >>> rejected("row has 3 fields where the header has 5").key
    'reject.fields'
    """
    return Reason(f"reject.{_recognise(reason, REJECTED)[0]}", {})


def _recognise(text: str, patterns: tuple[tuple[str, str], ...]) -> tuple[str, dict[str, int]]:
    for pattern, key in patterns:
        if found := re.match(pattern, text):
            return key, {name: int(value) for name, value in found.groupdict().items() if value is not None}
    return "other", {}
