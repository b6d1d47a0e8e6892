"""Who is not here: what the shares leave out, counted."""

import re
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.languages import BY_CODE, OTHER_PREFIX
from pipeline.report.coverage import Coverage
from pipeline.report.evidence import file_name
from pipeline.report.reasons import Reason

# How the estimates of a language say that they are weighted, or why they are not -> message.
WEIGHTS = (
    (r"weighted by survey weights", "survey"),
    (r"; raked to the margins of", "raked"),
    (r"not raked: the texts of this language", "not_raked"),
    (r"not raked: the margins of", "too_far"),
)
MOST_NAMED = 10  # sources, languages outside the five, brands


def absent(coverage: Coverage, estimates: pa.Table, mentions: pa.Table | None = None) -> tuple[Reason, ...]:
    """A sentence (of section `limits`) on weights, and for each kind of people or text that the shares leave out; tables as in `tables.py`."""
    return (*_weights(estimates), *_from(coverage), *_texts(coverage), *_untagged(mentions))


def _weights(estimates: pa.Table) -> Iterator[Reason]:
    """By what numbers are weighted, and the languages in which known shares could not be reached; or that none is."""
    methods = estimates.group_by("lang", use_threads=False).aggregate([("method", "first")])
    said = dict(zip(methods["lang"].to_pylist(), methods["method_first"].to_pylist(), strict=True))
    found = {key: tuple(code for code in BY_CODE if re.search(pattern, said.get(code) or "")) for pattern, key in WEIGHTS}
    if not found["survey"] and not found["raked"]:
        yield Reason("limits.unweighted", {})
    yield from (Reason(f"limits.{key}", {"codes": codes}) for key, codes in found.items() if codes)


def _from(coverage: Coverage) -> Iterator[Reason]:
    sources, languages = coverage.get("sources", []), coverage.get("languages", {})
    if sources:
        largest = sorted(sources, key=lambda each: (-each["documents"], each["source"]))[:MOST_NAMED]
        named = tuple((file_name(each["source"]), each["documents"]) for each in largest)
        yield Reason("limits.sources", {"n": len(sources), "files": named})
    if missing := tuple(code for code in BY_CODE if not languages.get(code)):
        yield Reason("limits.missing", {"codes": missing})


def _texts(coverage: Coverage) -> Iterator[Reason]:
    languages, copies = coverage.get("languages", {}), coverage.get("duplicates", {})
    other = {code: number for code, number in languages.items() if code.startswith(OTHER_PREFIX)}
    named = tuple(sorted(other.items(), key=lambda each: (-each[1], each[0]))[:MOST_NAMED])
    counted: tuple[tuple[str, int, dict[str, Any]], ...] = (
        ("other_languages", sum(other.values()), {"named": named}),
        ("undetermined", coverage.get("undetermined", 0), {}),
        ("unscored", coverage.get("unscored", 0), {}),
        ("exact", copies.get("exact", 0), {}),
        ("near", copies.get("near", 0), {}),
        ("rejected", sum(reason["count"] for reason in coverage.get("rejects", [])), {}),
    )
    yield from (Reason(f"limits.{key}", {"n": number, **facts}) for key, number, facts in counted if number)


def _untagged(mentions: pa.Table | None) -> Iterator[Reason]:
    """Of each listed brand, all languages together, the share of its comments that bear its tag; where none is listed, that nobody looked."""
    if mentions is None:
        return
    if not mentions["brand"].is_valid().to_numpy(zero_copy_only=False).any():
        yield Reason("limits.no_brands", {})
        return
    wanted = pc.and_(pc.and_(pc.equal(mentions["measure"], "share_tagged"), pc.is_null(mentions["lang"])), pc.is_valid(mentions["value"]))
    rows = sorted(mentions.filter(wanted).to_pylist(), key=lambda row: (-row["n"], row["brand"]))
    for row in rows[:MOST_NAMED]:
        yield Reason("limits.untagged", {"brand": row["brand"], "n": row["n"], "numbers": (row["value"], row["low"], row["high"])})
