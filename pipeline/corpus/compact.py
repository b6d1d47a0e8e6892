"""The format in which texts are written and annotated at once: blocks of `@ ID key=value`, then a marked line a sentence.

    @ cy0003 rating=2
    - Dwi 'di ffonio deirgwaith heb {ateb|responsiveness|-}.
    0 Mae'r {swyddfa|location|0} gyferbyn.

The id is that of the brief. `doc=` gives the label of the text where it differs from the brief's, `rating=` stars.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.corpus.format import Fault, Opinion, Record, Sentence
from pipeline.corpus.markup import blocks, header, marked, unmarked

BRIEF = ("topic", "length", "aspects", "variety", "persona", "phenomenon", "implicit")  # what a text keeps of its brief


@dataclass(frozen=True)
class Draft:
    """A text as its writer marked it up. `place` is its file and line."""

    id: str
    fields: Mapping[str, str]
    text: str
    sentences: tuple[Sentence, ...]
    opinions: tuple[Opinion, ...]
    place: str


def read(path: Path) -> tuple[list[Draft], list[Fault]]:
    """The texts of a file, and a fault for each line that cannot be read; a text with such a line is left out."""
    drafts, faults = [], []
    for number, head, lines in blocks(path.read_text(encoding="utf-8")):
        place = f"{path.name}:{number}"
        draft, wrong = _draft(head, lines, place)
        drafts += [draft] if not wrong else []
        faults += [Fault(f"{place} {draft.id}", "markup", message) for message in wrong]
    return drafts, faults


def written(draft: Draft, brief: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """A row of the corpus from a text and the brief that it was written for."""
    return {
        "id": f"{lang}-{draft.id}" if brief["parallel"] else draft.id,
        "lang": lang,
        "split": brief["split"],
        **_annotation(draft, brief["label"], None),
        "genre": brief["genre"],
        "domain": brief["domain"],
        "parallel": draft.id if brief["parallel"] else None,
        "brief": {name: brief[name] for name in BRIEF if name in brief},
    }


def corrected(row: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """A row of the corpus with the text and annotation of a corrected one; id, split and brief stay."""
    return {**row, **_annotation(draft, row["label"], row.get("rating"))}


def shown(record: Record) -> str:
    """A text of the corpus as a block, to be corrected."""
    stars = f" rating={record.rating}" if record.rating is not None else ""
    return "\n".join([f"@ {record.id} doc={record.label}{stars}", *marked(record)]) + "\n"


def _annotation(draft: Draft, label: str, rating: int | None) -> dict[str, Any]:
    stars = draft.fields.get("rating", "")
    return {
        "text": draft.text,
        "label": draft.fields.get("doc", label),
        "rating": int(stars) if stars.isdecimal() else rating,
        "sentences": [asdict(each) for each in draft.sentences],
        "opinions": [asdict(each) for each in draft.opinions],
    }


def _draft(head: str, lines: Sequence[str], place: str) -> tuple[Draft, list[str]]:
    name, fields = header(head)
    text, between, wrong = "", "", []
    sentences: list[Sentence] = []
    opinions: list[Opinion] = []
    for line in lines:
        try:
            read = unmarked(line)
        except ValueError as error:
            wrong.append(str(error))
            continue
        start = len(text) + len(between)
        text += between + read.plain
        between = "\n" if read.broken else " "
        for mark in read.marks:
            implicit = mark.start == mark.end
            term = None if implicit else read.plain[mark.start : mark.end]
            at = (None, None) if implicit else (start + mark.start, start + mark.end)
            opinions.append(mark.opinion(len(sentences), term, *at))
        sentences.append(Sentence(start, len(text), read.label))
    return Draft(name, fields, text, tuple(sentences), tuple(opinions), place), wrong
