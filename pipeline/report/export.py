"""Findings and estimates for other systems, as docs/schema/findings-1.json describes them."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from pipeline.report import limits as limiting
from pipeline.report import reasons
from pipeline.report.board import Place
from pipeline.report.content import Content
from pipeline.report.findings import Row
from pipeline.report.inputs import ReportInputs
from pipeline.report.sentences import sentence, split_sentence
from pipeline.report.speech import Speech

SCHEMA = "polyvox-findings-1"
NUMBERS = ("value", "low", "high", "n", "n_other", "authors")  # of those that the table has


def export(content: Content, inputs: ReportInputs, speech: Speech) -> str:
    """The JSON: what came in, what was found and how sure it is, what cannot be said, and every estimate."""
    values = {
        "schema": SCHEMA,
        "title": inputs.title,
        "languages": [voice.lang for voice in speech.voices],
        "confidence": inputs.confidence,
        "model": inputs.model.get("name"),
        "coverage": _coverage(inputs),
        "findings": [
            {
                **{"group": found.rule.group, "rule": found.rule.message, "table": found.rule.table, "measure": found.row["measure"]},
                **_place(found.lang, found.place),
                "estimate": _numbers(found.beside or found.row),
                **{"q_value": found.row.get("q_value"), "family": found.rule.family or None, "compared": found.compared},
                **{"grade": mark.name, "doubts": list(mark.doubts)},
                "sentence": _sentences(speech, partial(sentence, found, inputs.confidence)),
            }
            for found, mark in content.findings
        ],
        "contested": [
            {
                **{"rule": found.message, "lang": found.lang, "brand": found.brand, "aspect": found.aspect},
                "sentence": _sentences(speech, partial(split_sentence, found, inputs.confidence)),
            }
            for found in content.contested
        ],
        "limits": [
            *(
                {"about": "unknown", "sentence": _sentences(speech, partial(limiting.say_unknown, each, inputs.confidence))}
                for each in content.limits.unknown
            ),
            *(
                {"about": each.key.removeprefix("limits."), "sentence": _sentences(speech, partial(limiting.say, each))}
                for each in content.limits.sentences
            ),
        ],
        "tables": {name: _rows(table) for name, table in {"estimates": inputs.estimates, **inputs.tables}.items()},
    }
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _coverage(inputs: ReportInputs) -> dict[str, Any]:
    coverage = inputs.coverage
    rejected = {reason["reason"]: reason["count"] for reason in coverage.get("rejects", [])}
    return {
        "records": coverage.get("records", 0),
        "texts": coverage.get("documents", 0),
        "rejects": [{"reason": reasons.rejected(name).key.removeprefix("reject."), "records": rejected[name]} for name in sorted(rejected)],
        "languages": dict(coverage.get("languages", {})),
        "unscored": coverage.get("unscored", 0),
        "duplicates": dict(coverage.get("duplicates", {})),
    }


def _place(lang: str | None, place: Place) -> dict[str, str | None]:
    return {"lang": lang, "kind": place[0], "name": place[1]}


def _numbers(row: Row) -> dict[str, Any]:
    return {**{name: row[name] for name in NUMBERS if name in row}, "measure": row["measure"], "method": row["method"]}


def _sentences(speech: Speech, say: Any) -> dict[str, str]:
    return {voice.lang: say(voice).striptags() for voice in speech.voices}


def _rows(table: pa.Table) -> Mapping[str, Any]:
    """A table as columns and rows: a third of the size of a list of objects."""
    columns = [[_finite(value) for value in column.to_pylist()] for column in table.columns]
    return {"columns": table.column_names, "rows": [list(row) for row in zip(*columns, strict=True)]}


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: what is not a number is unknown."""
    return None if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))) else value
