"""The tables of the report: which rows, which cells, which quotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.languages import BY_CODE, direction
from pipeline.report import wording
from pipeline.report.board import WHOLE, Board, Estimate, Place
from pipeline.report.figure import forest
from pipeline.tables import LABELS, UNSCORED

MOST_ROWS = {"brand": 25, "channel": 25, "period": 24, "aspect": 40}  # what a page can hold; the rest is in estimates.csv
HEADINGS = {"brand": "By brand", "channel": "By channel", "period": "By month", "aspect": "Aspects"}
SHARES = tuple(f"share_{label}" for label in LABELS)
EACH = 1  # quotes per number in the rows of brands, channels and months: the language and aspect rows show all


@dataclass(frozen=True)
class Cell:
    """One number of a row: `kind` names the column (a label, mention, rating)."""

    kind: str
    value: str = ""
    interval: str = ""
    n: str = ""
    figure: str = ""  # drawn by `figure.forest`, the only markup here
    reason: str = ""  # why nothing is shown
    span: int = 1


@dataclass(frozen=True)
class Quote:
    """A quote cut at its term."""

    before: str
    term: str
    after: str
    lang: str
    direction: str
    source: str
    line: int
    doc_id: str


@dataclass(frozen=True)
class Row:
    """A row of numbers and the quotes behind them, by label."""

    id: str
    name: str
    texts: str
    authors: str
    cells: tuple[Cell, ...]
    quotes: tuple[tuple[str, tuple[Quote, ...]], ...]


@dataclass(frozen=True)
class Section:
    """A table with its heading; `more` rows are left to the file."""

    id: str
    kind: str
    heading: str
    columns: tuple[str, ...]  # kinds of cells
    rows: tuple[Row, ...]
    more: int = 0

    @property
    def any_shown(self) -> bool:
        """Whether at least one number is not withheld."""
        return any(not cell.reason for row in self.rows for cell in row.cells)


def row_id(lang: str, place: Place, board: Board) -> str:
    """The anchor of a row: made of numbers, never of names from the data.

    Only languages of `languages.py` have rows, so their code is safe to use.
    """
    kind, name = place
    return f"{lang}-{kind}-{board.names(lang, kind).index(name)}" if kind else f"{lang}-all"


def section(board: Board, lang: str, kind: str, names: Mapping[str, str]) -> Section | None:
    """The table of a column (`kind` empty: of the language as a whole); None where it has no cells."""
    places: list[Place] = [(kind, name) for name in board.names(lang, kind)] if kind else [WHOLE]
    places = [place for place in places if board.estimates.get(lang, {}).get(place)]
    if not places:
        return None
    chosen = _most(board, lang, kind, places)
    columns = _columns(board, lang, kind, chosen)
    rows = tuple(_row(board, lang, place, columns, names) for place in chosen)
    return Section(f"{lang}-{kind or 'whole'}", kind, HEADINGS.get(kind, "Sentiment"), columns, rows, len(places) - len(chosen))


def language_row(board: Board, lang: str) -> Row:
    """A language in the overview, without quotes."""
    cells = _cells(board, lang, WHOLE, (*SHARES, f"share_{UNSCORED}"))
    return Row(f"overview-{lang}" if lang in BY_CODE else "", wording.language(lang), *_texts(board, lang, WHOLE), cells, ())


def _most(board: Board, lang: str, kind: str, places: list[Place]) -> list[Place]:
    """The rows that fit: months the latest, in order of time; others the largest first."""
    most = MOST_ROWS.get(kind, 1)
    if kind == "period":
        return places[-most:]
    measure = SHARES[0]
    size = {place: (board.estimate(lang, place, measure) or {"n": 0})["n"] for place in places}
    return sorted(places, key=lambda place: -size[place])[:most]


def _columns(board: Board, lang: str, kind: str, places: Sequence[Place]) -> tuple[str, ...]:
    columns = ("mention_rate", *SHARES) if kind == "aspect" else SHARES
    columns += (f"share_{UNSCORED}",) if not kind else ()
    rated = any(board.estimate(lang, place, "mean_rating") for place in places)
    return (*columns, "mean_rating") if rated else columns


def _row(board: Board, lang: str, place: Place, columns: tuple[str, ...], names: Mapping[str, str]) -> Row:
    kind, name = place
    shown = wording.aspect(name, names) if kind == "aspect" else name or f"All {wording.language(lang)} texts"
    cells = _cells(board, lang, place, columns)
    quotes = _quotes(board, lang, place) if _may_quote(board, lang, kind, cells) else ()
    return Row(row_id(lang, place, board), shown, *_texts(board, lang, place), cells, quotes)


def _texts(board: Board, lang: str, place: Place) -> tuple[str, str]:
    """Texts and authors of the row: those that mention the aspect, or all of the cell."""
    found = board.estimate(lang, place, SHARES[0] if place[0] == "aspect" else f"share_{UNSCORED}") or {"n": 0, "authors": 0}
    return wording.count(found["n"]), wording.count(found["authors"])


def _cells(board: Board, lang: str, place: Place, columns: Sequence[str]) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for measure in columns:
        cell = _cell(measure, board.estimate(lang, place, measure))
        last = cells[-1] if cells else None
        if last and cell.reason and cell.reason == last.reason and {cell.kind, last.kind} <= set(LABELS):
            cells[-1] = Cell(last.kind, reason=last.reason, span=last.span + 1)
        else:
            cells.append(cell)
    return tuple(cells)


def _cell(measure: str, estimate: Estimate | None) -> Cell:
    kind = {"mention_rate": "mention", "mean_rating": "rating"}.get(measure) or measure.removeprefix("share_")
    if estimate is None:
        return Cell(kind, reason="nothing to count")
    if estimate["value"] is None:
        return Cell(kind, reason=estimate["reason"] or "unknown")
    numbers = (estimate["value"], estimate["low"], estimate["high"])
    value, interval = wording.rating(*numbers) if kind == "rating" else wording.share(*numbers)
    drawn = "" if kind == "rating" else forest(*numbers, f"{value}, interval {interval.replace(wording.DASH, ' to ')}")
    return Cell(kind, value, interval, wording.count(estimate["n"]), drawn)


def _may_quote(board: Board, lang: str, kind: str, cells: Sequence[Cell]) -> bool:
    """Rows of a brand, channel or month in which nothing is shown could point at a person; an aspect of a whole language does not."""
    if kind in ("", "aspect"):
        return any(board.shown(lang, WHOLE, measure) for measure in SHARES)
    return any(not cell.reason for cell in cells)


def _quotes(board: Board, lang: str, place: Place) -> tuple[tuple[str, tuple[Quote, ...]], ...]:
    found = board.quotes.get((lang, place), {})
    labels = LABELS if place[0] else (*LABELS, UNSCORED)
    most = EACH if place[0] in ("brand", "channel", "period") else None
    return tuple((label, tuple(_quote(row) for row in found[label][:most])) for label in labels if found.get(label))


def _quote(row: dict[str, Any]) -> Quote:
    text, start, end = row["excerpt"], row["start"], row["end"]
    place = (wording.language_tag(row["lang"]), direction(row["lang"]), row["source"], row["line"], row["doc_id"])
    return Quote(text[:start], text[start:end], text[end:], *place)
