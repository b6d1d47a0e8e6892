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


class RejectReason(TypedDict):
    """Rows rejected for one reason; each excerpt has source, line and excerpt."""

    reason: str
    count: int
    sources: dict[str, int]
    excerpts: list[dict[str, Any]]


class Source(TypedDict, total=False):
    """One file: `encoding` and `columns` (field -> column name) are known to the reader only."""

    source: str
    documents: int
    rejects: int
    encoding: str
    columns: dict[str, str]


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
    """The coverage of all parts, in the order given; `reading` adds facts (encoding, columns) to sources by name."""
    total = Coverage(records=0, documents=0, rejects=[], sources=[], languages={}, duplicates={}, unscored=0, undetermined=0)
    reasons: dict[str, RejectReason] = {}
    sources: dict[str, Source] = {name: Source(source=name, documents=0, rejects=0) for name in reading or {}}
    for part in parts:
        for name in ("records", "documents", "unscored", "undetermined"):
            total[name] += part[name]
        for name in ("languages", "duplicates"):
            total[name] = dict(Counter(total[name]) + Counter(part[name]))
        for more in part["rejects"]:
            _add_reason(reasons.setdefault(more["reason"], RejectReason(reason=more["reason"], count=0, sources={}, excerpts=[])), more)
        for each in part["sources"]:
            source = sources.setdefault(each["source"], Source(source=each["source"], documents=0, rejects=0))
            source["documents"] += each["documents"]
            source["rejects"] += each["rejects"]
    total["rejects"] = sorted(reasons.values(), key=lambda each: (-each["count"], each["reason"]))
    total["sources"] = [Source(**{**source, **(reading or {}).get(name, {})}) for name, source in sorted(sources.items())]
    return total


def _reasons(rejects: pa.Table) -> list[RejectReason]:
    found: dict[str, RejectReason] = {}
    for row in rejects.to_pylist():
        reason = found.setdefault(row["reason"], RejectReason(reason=row["reason"], count=0, sources={}, excerpts=[]))
        reason["count"] += 1
        reason["sources"][row["source"]] = reason["sources"].get(row["source"], 0) + 1
        if len(reason["excerpts"]) < EXCERPTS:
            reason["excerpts"].append({"source": row["source"], "line": row["line"], "excerpt": excerpt(row["excerpt"]).text})
    return list(found.values())


def _add_reason(reason: RejectReason, more: RejectReason) -> None:
    reason["count"] += more["count"]
    reason["sources"] = dict(Counter(reason["sources"]) + Counter(more["sources"]))
    reason["excerpts"] = (reason["excerpts"] + more["excerpts"])[:EXCERPTS]


def _counts(column: pa.ChunkedArray) -> Counter[str]:
    return Counter({row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()})
