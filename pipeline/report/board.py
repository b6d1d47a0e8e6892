"""Find an estimate by its place: which language, which column, which value, which measure."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

KINDS = ("brand", "channel", "period", "aspect")
WHOLE = ("", "")  # kind and name of a language as a whole

Estimate = dict[str, Any]
Place = tuple[str, str]  # kind, name


@dataclass(frozen=True)
class Board:
    """Estimates and quotes of cells that are a language, or a language and one more column; the rest stays in the file."""

    estimates: dict[str, dict[Place, dict[str, Estimate]]]  # lang -> place -> measure
    quotes: dict[tuple[str, Place], dict[str, list[dict[str, Any]]]]  # (lang, place) -> label

    @classmethod
    def of(cls, estimates: pa.Table, quotes: pa.Table) -> "Board":
        """Index both tables, in their order."""
        found: dict[str, dict[Place, dict[str, Estimate]]] = defaultdict(lambda: defaultdict(dict))
        for row in _simple(estimates).to_pylist():
            found[row["lang"]][_place(row)][row["measure"]] = row
        quoted: dict[tuple[str, Place], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        for row in _simple(quotes).to_pylist():
            quoted[row["lang"], _place(row)][row["label"]].append(row)
        return cls({lang: dict(places) for lang, places in found.items()}, dict(quoted))

    def estimate(self, lang: str, place: Place, measure: str) -> Estimate | None:
        """The estimate, withheld or not; None where there is none."""
        return self.estimates.get(lang, {}).get(place, {}).get(measure)

    def shown(self, lang: str, place: Place, measure: str) -> Estimate | None:
        """The estimate if it is not withheld."""
        found = self.estimate(lang, place, measure)
        return found if found and found["value"] is not None else None

    def names(self, lang: str, kind: str) -> list[str]:
        """The values of a column that have cells in a language, in the order of the table."""
        return [name for found, name in self.estimates.get(lang, {}) if found == kind]


def _simple(table: pa.Table) -> pa.Table:
    stated = [table[name].is_valid().cast(pa.int8()) for name in KINDS]
    number = pc.add(pc.add(stated[0], stated[1]), pc.add(stated[2], stated[3]))
    return table.filter(pc.and_(pc.less_equal(number, 1), table["lang"].is_valid()))


def _place(row: dict[str, Any]) -> Place:
    return next(((kind, row[kind]) for kind in KINDS if row[kind] is not None), WHOLE)
