"""Where a finding leads: to its quotes, else to its numbers, else to all quotes."""

from collections.abc import Iterable, Mapping

from pipeline.report.board import WHOLE, Place
from pipeline.report.sections import Row

EVERYTHING = "quotes"  # the section of all quotes, which is always there


class Anchors:
    """The rows of the page by language and place, and the sections on single tables (`sections`: table -> anchor)."""

    def __init__(self, rows: Iterable[Row], sections: Mapping[str, str]) -> None:
        self._sections = sections
        self._rows: Mapping[tuple[str, Place], Row] = {(row.lang, row.place): row for row in rows}

    def quotes(self, lang: str | None, place: Place) -> str:
        """The anchor of the quotes of a row; where a row has none, of all quotes."""
        row = self._row(lang, place)
        return f"q-{row.id}" if row and row.quotes else EVERYTHING

    def numbers(self, lang: str | None, place: Place, table: str) -> str:
        """The anchor of the section on the table, else of the row; empty where the page has neither."""
        if table in self._sections:
            return self._sections[table]
        row = self._row(lang, place)
        return row.id if row else ""

    def _row(self, lang: str | None, place: Place) -> Row | None:
        """Of a place in all languages, the row with most texts."""
        if lang is not None:
            return self._rows.get((lang, place))
        rows = [row for (_, found), row in self._rows.items() if found == place] if place != WHOLE else []
        return max(rows, key=lambda row: row.texts, default=None)
