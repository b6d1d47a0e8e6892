"""An evaluation as Markdown, and whether a committed one is stale."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.corpus.tabular import markdown
from pipeline.evaluate.sections import Section, sections

REMAKE = "Run `make evaluate` (under ten minutes on two cores) and commit docs/evaluation.json and docs/evaluation.md."


def document(values: Mapping[str, Any]) -> str:
    """The evaluation as Markdown, made from evaluation.json alone. It holds numbers, no texts."""
    return "\n\n".join(_paragraphs(values)) + "\n"


def _paragraphs(values: Mapping[str, Any]) -> Iterator[str]:
    yield "# Evaluation"
    yield "Written by code (`polyvox evaluate`, `make evaluate`) from `evaluation.json` beside it, where every number has its signature; do not edit."
    for section in sections(values):
        yield from paragraphs(section)


def paragraphs(section: Section) -> Iterator[str]:
    """A section as Markdown: heading, sentences, tables."""
    yield f"## {section.heading}"
    yield from section.sentences
    for table in section.tables:
        if table.caption:
            yield f"**{table.caption}**"
        yield markdown(table.head, table.rows)


def stale(values: Mapping[str, Any], text: str, model: str, corpus: str) -> str | None:
    """Why a committed evaluation cannot stand beside the model and corpus with these sha256, and what to do; None where it can."""
    name = values["model"]["name"]
    if values["model"]["sha256"] != model:
        return f"docs/evaluation.json measured model {name} {values['model']['sha256'][:12]}, but models/{name} is {model[:12]}. {REMAKE}"
    if [each["sha256"] for each in values["corpora"]] != [corpus]:
        return f"docs/evaluation.json was measured on another test split than that of data/corpus ({corpus[:12]}). {REMAKE}"
    if document(values) != text:
        return "docs/evaluation.md is not what docs/evaluation.json says. Run `python -m pipeline.evaluate docs/evaluation.json`, which measures nothing."
    return None
