"""Write a model's evaluation.json and card.md. Every number in them comes from the run that writes them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.languages import BY_CODE, CODES
from pipeline.train.evaluate import Score
from pipeline.train.language.card import card as language

SIGNATURE = "{task}|{corpus}|{lang}|{split}|n={n}|{metric}|ci=bootstrap1000|model@{model}"


def write(
    folder: Path,
    *,
    summary: Mapping[str, Any],
    scores: Sequence[Score],
    confusion: Mapping[str, Any],
    errors: Mapping[str, Any],
    model: str,
) -> None:
    """Write both files; `model` is a short hash of the weights."""
    rows = [asdict(score) | {"signature": SIGNATURE.format(model=model, **asdict(score))} for score in scores]
    values = {"summary": summary, "scores": rows, "confusion": confusion, "errors": errors}
    (folder / "evaluation.json").write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "card.md").write_text(card(folder.name, values), encoding="utf-8")


TASKS = (("document", "document sentiment"), ("sentence", "sentence sentiment"), ("terms", "aspect terms"), ("categories", "aspects"))


def own_test_table(values: Mapping[str, Any]) -> str:
    """The scores on the test split of our own corpus, a row a language, as Markdown; the README shows it."""
    cells = {(r["lang"], r["task"]): r for r in values["scores"] if r["corpus"] == "own" and r["split"] == "test"}
    lines = ["| | " + " | ".join(name for _, name in TASKS) + " |", "| --- " * (len(TASKS) + 1) + "|"]
    for lang in CODES:
        row = [cells[lang, task] for task, _ in TASKS]
        shown = (f"{r['value']:.2f} ({r['low']:.2f} to {r['high']:.2f}; n {r['n']})" for r in row)
        lines.append(f"| {BY_CODE[lang].name} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def card(name: str, values: Mapping[str, Any]) -> str:
    """The card as Markdown, made from evaluation.json alone."""
    if name == "language":
        return language(values)
    summary = values["summary"]
    lines = [f"# Model `{name}`", "", "Written by code from `evaluation.json`; do not edit.", "", summary["what"], ""]
    lines += ["## Trained on", "", "| corpus | texts | licence as stated |", "| --- | ---: | --- |"]
    lines += [f"| {row['corpus']} | {row['texts']} | {row['licence']} |" for row in summary["trained_on"]]
    lines += ["", f"{summary['leaks_removed']} training texts were removed because the same letters occur in an evaluation text.", ""]
    lines += ["## Reaches", "", "Values with 95 % intervals; `own` is data/corpus, whose test split no training or tuning saw.", ""]
    lines += ["| task | corpus | language | split | n | metric | value | interval |", "| --- | --- | --- | --- | ---: | --- | ---: | --- |"]
    lines += [
        f"| {r['task']} | {r['corpus']} | {r['lang']} | {r['split']} | {r['n']} | {r['metric']} | {r['value']:.2f} | {r['low']:.2f} to {r['high']:.2f} |"
        for r in values["scores"]
    ]
    lines += ["", "## Confusion on our own dev and test texts, document label (rows: true)", ""]
    for lang, matrix in values["confusion"]["document"].items():
        lines += [f"### {lang}", "", "| | " + " | ".join(values["confusion"]["labels"]) + " |", "| --- " * (len(matrix) + 1) + "|"]
        lines += [
            f"| {label} | " + " | ".join(map(str, row)) + " |" for label, row in zip(values["confusion"]["labels"], matrix, strict=True)
        ]
        lines += [""]
    lines += ["## Settings chosen on dev", ""] + [f"- {key}: {value}" for key, value in summary["settings"].items()]
    lines += ["", "## Known weaknesses", ""] + [f"- {each}" for each in summary["weaknesses"]]
    return "\n".join(lines) + "\n"
