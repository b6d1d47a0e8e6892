"""Decision tables of rows given by hand."""

from typing import Any

import feedback_tables as feedback
import numpy as np
import pyarrow as pa

from pipeline.aggregate.stage import decide, record
from pipeline.config import AggregateConfig
from pipeline.contract import conform


def tables(rows: list[dict[str, Any]], config: AggregateConfig, parts: int = 1, errors: Any = None) -> dict[str, pa.Table]:
    """All decision tables of these rows, divided into parts; `errors` are the model's by language."""
    pieces = [feedback.run_of(rows[start::parts]) for start in range(parts)]
    recorded = [record(run.documents, run.texts, run.languages, run.sentiment, run.aspects, config=config) for run in pieces]
    made = decide([records for records, _ in recorded], [opinions for _, opinions in recorded], config=config, seed=1, errors=errors)
    return {spec.name: conform(table, spec) for spec, table in made}


def rows_of(table: pa.Table, **wanted: Any) -> list[dict[str, Any]]:
    """Rows with these values."""
    return [row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items())]


def one(table: pa.Table, **wanted: Any) -> dict[str, Any]:
    """The only row with these values."""
    found = rows_of(table, **wanted)
    assert len(found) == 1, (wanted, len(found))
    return found[0]


def day(number: int) -> str:
    """A day of 2026, from 0."""
    return str(np.datetime64("2026-01-01") + number)
