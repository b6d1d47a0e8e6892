"""Findings and estimates for other systems, as docs/schema/findings-1.json describes them."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import pyarrow as pa

from pipeline.report import limits as limiting
from pipeline.report import reasons
from pipeline.report.board import Estimate, Place
from pipeline.report.content import Content
from pipeline.report.inputs import ReportInputs
from pipeline.report.speech import Speech
from pipeline.report.wording import finding_words, split_words

SCHEMA = "polyvox-findings-1"
NUMBERS = ("value", "low", "high", "n", "authors")


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
                **{"rule": found.message, "measure": found.measure, **_place(found.lang, found.place)},
                **{"estimate": _numbers(found.cell), "language": _numbers(found.whole)},
                **{"grade": mark.name, "doubts": list(mark.doubts)},
                "sentence": _sentences(speech, partial(finding_words, found, inputs.confidence)),
            }
            for found, mark in content.findings
        ],
        "contested": [
            {
                **_place(found.lang, found.place),
                **{"negative": _numbers(found.negative), "positive": _numbers(found.positive)},
                "sentence": _sentences(speech, partial(split_words, found)),
            }
            for found in content.contested
        ],
        "limits": [
            {"about": each.key.removeprefix("limits."), "sentence": _sentences(speech, partial(limiting.say, each))}
            for each in content.limits.sentences
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


def _place(lang: str, place: Place) -> dict[str, str]:
    return {"lang": lang, "kind": place[0], "name": place[1]}


def _numbers(estimate: Estimate) -> dict[str, Any]:
    return {**{name: estimate[name] for name in NUMBERS}, "method": estimate["method"]}


def _sentences(speech: Speech, say: Any) -> dict[str, str]:
    return {voice.lang: say(voice).striptags() for voice in speech.voices}


def _rows(table: pa.Table) -> Mapping[str, Any]:
    """A table as columns and rows: a third of the size of a list of objects."""
    columns = [[_finite(value) for value in column.to_pylist()] for column in table.columns]
    return {"columns": table.column_names, "rows": [list(row) for row in zip(*columns, strict=True)]}


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: what is not a number is unknown."""
    return None if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))) else value
