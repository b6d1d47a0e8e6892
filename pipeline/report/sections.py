"""The tables of the report: which rows, which cells, which quotes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.languages import BY_CODE
from pipeline.report import reasons
from pipeline.report.board import WHOLE, Board, Estimate, Place
from pipeline.report.figure import forest
from pipeline.report.reasons import Reason
from pipeline.report.voice import Voice, shares
from pipeline.tables import LABELS, UNSCORED

MOST_ROWS = {"brand": 25, "channel": 25, "period": 24, "aspect": 40}  # what a page can hold; the rest is in estimates.csv
SHARES = tuple(f"share_{label}" for label in LABELS)
EACH = 1  # quotes per number in the rows of brands, channels and months: the language and aspect rows show all
DASH = "\N{EN DASH}"


@dataclass(frozen=True)
class Cell:
    """One number of a row: `kind` names the column (a label, mention, rating)."""

    kind: str
    value: str = ""
    interval: str = ""
    n: int = 0
    figure: str = ""  # drawn by `figure.forest`, the only markup here
    reason: Reason | None = None  # why nothing is shown
    span: int = 1
    quotes: str = ""  # anchor of the quotes behind it


@dataclass(frozen=True)
class Row:
    """A row of numbers and the quotes behind them, by label."""

    id: str
    lang: str
    place: Place
    texts: int
    authors: int
    cells: tuple[Cell, ...]
    quotes: tuple[tuple[str, tuple[dict[str, Any], ...]], ...] = ()
    forms: str = ""  # of a term: how it is written, and how often


@dataclass(frozen=True)
class Section:
    """A table; `more` rows are left to the file."""

    id: str
    kind: str
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


def section(board: Board, lang: str, kind: str, voice: Voice) -> Section | None:
    """The table of a column (`kind` empty: of the language as a whole); None where it has no cells. `voice` writes the numbers."""
    places: list[Place] = [(kind, name) for name in board.names(lang, kind)] if kind else [WHOLE]
    places = [place for place in places if board.estimates.get(lang, {}).get(place)]
    if not places:
        return None
    chosen = _most(board, lang, kind, places)
    columns = _columns(board, lang, kind, chosen)
    rows = tuple(_row(board, lang, place, columns, voice) for place in chosen)
    kinds = tuple(_kind(measure) for measure in columns)
    return Section(f"{lang}-{kind or 'whole'}", kind, kinds, rows, len(places) - len(chosen))


def language_row(board: Board, lang: str, voice: Voice) -> Row:
    """A language in the overview, without quotes."""
    cells = _cells(board, lang, WHOLE, (*SHARES, f"share_{UNSCORED}"), voice, "")
    return Row(f"overview-{lang}" if lang in BY_CODE else "", lang, WHOLE, *_texts(board, lang, WHOLE), cells)


def _most(board: Board, lang: str, kind: str, places: list[Place]) -> list[Place]:
    """The rows that fit: months the latest, in order of time; others the largest first."""
    most = MOST_ROWS.get(kind, 1)
    if kind == "period":
        return places[-most:]
    size = {place: (board.estimate(lang, place, SHARES[0]) or {"n": 0})["n"] for place in places}
    return sorted(places, key=lambda place: -size[place])[:most]


def _columns(board: Board, lang: str, kind: str, places: Sequence[Place]) -> tuple[str, ...]:
    columns = ("mention_rate", *SHARES) if kind == "aspect" else SHARES
    columns += (f"share_{UNSCORED}",) if not kind else ()
    rated = any(board.estimate(lang, place, "mean_rating") for place in places)
    return (*columns, "mean_rating") if rated else columns


def _kind(measure: str) -> str:
    names = {"mention_rate": "mention", "detected_rate": "mention", "mean_rating": "rating"}
    return names.get(measure) or measure.removeprefix("share_").removeprefix("classified_")


def _row(board: Board, lang: str, place: Place, columns: tuple[str, ...], voice: Voice) -> Row:
    anchor = row_id(lang, place, board)
    cells = _cells(board, lang, place, columns, voice, anchor)
    quotes = _quotes(board, lang, place) if _may_quote(board, lang, place[0], cells) else ()
    quoted = {label for label, _ in quotes}
    cells = tuple(cell if cell.kind in quoted else _without_quotes(cell) for cell in cells)
    return Row(anchor, lang, place, *_texts(board, lang, place), cells, quotes)


def _without_quotes(cell: Cell) -> Cell:
    return Cell(cell.kind, cell.value, cell.interval, cell.n, cell.figure, cell.reason, cell.span)


def _texts(board: Board, lang: str, place: Place) -> tuple[int, int]:
    """Texts and authors of the row: those that mention the aspect, or all of the cell."""
    found = board.estimate(lang, place, SHARES[0] if place[0] == "aspect" else f"share_{UNSCORED}") or {"n": 0, "authors": 0}
    return found["n"], found["authors"]


def _cells(board: Board, lang: str, place: Place, columns: Sequence[str], voice: Voice, anchor: str) -> tuple[Cell, ...]:
    wholes = (board.shown(lang, WHOLE, measure) if place[0] and measure in SHARES else None for measure in columns)
    return joined(
        cell(measure, board.estimate(lang, place, measure), whole, voice, anchor) for measure, whole in zip(columns, wholes, strict=True)
    )


def joined(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Neighbouring labels that are withheld for the same reason as one cell that says so once."""
    found: list[Cell] = []
    for each in cells:
        last = found[-1] if found else None
        if last and each.reason and each.reason == last.reason and {each.kind, last.kind} <= set(LABELS):
            found[-1] = Cell(last.kind, reason=last.reason, span=last.span + 1)
        else:
            found.append(each)
    return tuple(found)


