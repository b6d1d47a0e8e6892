"""Where the rows of the report and the quotes behind them stand, for links from other sections."""

from collections.abc import Iterable

from pipeline.report.board import Place
from pipeline.report.sections import Row


class Quotable:
    """Anchors of rows and quotes that are on the page; the empty text where there is none."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[tuple[str, Place | None], Row] = {(row.lang, row.place): row for row in rows}

    def row(self, lang: str | None, place: Place | None) -> str:
        """The row of numbers of a place."""
        found = self._rows.get((lang or "", place))
        return found.id if found else ""

    def quotes(self, lang: str | None, place: Place | None, label: str) -> str:
        """The quotes of a place with this label."""
        found = self._rows.get((lang or "", place))
        return f"q-{found.id}-{label}" if found and any(label == each for each, _ in found.quotes) else ""
