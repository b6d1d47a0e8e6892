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
    (r"fewer than (?P<limit>\d+) rated texts(?: \(n=(?P<n>\d+)\))?", "rated"),
    (r"no aspect is praised and blamed", "praised"),
    (r"fewer than (?P<limit>\d+) cells to rank", "cells"),
    (r"one side is withheld", "side"),
    (r"one side is estimated from a labelled sample", "sampled"),
    (r"effective n below (?P<limit>\d+)", "effective"),
    (r"interval wider than (?P<limit>\d+) points", "width"),
    (r"fewer than (?P<limit>\d+) authors who were answered and rated again \((?P<n>\d+)\)", "recovery_answered"),
    (r"fewer than (?P<limit>\d+) authors who were unanswered and rated again \((?P<n>\d+)\)", "recovery_unanswered"),
    (r"fewer than (?P<limit>\d+) authors", "authors"),
    (r"would reveal a cell of fewer than (?P<limit>\d+) authors", "revealing"),
    (r"texts of fewer than (?P<limit>\d+) weeks", "weeks"),
    (r"fewer than (?P<limit>\d+) months before it", "months"),
    (r"other brands: ", "others"),
    (r"the change itself is withheld", "change"),
    (r"no text (before|after)", "one_sided"),
    (r"no text (has|states) a time", "undated"),
    (r"no dated text is about it", "not_about"),
    (r"fewer than (?P<limit>\d+) (dated )?texts of others to compare with", "few_others"),
    (r"fewer than (?P<limit>\d+) other rated brands", "few_brands"),
    (r"no text has a rating", "unrated"),
    (r"no rated text has a label", "unlabelled"),
    (r"ratings are not whole stars", "not_stars"),
    (r"no complaint was watched for (?P<limit>\d+) days", "watched"),
    (r"answered and unanswered complainers cannot be matched", "unmatched"),
    (r"no complaint has a time", "no_timed_reply"),
    (r"no text names it", "unnamed"),
    (r"left out: no time stated", "left_out_undated"),
    (r"left out: answered, but", "left_out_reply_undated"),
    (r"left out: the answer is dated", "left_out_reply_earlier"),
    (r"left out: complained", "left_out_not_again"),
    (r"left out: nobody", "left_out_unmatched"),
    (r"ratings do not vary", "ratings"),
    (r"no interval can be computed", "interval"),
    (r"the model's evaluation does not say how surely", "unmeasured"),
    (r"the counts contradict|the two cells cannot both come", "matrix"),
)
COUNTED = {"texts": "texts_any", "rated": "rated_any"}  # said with the number that there is, or without it
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
    return Reason(f"withheld.{key if 'n' in facts else COUNTED.get(key, key)}", facts)


def general(reason: str | None) -> Reason:
    """The same without the number of the cell, to be counted over cells."""
    found = withheld(reason)
    key = found.key.removeprefix("withheld.")
    return Reason(f"withheld.{COUNTED.get(key, key)}", {k: v for k, v in found.facts.items() if k != "n"})


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