def cell(measure: str, estimate: Estimate | None, whole: Estimate | None, voice: Voice, anchor: str) -> Cell:
    """An estimate as a cell with its mark for the `whole`; `anchor` is that of its row, empty where no quotes stand behind it."""
    kind = _kind(measure)
    if estimate is None:
        return Cell(kind, reason=Reason("withheld.nothing", {}))
    if estimate["value"] is None:
        return Cell(kind, reason=reasons.withheld(estimate["reason"]))
    numbers = (estimate["value"], estimate["low"], estimate["high"])
    value, interval = rating(voice, *numbers) if kind == "rating" else share(voice, *numbers)
    drawn = "" if kind == "rating" else forest(*numbers, whole["value"] if whole else None)
    return Cell(kind, value, interval, estimate["n"], drawn, quotes=f"q-{anchor}-{kind}" if anchor else "")


def share(voice: Voice, value: float, low: float, high: float) -> tuple[str, str]:
    """A share and its interval as they stand in a table.

    >>> [text.replace(DASH, " to ") for text in share(Voice("en"), 0.2727, 0.0975, 0.5656)]
    ['27%', '10% to 57%']
    """
    point, left, right = (voice.share(each) for each in shares(value, low, high))
    return point, f"{left}{DASH}{right}"


def rating(voice: Voice, value: float, low: float, high: float) -> tuple[str, str]:
    """A mean rating and its interval."""
    return voice.decimal(value), f"{voice.decimal(low)}{DASH}{voice.decimal(high)}"


def _may_quote(board: Board, lang: str, kind: str, cells: Sequence[Cell]) -> bool:
    """Rows of a brand, channel or month in which nothing is shown could point at a person; an aspect of a whole language does not."""
    if kind in ("", "aspect"):
        return any(board.shown(lang, WHOLE, measure) for measure in SHARES)
    return any(not cell.reason for cell in cells)


def _quotes(board: Board, lang: str, place: Place) -> tuple[tuple[str, tuple[dict[str, Any], ...]], ...]:
    found = board.quotes.get((lang, place), {})
    labels = LABELS if place[0] else (*LABELS, UNSCORED)
    most = EACH if place[0] in ("brand", "channel", "period") else None
    return tuple((label, tuple(found[label][:most])) for label in labels if found.get(label))
