"""What is known of a model's errors in a language, from its evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipeline.errors import ModelError
from pipeline.stats.pooling import fitted_beta
from pipeline.stats.proportions import Array
from pipeline.tables import LABELS

MIN_LABELS = 10  # labelled texts of a class, below which nothing is known of how it is read


@dataclass(frozen=True)
class Detection:
    """How an aspect is detected: Beta distributions of finding it where it is and of inventing it where it is not."""

    found: tuple[float, float]
    invented: tuple[float, float]


@dataclass(frozen=True)
class LanguageErrors:
    """Counts of one language, rows are true; None where nobody counted, or too few texts for it."""

    document: Array | None = None  # (4, 4), labels of `LABELS`
    polarity: Array | None = None  # (4, 4), of aspects that were there and detected
    mention: Mapping[str, Detection] = field(default_factory=dict)
    precision: float | None = None  # part of detected aspects that were there
    said: Array | None = None  # (4, 4 * bins), true label x (label said, bin of its probability): for the warning light
    edges: tuple[float, ...] = ()  # between the bins
    source: str = "the model's evaluation"


def read_errors(evaluation: Mapping[str, Any]) -> dict[str, LanguageErrors]:
    """By language, from a model's evaluation.json. An evaluation without error counts gives nothing.

    Raises ModelError when the counts have another form than `pipeline/train/mentions.py` writes.
    """
    errors, confusion = evaluation.get("errors", {}), evaluation.get("confusion", {})
    try:
        documents = {lang: np.array(table)[:, :4] for lang, table in (errors or confusion).get("document", {}).items()}
        return {
            lang: LanguageErrors(
                _counts(table),
                _counts(np.array(errors["polarity"][lang])) if lang in errors.get("polarity", {}) else None,
                _detections(errors.get("mention", {}).get(lang, {})),
                _precision(errors.get("mention", {}).get(lang, {})),
                **_said(errors, lang),
            )
            for lang, table in documents.items()
        }
    except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise ModelError(
            f"The model's evaluation.json holds error counts of an unknown form ({error}). "
            "Write them with pipeline/train/mentions.py, or remove `errors` and `confusion` from it: shares are then shown as classified."
        ) from error


def _counts(table: Any) -> Array:
    counts = np.asarray(table, dtype=np.float64)
    if counts.shape != (len(LABELS), len(LABELS)) or (counts < 0).any():
        raise ValueError(f"a table of {counts.shape}, not 4 x 4 counts")
    return counts


def _said(errors: Mapping[str, Any], lang: str) -> dict[str, Any]:
    if lang not in errors.get("confidence", {}):
        return {}
    table, edges = np.asarray(errors["confidence"][lang], dtype=np.float64), tuple(float(edge) for edge in errors["edges"])
    if table.shape != (len(LABELS), len(LABELS) * (len(edges) + 1)) or (table < 0).any():
        raise ValueError(f"a table by confidence of {table.shape}, not 4 x {len(LABELS) * (len(edges) + 1)} counts")
    return {"said": table, "edges": edges} if (table.sum(axis=1) >= MIN_LABELS).all() else {}


def _detections(tables: Mapping[str, Any]) -> dict[str, Detection]:
    """Each aspect's own counts on top of how all aspects of the language are found: few texts mention any one aspect."""
    if not tables:
        return {}
    counts = {aspect: np.asarray(table, dtype=np.float64) for aspect, table in tables.items()}
    if any(table.shape != (2, 2) for table in counts.values()):
        raise ValueError("mentions are not 2 x 2 counts")
    there, absent = (np.array([table[row] for table in counts.values()]) for row in (0, 1))
    found, invented = (fitted_beta(rows[:, 0], rows.sum(axis=1)) for rows in (there, absent))
    return {
        aspect: Detection((found[0] + t[0, 0], found[1] + t[0, 1]), (invented[0] + t[1, 0], invented[1] + t[1, 1]))
        for aspect, t in counts.items()
    }


def _precision(tables: Mapping[str, Any]) -> float | None:
    total = sum((np.asarray(table, dtype=np.float64) for table in tables.values()), np.zeros((2, 2)))
    return float(total[0, 0] / total[:, 0].sum()) if total[:, 0].sum() else None
