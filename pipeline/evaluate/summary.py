"""An evaluation in a few sentences, which stand first: the rest of the page says how they are known."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.evaluate.tasks import LEAST, MAIN
from pipeline.languages import CODES
from pipeline.report.english import count, language

Row = Mapping[str, Any]


def summary(values: Row) -> Iterator[str]:
    """What somebody who reads nothing else should know, from evaluation.json alone."""
    if values["comparison"]:
        yield from values["comparison"]["words"]
    yield from _scores(values)
    yield from _calibrated(values["calibration"])
    yield weakest(values["slices"])


def weakest(slices: Row) -> str:
    """Which parts of the texts are read worse than the rest, beyond chance."""
    if not slices["compared"]:
        return f"No part has {LEAST} texts with a document label and as many to compare with."
    shown = [r for r in slices["worst"] if r["stands_out"]]
    if not shown:
        return f"None of {count(slices['compared'])} parts of the texts has more wrong document labels than chance explains."
    word = "; ".join(f"{language(r['lang'])}, {r['part']}: {r['wrong']:.0%} wrong against {r['rest']:.0%}" for r in shown)
    more = slices["standing_out"] - len(shown)
    return f"More wrong document labels than chance explains: {word}{f'; and {more} more parts' if more else ''}."


def _scores(values: Row) -> Iterator[str]:
    """The range of the first score over the languages, and whether it beats the baselines."""
    for task in MAIN:
        own = [
            r for r in values["scores"] if (r["task"], r["metric"]) == (task.name, task.metric) and not r["side"] and r["value"] is not None
        ]
        if own:
            low, high = min(own, key=_value), max(own, key=_value)
            span = f"from {_said(low)} to {_said(high)}" if len(own) > 1 else _said(low)
            agreed = [
                r["value"] for r in values["ceiling"] if (r["task"], r["metric"]) == (task.name, task.metric) and r["value"] is not None
            ]
            people = f"; two annotators agree to {min(agreed):.2f} or better" if agreed else ""
            yield f"{task.title[0].upper()}{task.title[1:]}, {task.metric}: {span}{people}.{_beside(own, values['baselines'])}"
            return


def _beside(own: Sequence[Row], baselines: Sequence[Row]) -> str:
    """In which languages the interval lies above those of all baselines; with whose it overlaps elsewhere."""
    same = ("task", "metric", "corpus", "lang", "split", "side")
    above, not_above = [], []
    for r in sorted(own, key=_place):
        others = [b for b in baselines if b["value"] is not None and all(b[name] == r[name] for name in same)]
        if others:
            best = max(others, key=lambda b: float(b["high"]))
            if r["low"] > best["high"]:
                above.append(language(r["lang"]))
            else:
                not_above.append(f"{language(r['lang'])} ({best['reader']}: {best['value']:.2f})")
    said = f" Above every baseline, interval from interval, in {_listed(above)}." if above else ""
    return said + (f" Not clearly above a baseline in {_listed(not_above)}." if not_above else "")


def _calibrated(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    off, fine = (_listed([language(r["lang"]) for r in sorted(rows, key=_place) if r["ece"]["off"] == wanted]) for wanted in (True, False))
    parts = [f"are off in {off}" if off else "", f"are not distinguishable from a calibrated model's in {fine}" if fine else ""]
    yield f"Its probabilities {' and '.join(part for part in parts if part)}."


def _said(row: Row) -> str:
    return f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f}) in {language(row['lang'])}"


def _place(row: Row) -> int:
    return CODES.index(row["lang"]) if row["lang"] in CODES else len(CODES)


def _value(row: Row) -> float:
    return float(row["value"])


def _listed(words: Sequence[str]) -> str:
    """
    >>> _listed([]), _listed(["a"]), _listed(["a", "b", "a"])
    ('', 'a', 'a and b')
    """
    names = list(dict.fromkeys(words))
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
