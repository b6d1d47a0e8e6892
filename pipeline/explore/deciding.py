"""Conflicts, drivers and changes of a run, each with the naive number that most reports would print in its place."""

from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.tables import LABELS

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.explore.opened import OpenedRun

SHOWN = 5  # aspects a language where nothing but the naive number is known
TEXT = ["value", "low", "high", "n", "authors", "finding", "reason"]
NAIVE = {
    "conflicts": "4pq of the plain counts of texts that praise and blame",
    "drivers": "share of all complaints",
    "changes": "plain difference of the means",
}


def beside(run: "OpenedRun", name: str) -> "pd.DataFrame":
    """One of the three tables, the naive number in the column `naive`, in the order in which the naive numbers would impress.

    Rows: an aspect of a language (conflicts, drivers), or an event, brand and measure of a language (changes). A withheld value is missing, and `reason` says why.
    """
    makers = {"conflicts": _conflicts, "drivers": _drivers, "changes": _changes}
    if name not in makers:
        raise UsageError(f"{name!r}: there are {', '.join(makers)}.")
    found = makers[name](run)
    return found.sort_values("naive", key=abs, ascending=False, kind="stable").reset_index(drop=True)


def _opinions(run: "OpenedRun") -> "pd.DataFrame":
    """A row per text and aspect: whether it is praised in it, whether it is blamed."""
    found = run.aspects.merge(run.overview[["doc_id", "lang"]], on="doc_id")
    found = found.assign(praised=found.polarity == "positive", blamed=found.polarity == "negative")
    return found.groupby(["lang", "category", "doc_id"], as_index=False)[["praised", "blamed"]].any().rename(columns={"category": "aspect"})


def _conflicts(run: "OpenedRun") -> "pd.DataFrame":
    """4pq of the texts that only praise and only blame."""
    sides = _opinions(run)
    sides = sides[sides.praised ^ sides.blamed]
    counts = sides.groupby(["lang", "aspect"], as_index=False)[["praised", "blamed"]].sum()
    counts["naive"] = 4 * counts.praised * counts.blamed / (counts.praised + counts.blamed) ** 2
    kept = run.conflicts[(run.conflicts.measure == "conflict_index") & run.conflicts.brand.isna()]
    return counts[counts.praised * counts.blamed > 0].merge(kept[["lang", "aspect", "p_split", *TEXT]], on=["lang", "aspect"])


def _drivers(run: "OpenedRun") -> "pd.DataFrame":
    """Importance for the ratings, beside the share of complaints."""
    blamed = _opinions(run).groupby(["lang", "aspect"], as_index=False)[["blamed"]].sum()
    blamed["naive"] = blamed.blamed / blamed.groupby("lang").blamed.transform("sum")
    known = run.drivers[run.drivers.measure == "importance"]
    measured = blamed.merge(known.dropna(subset=["aspect"])[["lang", "aspect", *TEXT]], on=["lang", "aspect"])
    whole = known[known.aspect.isna()][["lang", *TEXT]]  # languages of which no driver can be told
    most = blamed.sort_values("blamed", ascending=False, kind="stable").groupby("lang").head(SHOWN)
    return _stacked([measured, most.merge(whole, on="lang")])


def _changes(run: "OpenedRun") -> "pd.DataFrame":
    """Before and after each event of the settings; raises UsageError where there is none."""
    kept = run.changes[run.changes.kind.str.startswith("before_after") & run.changes.event.notna()]
    if not len(kept):
        raise UsageError('No event is named. Estimate again with some: run.again(events=(Event(date(2026, 4, 1), "new prices"),)).')
    texts = run.overview
    rows = []
    for each in kept.to_dict("records"):
        if each["kind"] == "before_after" and isinstance(each["lang"], str):
            here = texts[(texts.lang == each["lang"]) & (texts.brand.eq(each["brand"]) if isinstance(each["brand"], str) else True)]
            rows.append(each | {"naive": _difference(here, each["at"], each["measure"])})
    columns = ["event", "at", "lang", "brand", "measure", "naive", *TEXT]
    return _stacked(rows, columns)


def _difference(texts: "pd.DataFrame", day: str, measure: str) -> float:
    """Mean after less mean before."""
    scored = texts[texts.label.isin(LABELS) if measure == "share_negative" else texts.rating.notna()]
    values = (scored.label == "negative").astype(float) if measure == "share_negative" else scored.rating.astype(float)
    later = scored.time.astype(str).str[:10] >= day
    return float(values[later].mean() - values[~later & scored.time.notna()].mean())


def _stacked(parts: Any, columns: Any = None) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(parts, columns=columns) if columns else pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
