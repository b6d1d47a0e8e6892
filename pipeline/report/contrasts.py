"""Differences between languages, brands and channels: how large, how sure among so many, and how far the model's mistakes are in them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from markupsafe import Markup

from pipeline.languages import CODES
from pipeline.report import reasons
from pipeline.report.amounts import SURE, points, q_value
from pipeline.report.board import WHOLE, Board, Place
from pipeline.report.kept_back import KeptBack
from pipeline.report.quotable import Quotable
from pipeline.report.reasons import Reason
from pipeline.report.voice import Voice

LABELS = ("negative", "positive")  # of which differences are shown; the others stand in the file
REST = "rest"
COLUMNS = ("brand", "channel", "period", "aspect")


@dataclass(frozen=True)
class Kind:
    """A table: the columns of its cells, and whether they are set against the rest of their group or against another language.

    Of a table that is not `whole` only the differences that are called so are listed.
    """

    name: str
    columns: tuple[str, ...]
    rest: bool
    whole: bool


KINDS = (
    Kind("languages", (), False, True),
    Kind("brand", ("brand",), True, True),
    Kind("channel", ("channel",), True, True),
    Kind("aspect", ("aspect",), False, False),
    Kind("brand_aspect", ("brand", "aspect"), True, False),
    Kind("channel_aspect", ("channel", "aspect"), True, False),
)
MOST_ROWS = 25
# How the estimates say that the errors of a language were taken account of -> message.
READINGS = (
    (r"labelled sample: .*?(?P<n>\d+) labelled texts", "double"),
    (r"corrected.*?error counts of your labelled sample \((?P<n>\d+) labelled", "sample"),
    (r"corrected.*?error counts of the model's evaluation \((?P<n>\d+) labelled", "evaluation"),
)


@dataclass(frozen=True)
class Difference:
    """One number: in points with its interval, q-value, and what it supports: above, below or apart; or the reason why it is withheld."""

    label: str
    value: str = ""
    interval: str = ""
    q: str = ""
    says: str = ""
    classified: bool = False  # as classified: the model's mistakes are not in it
    quotes: str = ""
    reason: Reason | None = None


@dataclass(frozen=True)
class Pair:
    """A row: a cell, and the language it is set against (empty: the rest of its group)."""

    lang: str
    other: str
    places: tuple[Place, ...]  # what the cell is, besides the language
    n: int
    n_other: int
    row: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Table:
    """Differences of one kind; `compared` says of how many each label's q-values allow, `alike` how many rows are not listed."""

    kind: Kind
    rows: tuple[Pair, ...]
    alike: int
    compared: tuple[int, ...]
    withheld: KeptBack


@dataclass(frozen=True)
class Contrasts:
    """The section: tables, and how each language in them is read."""

    tables: tuple[Table, ...]
    read: tuple[Reason, ...]


def contrasts(table: pa.Table | None, board: Board, voice: Voice, quotable: Quotable) -> Contrasts | None:
    """The section from the table of contrasts; None where no two cells are compared."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in table.to_pylist() if table is not None else []:
        label = row["measure"].removeprefix("share_")
        if label in LABELS and row["lang"] in CODES and (kind := _kind(row)):
            found[kind.name].append({**row, "label": label})
    tables = tuple(_table(kind, found[kind.name], voice, quotable) for kind in KINDS if found[kind.name])
    langs = {row["lang"] for rows in found.values() for row in rows}
    langs |= {row["against"] for rows in found.values() for row in rows if row["against"] in CODES}
    return Contrasts(tables, tuple(reading(board, lang) for lang in CODES if lang in langs)) if tables else None


def reading(board: Board, lang: str) -> Reason:
    """How the model's mistakes in a language are taken account of, with the number of texts they were counted on."""
    estimate = board.estimate(lang, WHOLE, "share_negative")
    method = str(estimate["method"]) if estimate else ""
    for pattern, key in READINGS:
        if match := re.match(pattern, method):
            return Reason(f"differences.{key}", {"lang": lang, "n": int(match["n"])})
    return Reason("differences.unknown", {"lang": lang})


def _kind(row: Mapping[str, Any]) -> Kind | None:
    columns = tuple(name for name in COLUMNS if row[name] is not None)
    return next((kind for kind in KINDS if kind.columns == columns and kind.rest == (row["against"] == REST)), None)


def _table(kind: Kind, rows: Sequence[dict[str, Any]], voice: Voice, quotable: Quotable) -> Table:
    by_pair: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_pair[row["lang"], row["against"], *(row[name] for name in kind.columns)].append(row)
    shown = [pair for pair in by_pair.values() if any(row["reason"] is None for row in pair)]
    shown.sort(key=lambda pair: min((row["q_value"] for row in pair if row["q_value"] is not None), default=1.0))
    listed = [pair for pair in shown if kind.whole or any(_sure(row) for row in pair)][:MOST_ROWS]
    compared = tuple(max((row["compared"] or 0 for row in rows if row["label"] == label), default=0) for label in LABELS)
    pairs = tuple(_pair(kind, pair, voice, quotable) for pair in listed)
    return Table(kind, pairs, len(shown) - len(listed), compared, KeptBack.of(rows))


def _pair(kind: Kind, rows: Iterable[dict[str, Any]], voice: Voice, quotable: Quotable) -> Pair:
    by_label = {row["label"]: row for row in rows}
    first = next(iter(by_label.values()))
    lang, places = first["lang"], tuple((name, first[name]) for name in kind.columns)
    place = places[0] if len(places) == 1 else None if places else WHOLE  # of two columns there are no quotes
    found = tuple(_difference(by_label.get(label), label, quotable.quotes(lang, place, label), voice) for label in LABELS)
    other = first["against"] if not kind.rest else ""
    return Pair(lang, other, places, first["n"], first["n_other"], quotable.row(lang, place), found)


def _difference(row: Mapping[str, Any] | None, label: str, quotes: str, voice: Voice) -> Difference:
    if row is None or row["reason"] is not None:
        return Difference(label, reason=reasons.withheld(row["reason"]) if row else Reason("withheld.nothing", {}))
    value, interval = points(voice, row["value"], row["low"], row["high"])
    says = "apart" if not _sure(row) else "above" if row["value"] > 0 else "below"
    return Difference(label, value, interval, q_value(voice, row["q_value"]), says, "not corrected" in row["method"], quotes)


def _sure(row: Mapping[str, Any]) -> bool:
    return row["q_value"] is not None and row["q_value"] < SURE


def names(pair: Pair, voice: Voice, name: Any) -> Markup:
    """What a row is about, `name` saying a place: a brand and its language, or one language less another."""
    language = Markup(
        voice.language(pair.lang) if not pair.other else f"{voice.language(pair.lang)} \N{MINUS SIGN} {voice.language(pair.other)}"
    )
    parts = [Markup("{}").format(name(place, pair.lang, voice)) for place in pair.places]
    return Markup("{}: {}").format(language, voice.listed(parts)) if parts else language
