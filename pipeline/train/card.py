"""Write a model's evaluation.json and card.md. Every number in them comes from the run that writes them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.evaluate import sections
from pipeline.evaluate.document import paragraphs
from pipeline.evaluate.measuring import dumped
from pipeline.evaluate.sections import Section, Table
from pipeline.languages import BY_CODE, CODES
from pipeline.tables import LABELS, UNSCORED
from pipeline.train.language.card import card as language

TASKS = (("document", "document sentiment"), ("sentence", "sentence sentiment"), ("terms", "aspect terms"), ("categories", "aspects"))
PARTS = (("document", "document sentiment"), ("terms", "aspect terms"), ("categories", "aspects"))
EXAMPLES = 3  # failures shown of a language; evaluation.json has more
Values = Mapping[str, Any]


def write(folder: Path, values: Values) -> None:
    """Write both files."""
    (folder / "evaluation.json").write_text(dumped(values), encoding="utf-8")
    (folder / "card.md").write_text(card(folder.name, values), encoding="utf-8")


def own_test_table(values: Values) -> str:
    """The scores on the test split of our own corpus, a row a language, as Markdown; the README shows it."""
    cells = {(r["lang"], r["task"]): r for r in values["scores"] if r["corpus"] == "own" and r["split"] == "test"}
    lines = ["| | " + " | ".join(name for _, name in TASKS) + " |", "| --- " * (len(TASKS) + 1) + "|"]
    for lang in CODES:
        row = [cells[lang, task] for task, _ in TASKS]
        shown = (f"{r['value']:.2f} ({r['low']:.2f} to {r['high']:.2f}; n {r['n']})" for r in row)
        lines.append(f"| {BY_CODE[lang].name} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def card(name: str, values: Values) -> str:
    """The card as Markdown, made from evaluation.json alone: a section for everything that it holds."""
    if name == "language":
        return language(values)
    head = [f"# Model `{name}`", "Written by code from `evaluation.json`; do not edit.", values["summary"]["what"]]
    told = (paragraph for needs, section in SECTIONS if needs in values for paragraph in paragraphs(section(values)))
    return "\n\n".join([*head, *told]) + "\n"


def _trained(values: Values) -> Section:
    summary = values["summary"]
    rows = [(row["corpus"], row["texts"], row["licence"]) for row in summary["trained_on"]]
    leaks = f"{summary['leaks_removed']} training texts were removed because the same letters occur in an evaluation text."
    return Section("trained", "Trained on", [leaks], [Table("", ("corpus", "texts", "licence as stated"), rows)])


def _reached(values: Values) -> Section:
    rows = [
        (r["task"], r["corpus"], r["lang"], r["split"], r["n"], r["metric"], f"{r['value']:.2f}", f"{r['low']:.2f} to {r['high']:.2f}")
        for r in sorted(values["scores"], key=lambda r: (r["corpus"], r["lang"], r["split"]))
    ]
    how = (
        "Values with 95 % intervals; `own` is data/corpus, whose test split no training or tuning saw. Signatures are in `evaluation.json`."
    )
    return Section(
        "reached", "Reaches", [how], [Table("", ("task", "corpus", "language", "split", "n", "metric", "value", "interval"), rows)]
    )


def _parts(values: Values) -> Section:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for r in values["parts"]:
        if (r["corpus"], r["split"]) == ("own", "test"):
            found.setdefault((r["side"], r["lang"], r["within"]), {})[r["task"]] = r
    tables = []
    for side in dict.fromkeys(key[0] for key in sorted(found)):
        rows = [
            (BY_CODE[lang].name, within, *(_value(cells.get(task)) for task, _ in PARTS))
            for (each, lang, within), cells in sorted(found.items(), key=lambda item: (CODES.index(item[0][1]), item[0][2]))
            if each == side
        ]
        tables.append(Table(f"By {side}", ("", side, *(name for _, name in PARTS)), rows))
    how = "Our own test split; the measures are those of the table above. Parts with too few items are left out; other corpora are in `evaluation.json`."
    return Section("parts", "By length, genre and variety", [how], tables)


def _value(row: Values | None) -> str:
    return "" if row is None else f"{row['value']:.2f} ({row['low']:.2f} to {row['high']:.2f}; n {row['n']})"


def _confusion(values: Values) -> Section:
    errors = values["errors"]
    tables = [
        Table(BY_CODE[lang].name, ("true", *LABELS, UNSCORED), [(label, *row) for label, row in zip(LABELS, matrix, strict=True)])
        for lang, matrix in errors["document"].items()
    ]
    how = f"Our own dev and test texts, document label; rows are true, columns what was said. `{UNSCORED}`: no label reached {errors['threshold']}."
    return Section("confusion", "What is taken for what", [how], tables)


def _abstention(values: Values) -> Section:
    """The risk-coverage curve, and where the threshold of the settings lies on it."""
    section, errors = sections.thresholds(values), values["errors"]
    rows = []
    for lang, matrix in errors["document"].items():
        counts = np.array(matrix)
        kept, wrong = counts[:, :-1].sum(), counts[:, :-1].sum() - np.trace(counts[:, :-1])
        rows.append((BY_CODE[lang].name, int(counts.sum()), f"{kept / counts.sum():.1%}", f"{wrong / kept:.1%}"))
    title = f"At {errors['threshold']}, the threshold that a run has unless told otherwise (our own dev and test texts)"
    return Section(
        section.id, section.heading, section.sentences, [*section.tables, Table(title, ("", "texts", "kept", "wrong of these"), rows)]
    )


def _cost(values: Values) -> Section:
    cost = values["cost"]
    said = (
        f"{cost['texts_a_second']:.0f} texts a second on one core of the machine that measured it ({cost['texts']} of our own texts, {cost['words_a_text']:.0f} words on "
        f"average; other work may have been running); {cost['model_megabytes']:.1f} MB on disk, the tokenizer and word embeddings of `encoder` included."
    )
    memory = f"A process that reads them peaks at {cost['peak_megabytes']:,.0f} MB of memory." if cost["peak_megabytes"] else ""
    return Section("cost", "Cost", [f"{said} {memory}".rstrip()])


def _settings(values: Values) -> Section:
    return Section(
        "settings", "Settings chosen on dev", ["\n".join(f"- {key}: {value}" for key, value in values["summary"]["settings"].items())]
    )


def _weaknesses(values: Values) -> Section:
    return Section("weaknesses", "Known weaknesses", ["\n".join(f"- {each}" for each in values["summary"]["weaknesses"])])


def _failures(values: Values) -> Section:
    """The surest errors on our own dev texts."""
    lines, shown = [], dict.fromkeys(CODES, 0)
    for row in values["gallery"]:
        if shown.setdefault(row["lang"], 0) < EXAMPLES:
            shown[row["lang"]] += 1
            lines.append(
                f"- {BY_CODE[row['lang']].name}, `{row['id']}`: {row['true']}, read as {row['said']} ({row['probability']:.2f}). {_quoted(row['text'])}"
            )
    how = f"The errors on our own dev texts that the model was surest of, at most {EXAMPLES} a language; `evaluation.json` has more, with the aspects missed and invented."
    return Section("failures", "Known failures", [how, "\n".join(lines)])


def _quoted(text: str) -> str:
    """A text as code, in which nothing is markup.

    >>> print(_quoted("<b> a `b` ``c"))
    `` <b> a `b` ''c ``
    """
    return "`` " + text.replace("``", "''") + " ``"


SECTIONS: tuple[tuple[str, Callable[[Values], Section]], ...] = (  # what a section needs of evaluation.json, and what makes it
    ("summary", _trained),
    ("scores", _reached),
    ("parts", _parts),
    ("errors", _confusion),
    ("calibration", sections.calibration),
    ("calibration", _abstention),
    ("slices", sections.slices),
    ("cost", _cost),
    ("summary", _settings),
    ("summary", _weaknesses),
    ("gallery", _failures),
)
