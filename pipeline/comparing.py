"""What changed between two runs: the same cells in both, second less first, with intervals."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline import manifest
from pipeline.errors import UsageError
from pipeline.stats.mover import Estimated, difference
from pipeline.store import Store
from pipeline.tables import ESTIMATES

KEY = ESTIMATES.key
COMPARED = "mention_rate", "mean_rating", "share_negative", "share_neutral", "share_positive", "share_mixed", "share_unscored"
FALSE_DISCOVERY = 0.05  # of the changes named, so many may be chance


@dataclass(frozen=True)
class Change:
    """A cell shown in both runs. `q_value` is adjusted for all cells compared (Benjamini & Hochberg 1995)."""

    cell: dict[str, str | None]
    first: dict[str, float]
    second: dict[str, float]
    value: float
    low: float
    high: float
    p_value: float
    q_value: float
    corrected: bool  # both estimates are corrected for the model's errors


@dataclass(frozen=True)
class Comparison:
    """All changes, the surest first, and what stands in the way of reading them as changes of the customers' minds."""

    changes: tuple[Change, ...]
    only_first: int  # cells shown in one run and not in the other
    only_second: int
    warnings: tuple[str, ...]

    @property
    def named(self) -> tuple[Change, ...]:
        """Those that survive the adjustment for how many were compared."""
        return tuple(change for change in self.changes if change.q_value <= FALSE_DISCOVERY)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"named": len(self.named)}


def compare(first: Path, second: Path) -> Comparison:
    """Compare the estimates of two run folders. Raises UsageError where one holds none, or their levels of confidence differ.

    The samples are taken to be independent. Errors of the same model push both estimates the same way, so the intervals of corrected shares are, if
    anything, too wide.
    """
    runs = [(_shown(folder), manifest.read(folder / "run.json")) for folder in (first, second)]
    (a, about_a), (b, about_b) = runs
    levels = [about.get("config", {}).get("aggregate", {}).get("confidence", 0.95) for _, about in runs]
    if levels[0] != levels[1]:
        raise UsageError(f"The runs have intervals of {levels[0]:g} and {levels[1]:g}. Make them with the same [aggregate] confidence.")
    both = sorted(a.keys() & b.keys(), key=lambda key: tuple(part or "" for part in key))
    changes = _changes([a[key] for key in both], [b[key] for key in both], levels[0])
    changes.sort(key=lambda change: (change.q_value, -abs(change.value)))
    return Comparison(tuple(changes), len(a) - len(both), len(b) - len(both), tuple(_warnings(about_a, about_b, changes)))


def _shown(folder: Path) -> dict[tuple[Any, ...], dict[str, Any]]:
    store = Store(folder)
    if not store.parts(ESTIMATES.name):
        raise UsageError(f"{folder} holds no estimates/. Name the --out folder of a finished run.")
    rows = pa.concat_tables(list(store.scan(ESTIMATES))).to_pylist()
    return {tuple(row[name] for name in KEY): row for row in rows if row["value"] is not None and row["measure"] in COMPARED}


def _changes(first: list[dict[str, Any]], second: list[dict[str, Any]], confidence: float) -> list[Change]:
    from scipy.stats import false_discovery_control

    if not first:
        return []
    sides = [
        Estimated(*(np.array([row[name] for row in rows], dtype=np.float64) for name in Estimated._fields)) for rows in (first, second)
    ]
    found = difference(sides[0], sides[1], confidence)
    q_values = false_discovery_control(found.p_value, method="bh")
    numbers = zip(*(each.tolist() for each in (*found, q_values)), strict=True)
    return [
        Change({name: b[name] for name in KEY}, _facts(a), _facts(b), value, low, high, p_value, q_value, _corrected(a) and _corrected(b))
        for a, b, (value, low, high, p_value, q_value) in zip(first, second, numbers, strict=True)
    ]


def _facts(row: dict[str, Any]) -> dict[str, float]:
    return {name: row[name] for name in ("value", "low", "high", "n", "authors")}


def _corrected(row: dict[str, Any]) -> bool:
    return str(row["method"]).startswith("corrected")


def _warnings(first: dict[str, Any], second: dict[str, Any], changes: list[Change]) -> list[str]:
    differing = [
        ("models", "The runs were read by different models: a change may come from the model."),
        ("code", "The runs were made by different versions of Polyvox: a change may come from the program."),
    ]
    said = [words for name, words in differing if first.get(name) != second.get(name)]
    kinds = Counter(change.corrected for change in changes)
    if kinds[False]:
        said.append(f"{kinds[False]} of {len(changes)} numbers are not corrected for the model's errors in both runs.")
    return said
