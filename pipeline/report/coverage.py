"""What came in and what became of it: counts of one part, which add up over parts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.aggregate.lineup import line_up
from pipeline.languages import UNDETERMINED
from pipeline.report.excerpts import excerpt
from pipeline.tables import UNSCORED

EXCERPTS = 5  # per reason: enough to see what is wrong with the rows

NOTES = ("duplicate_ids", "lines_repaired", "surrogates_replaced")  # counts of the reader that a user should be told


class RejectReason(TypedDict):
    """Rows rejected for one reason; each excerpt has source, line and excerpt."""

    reason: str
    count: int
    sources: dict[str, int]
    excerpts: list[dict[str, Any]]


class Source(TypedDict, total=False):
    """One file: `encoding`, `columns` (field -> column name) and `notes` are known to the reader only."""

    source: str
    documents: int
    rejects: int
    encoding: str
    columns: dict[str, str]
    notes: list[dict[str, Any]]  # a message of the section `coverage`, and its facts


class Coverage(TypedDict, total=False):
    """Counts of a run. `records` = `documents` + rejected rows."""

    records: int
    documents: int
    rejects: list[RejectReason]
    sources: list[Source]
    languages: dict[str, int]
    duplicates: dict[str, int]
    unscored: int
    undetermined: int


def describe(documents: pa.Table, texts: pa.Table, languages: pa.Table, sentiment: pa.Table, rejects: pa.Table) -> Coverage:
    """The coverage of one part. Excerpts of rejects are masked and freed of hidden characters."""
    rows = line_up(documents, languages, sentiment)
    spoken = _counts(rows["lang"])
    accepted, refused = _counts(documents["source"]), _counts(rejects["source"])
    return Coverage(
        records=len(documents) + len(rejects),
        documents=len(documents),
        rejects=_reasons(rejects),
        sources=[Source(source=name, documents=accepted[name], rejects=refused[name]) for name in sorted(accepted | refused)],
        languages=dict(spoken),
        duplicates=dict(_counts(texts["duplicate"])),
        unscored=_counts(rows["label"])[UNSCORED],
        undetermined=spoken[UNDETERMINED],
    )


def combine(parts: Iterable[Coverage], reading: Mapping[str, Mapping[str, Any]] | None = None) -> Coverage:
    """The coverage of all parts, in the order given; `reading` adds the reader's facts to sources by name.

    Taken from them: `encoding`, `columns` (field -> column), `not_understood` (column -> values left empty) and the counts in `NOTES`.
    """
    numbers: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    duplicates: Counter[str] = Counter()
    reasons: dict[str, RejectReason] = {}
    sources = {name: Source(source=name, documents=0, rejects=0) for name in reading or {}}
    for part in parts:
        numbers.update(
            {"records": part["records"], "documents": part["documents"], UNSCORED: part["unscored"], UNDETERMINED: part["undetermined"]}
        )
        languages.update(part["languages"])
        duplicates.update(part["duplicates"])
        for more in part["rejects"]:
            _add_reason(reasons.setdefault(more["reason"], _reason(more["reason"])), more)
        for each in part["sources"]:
            source = sources.setdefault(each["source"], Source(source=each["source"], documents=0, rejects=0))
            source["documents"] += each["documents"]
            source["rejects"] += each["rejects"]
    for name, facts in (reading or {}).items():
        sources[name].update(Source(encoding=facts.get("encoding", ""), columns=facts.get("columns", {}), notes=_notes(facts)))
    return Coverage(
        records=numbers["records"],
        documents=numbers["documents"],
        rejects=sorted(reasons.values(), key=lambda each: (-each["count"], each["reason"])),
        sources=[source for _, source in sorted(sources.items())],
        languages=dict(sorted(languages.items())),
        duplicates=dict(sorted(duplicates.items())),
        unscored=numbers[UNSCORED],
        undetermined=numbers[UNDETERMINED],
    )


def _notes(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    counted: list[dict[str, Any]] = [{"note": name, "n": facts[name]} for name in NOTES if facts.get(name)]
    missed = facts.get("not_understood", {}).items()
    return counted + [{"note": "not_understood", "column": column, "n": number} for column, number in missed if number]


def _reasons(rejects: pa.Table) -> list[RejectReason]:
    found: dict[str, RejectReason] = {}
    for row in rejects.to_pylist():
        reason = found.setdefault(row["reason"], _reason(row["reason"]))
        reason["count"] += 1
        reason["sources"][row["source"]] = reason["sources"].get(row["source"], 0) + 1
        if len(reason["excerpts"]) < EXCERPTS:
            reason["excerpts"].append({"source": row["source"], "line": row["line"], "excerpt": excerpt(row["excerpt"]).text})
    return list(found.values())


def _reason(name: str) -> RejectReason:
    return RejectReason(reason=name, count=0, sources={}, excerpts=[])


def _add_reason(reason: RejectReason, more: RejectReason) -> None:
    reason["count"] += more["count"]
    reason["sources"] = dict(Counter(reason["sources"]) + Counter(more["sources"]))
    reason["excerpts"] = (reason["excerpts"] + more["excerpts"])[:EXCERPTS]


def _counts(column: pa.ChunkedArray) -> Counter[str]:
    return Counter({row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()})
