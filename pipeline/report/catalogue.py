"""The words of the interface: one TOML file a language, and the pieces that a message is made of."""

import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "messages"
INTERFACE = ("cy", "de", "vi", "tl", "ar", "en")  # languages that the report can be written in
PLURALS = ("zero", "one", "two", "few", "many", "other")  # the categories of CLDR

Message = str | dict[str, str]  # a text, or its plural forms by category


class Piece(NamedTuple):
    """Words, then a fact (empty: none) and how it is put into words."""

    words: str
    fact: str
    how: str


@cache
def load(lang: str) -> dict[str, Message]:
    """The messages of a language by dotted key.

    >>> load("de")["label.mixed"]
    'Gemischt'
    """
    return dict(_flat(tomllib.loads((FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))))


@cache
def pieces(message: str) -> tuple[Piece, ...]:
    """A message taken apart.

    >>> pieces("{n:number} of all")
    (Piece(words='', fact='n', how='number'), Piece(words=' of all', fact='', how=''))
    """
    return tuple(Piece(words, fact or "", how or "") for words, fact, how, _ in string.Formatter().parse(message))


def _flat(table: dict[str, Message], prefix: str = "") -> Iterator[tuple[str, Message]]:
    for name, value in table.items():
        if isinstance(value, dict) and not set(value) <= set(PLURALS):
            yield from _flat(value, f"{prefix}{name}.")  # type: ignore[arg-type]  # a section, which holds messages
        else:
            yield prefix + name, value
