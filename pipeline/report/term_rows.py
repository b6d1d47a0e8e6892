"""The table of a language's terms: what people talk about, in their own words."""

from collections import defaultdict
from typing import Any

import pyarrow as pa

from pipeline.report.sections import Cell, Row, Section, cell, joined
from pipeline.report.voice import Voice
from pipeline.tables import LABELS

KIND = "term"
MOST = 20  # the rest is in terms.csv
COLUMNS = ("detected_rate", *(f"classified_{label}" for label in LABELS))


def term_section(terms: pa.Table, quotes: pa.Table, lang: str, voice: Voice) -> Section | None:
    """The most frequent terms of a language (schemas `tables.TERMS`, `term_quotes.TERM_QUOTES`) as a table; None where there are none."""
    measures: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in terms.to_pylist():
        if row["lang"] == lang and row["brand"] is None and row["term"] is not None:
            measures[row["term"]][row["measure"]] = row
    said: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in quotes.to_pylist():
        if row["lang"] == lang:
            said[row["term"]][row["label"]].append(row)
    order = sorted(measures, key=lambda term: (-measures[term][COLUMNS[1]]["n"], term))[:MOST]
    rows = tuple(_row(f"{lang}-{KIND}-{i}", term, measures[term], said[term], voice) for i, term in enumerate(order))
    return Section(f"{lang}-{KIND}", KIND, ("mention", *LABELS), rows) if rows else None


def _row(anchor: str, term: str, measures: dict[str, dict[str, Any]], said: dict[str, list[dict[str, Any]]], voice: Voice) -> Row:
    shown = measures[COLUMNS[0]]["value"] is not None  # where the language is too small for that, a quote could point at a person
    said = said if shown else {}
    quotes = tuple((label, tuple(said[label])) for label in LABELS if said.get(label))
    cells = joined(_cell(anchor, measure, measures[measure], said, voice) for measure in COLUMNS)
    first = measures[COLUMNS[1]]
    return Row(anchor, first["lang"], (KIND, term), first["n"], first["authors"], cells, quotes, first["forms"])


def _cell(anchor: str, measure: str, estimate: dict[str, Any], said: dict[str, list[dict[str, Any]]], voice: Voice) -> Cell:
    label = measure.removeprefix("classified_")
    return cell(measure, estimate, None, voice, anchor if said.get(label) else "")
