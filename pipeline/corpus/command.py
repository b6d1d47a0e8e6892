"""`polyvox corpus check`: a table of what was checked and what was found."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import taxonomy
from pipeline.corpus.balance import FULL
from pipeline.corpus.check import Report, check, rules
from pipeline.corpus.format import Fault
from pipeline.corpus.rules import DOUBTS
from pipeline.corpus.tabular import plain
from pipeline.tables import LABELS

SHOWN = 20  # faults, doubts of a kind: a screen; the counts are of all


def check_command(paths: Sequence[Path]) -> tuple[str, bool]:
    """Check corpora against the installed taxonomy: the text to print, and whether they are sound (exit code 0 or 1)."""
    report = check(paths, taxonomy.load())
    return "\n".join(_lines(report)), report.ok


def _lines(report: Report) -> Iterator[str]:
    yield plain(["language", "texts", "opinions", *LABELS], _languages(report))
    yield ""
    yield from _kinds("rule", rules(), report.faults)
    yield from _listed("Faults", report.faults)
    yield ""
    yield from _kinds("second look", [(rule.name, rule.asks) for rule in DOUBTS], report.doubts)
    yield from _listed("Doubts", [doubt for doubt in report.doubts if doubt.rule != "silent"])
    if report.shortfalls:
        yield f"\nBelow target (of {FULL} texts a language, scaled to its size):"
        yield from (f"  {each}" for each in report.shortfalls)
    yield ""
    yield _verdict(report)


def _languages(report: Report) -> Iterator[list[object]]:
    for lang, texts in sorted(report.texts.items()):
        own = [record for record in report.records if record.lang == lang]
        labels = Counter(record.label for record in own)
        yield [lang, texts, sum(len(record.opinions) for record in own), *(f"{labels[label] / texts:.0%}" for label in LABELS)]


def _kinds(head: str, names: Sequence[tuple[str, str]], found: Sequence[Fault]) -> Iterator[str]:
    counts = Counter(fault.rule for fault in found)
    yield plain([head, "asks", "found"], ([name, asks, counts[name] or "none"] for name, asks in names))


def _listed(title: str, found: Sequence[Fault]) -> Iterator[str]:
    if found:
        yield f"\n{title}:"
        yield from (f"  {fault.place}: {fault.rule}: {fault.message}" for fault in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN} more"


def _verdict(report: Report) -> str:
    if not report.records:
        return "No sound text was found."
    return f"{len(report.records)} texts, {len(report.faults)} faults, {len(report.doubts)} doubts, {len(report.shortfalls)} below target."
