"""Everything a report is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.report.coverage import Coverage
from pipeline.report.quotes import QUOTES
from pipeline.report.readings import READINGS
from pipeline.report.term_quotes import TERM_QUOTES


@dataclass(frozen=True)
class ReportInputs:
    """Tables and facts. Nothing here says when: the same inputs give the same report, byte for byte."""

    estimates: pa.Table  # tables.ESTIMATES
    coverage: Coverage
    tables: Mapping[str, pa.Table] = field(default_factory=dict)  # what else was computed, by name: for the workbook and the JSON
    quotes: pa.Table = field(default_factory=QUOTES.empty_table)
    term_quotes: pa.Table = field(default_factory=TERM_QUOTES.schema.empty_table)  # behind the table `terms`
    readings: pa.Table = field(default_factory=READINGS.empty_table)  # of a small run, else empty
    model: Mapping[str, Any] = field(default_factory=dict)  # facts of the model card, nested as they are
    scores: Sequence[Mapping[str, Any]] = ()  # of the model on texts it never saw, as in evaluation.json
    labels: Mapping[str, tuple[int | None, int | None]] = field(
        default_factory=dict
    )  # language -> labels needed to show a share, and for about 5 points; None: all are too few
    weaknesses: Sequence[str] = ()  # of the model, in English
    config: Mapping[str, Any] = field(default_factory=dict)  # settings that shaped the numbers
    aspect_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> aspect id -> name
    title: str = ""  # empty: said in the language of the report
    language: str = "en"  # of the report, or two: cy,en
    confidence: float = 0.95  # of the intervals, said in words
