"""The warning light of each language: whether the model says of these comments what it could say if it errs as in its evaluation (table `coverage`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.report import reasons
from pipeline.report.reasons import Reason
from pipeline.report.voice import Share

MEASURE = "label_shift"
ON = "these texts are not said as in the evaluation"  # how the table's finding begins
EVALUATED = re.compile(r"\((\d+) labelled texts\)")  # as its method says


@dataclass(frozen=True)
class Light:
    """The light of a language: `state` is a message (of section `light`); `apart` the share said otherwise than the best mixture has it, `evaluated` the texts of the evaluation."""

    lang: str
    state: str
    n: int
    authors: int
    apart: Share | None
    q_value: float | None
    evaluated: int | None
    reason: Reason | None


def lights(coverage: pa.Table | None, languages: Sequence[str]) -> tuple[Light, ...]:
    """Of the languages of the report, in their order; empty where the table is missing."""
    if coverage is None:
        return ()
    rows = {row["lang"]: row for row in coverage.filter(pc.equal(coverage["measure"], MEASURE)).to_pylist()}
    return tuple(_light(rows[lang]) for lang in languages if lang in rows)


def _light(row: dict[str, Any]) -> Light:
    found = EVALUATED.search(row["method"])
    about = {"lang": row["lang"], "n": row["n"], "authors": row["authors"], "evaluated": int(found[1]) if found else None}
    if row["value"] is None:
        return Light(**about, state="none", apart=None, q_value=None, reason=reasons.withheld(row["reason"]))
    state = "on" if str(row["finding"]).startswith(ON) else "off"
    return Light(**about, state=state, apart=Share(row["value"], 0), q_value=row["q_value"], reason=None)
