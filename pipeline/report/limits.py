"""What cannot be said from this run, counted."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from pipeline.languages import BY_CODE, OTHER_PREFIX
from pipeline.report import reasons
from pipeline.report.coverage import Coverage
from pipeline.report.reasons import Reason
from pipeline.report.voice import Voice

UNCORRECTED = "^(classified|detected)_"  # measures that stand in the file only: the report shows them corrected
MOST_NAMED = 10  # languages outside the five


@dataclass(frozen=True)
class Limits:
    """Messages with their facts, and the withheld numbers by reason."""

    sentences: tuple[Reason, ...]
    withheld: tuple[tuple[Reason, int], ...]
    numbers: int  # shown and withheld

    @property
    def hidden(self) -> int:
        """How many numbers are withheld."""
        return sum(number for _, number in self.withheld)


def limits(estimates: pa.Table, coverage: Coverage) -> Limits:
    """Counts of the withheld, and a sentence for each kind of text that the shares leave out."""
    found: Counter[tuple[str, tuple[tuple[str, Any], ...]]] = Counter()
    shown = estimates.filter(pc.invert(pc.match_substring_regex(estimates["measure"], UNCORRECTED)))
    for reason in shown["reason"].drop_null().to_pylist():
        key, facts = reasons.general(reason)
        found[key, tuple(sorted(facts.items()))] += 1
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))
    withheld = tuple((Reason(key, dict(facts)), number) for (key, facts), number in ordered)
    return Limits(tuple(_sentences(coverage)), withheld, len(shown))


def _sentences(coverage: Coverage) -> Iterator[Reason]:
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
    if missing := tuple(code for code in BY_CODE if not languages.get(code)):
        yield Reason("limits.missing", {"codes": missing})


def say(sentence: Reason, voice: Voice) -> Markup:
    """A sentence of `limits` in a language."""
    facts = dict(sentence.facts)
    if "named" in facts:
        facts["list"] = voice.listed([f"{voice.language(code)} {voice.number(number)}" for code, number in facts.pop("named")])
    if "codes" in facts:
        facts["list"] = voice.listed([voice.language(code) for code in facts.pop("codes")])
    return voice.say(sentence.key, section=voice.say("heading.coverage"), **facts)
