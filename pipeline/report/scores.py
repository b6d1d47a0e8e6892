"""How well the model reads each language, as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.languages import CODES
from pipeline.report.sections import DASH
from pipeline.report.voice import Voice

TASKS = ("document", "sentence", "categories", "terms")  # as evaluation.json names them


@dataclass(frozen=True)
class Score:
    """A score with its interval, as written in a table; empty where it was not measured."""

    value: str = ""
    interval: str = ""
    n: int = 0


def scores(rows: Sequence[Mapping[str, Any]], voice: Voice) -> list[tuple[str, tuple[Score, ...]]]:
    """A row of scores, one per task, for each language with any."""
    found = {(row["lang"], row["task"]): row for row in rows}
    return [
        (lang, tuple(_score(found.get((lang, task)), voice) for task in TASKS))
        for lang in CODES
        if any((lang, task) in found for task in TASKS)
    ]


def alike(rows: Sequence[Mapping[str, Any]], languages: Sequence[str], voice: Voice) -> list[tuple[str, Score, Score]]:
    """How well and how alike the languages of a run are read: whole comments, and texts that say the same in two languages."""
    found = {(row["lang"], row["task"]): row for row in rows}
    return [(lang, _score(found.get((lang, "document")), voice), _score(found.get((lang, "consistency")), voice)) for lang in languages]


def _score(row: Mapping[str, Any] | None, voice: Voice) -> Score:
    if row is None:
        return Score()
    return Score(voice.decimal(row["value"]), f"{voice.decimal(row['low'])}{DASH}{voice.decimal(row['high'])}", row["n"])
