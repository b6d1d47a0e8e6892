"""What cannot be said from this run, counted."""

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa

from pipeline.languages import BY_CODE, OTHER_PREFIX
from pipeline.report import wording
from pipeline.report.coverage import Coverage


@dataclass(frozen=True)
class Limits:
    """Sentences, and the withheld numbers by reason."""

    sentences: tuple[str, ...]
    withheld: tuple[tuple[str, int], ...]
    numbers: int  # shown and withheld


def limits(estimates: pa.Table, coverage: Coverage) -> Limits:
    """Counts of the withheld, and a sentence for each kind of text that the shares leave out."""
    reasons = [reason for reason in estimates["reason"].to_pylist() if reason is not None]
    withheld = Counter(wording.rule(reason) for reason in reasons)
    return Limits(tuple(_sentences(coverage)), tuple(sorted(withheld.items(), key=lambda each: (-each[1], each[0]))), len(estimates))


def _sentences(coverage: Coverage) -> list[str]:
    languages = coverage.get("languages", {})
    other = {code: number for code, number in languages.items() if code.startswith(OTHER_PREFIX)}
    named = sorted(other.items(), key=lambda each: (-each[1], each[0]))[:10]
    copies = coverage.get("duplicates", {})
    rejected = sum(reason["count"] for reason in coverage.get("rejects", []))
    facts = (
        (
            sum(other.values()),
            "in languages outside the five: " + ", ".join(f"{code.removeprefix(OTHER_PREFIX)} {number}" for code, number in named) + ".",
        ),
        (coverage.get("undetermined", 0), "too short or too unclear to name a language."),
        (coverage.get("unscored", 0), "unscored: no sentiment was likely enough. They are in no share of a sentiment."),
        (copies.get("exact", 0), "an exact copy of an earlier text. Each still counts as a text."),
        (copies.get("near", 0), "nearly the same as an earlier text. Each still counts as a text."),
    )
    sentences = [f"{wording.plural(number, 'text')} {'is' if number == 1 else 'are'} {what}" for number, what in facts if number]
    if rejected:
        sentences.append(f"{wording.plural(rejected, 'record')} could not be used at all; the reasons stand under Coverage.")
    if missing := [language.name for code, language in BY_CODE.items() if not languages.get(code)]:
        sentences.append(f"Nothing can be said about {', '.join(missing)}: no text came in.")
    return sentences
