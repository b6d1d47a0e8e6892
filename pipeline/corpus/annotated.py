"""Read the sheets that annotators marked up back onto the texts of the corpus, letter by letter; only white space is forgiven."""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.corpus.format import Opinion, Record, Sentence
from pipeline.corpus.markup import Line, blocks, header, unmarked
from pipeline.corpus.rules import FAULTS
from pipeline.corpus.second import Annotation
from pipeline.corpus.sheets import by_code
from pipeline.errors import InputError
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True)
class Sheet:
    """What was read of a sheet: second annotations by text id, and what is wrong with the others."""

    number: int
    found: Mapping[str, Annotation]
    wrong: tuple[str, ...]


def read_sheet(folder: Path, number: int, records: Sequence[Record], taxonomy: Taxonomy) -> Sheet:
    """Read done-N.txt against sheet-N.txt. Says every text that is missing, extra, altered or at odds with itself.

    Raises InputError where one of the two files is not there.
    """
    texts = by_code(records)
    asked = [name for name, _, _ in _blocks(folder / f"sheet-{number}.txt")]
    found: dict[str, Annotation] = {}
    wrong, seen = [], set()
    for name, fields, lines in _blocks(folder / f"done-{number}.txt"):
        if name in seen or name not in asked or name not in texts:
            why = "stands twice" if name in seen else "is not in the sheet" if name not in asked else "is no longer in the corpus"
            wrong.append(f"{name}: {why}")
            continue
        seen.add(name)
        annotation, faults = annotated(texts[name], fields, lines, taxonomy)
        wrong += [f"{name}: {fault}" for fault in faults]
        if annotation is not None:
            found[texts[name].id] = annotation
    wrong += [f"{name}: is missing" for name in asked if name not in seen]
    return Sheet(number, found, tuple(wrong))


def annotated(record: Record, fields: Mapping[str, str], lines: Sequence[str], taxonomy: Taxonomy) -> tuple[Annotation | None, list[str]]:
    """The annotation that marked-up lines give a text; None, and what is wrong, where they do not fit it or each other."""
    if len(lines) != len(record.sentences):
        return None, [f"{len(lines)} lines for {len(record.sentences)} sentences"]
    labels, opinions, wrong = [], [], []
    for number, line in enumerate(lines):
        try:
            read = unmarked(unicodedata.normalize("NFC", line))
            opinions += _placed(read, record, number)
        except ValueError as error:
            wrong.append(f"line {number + 1}: {error}")
            continue
        labels.append(read.label)
    if not wrong:
        said = [Sentence(each.start, each.end, label) for each, label in zip(record.sentences, labels, strict=True)]
        second = replace(record, label=fields.get("doc", "none"), sentences=tuple(said), opinions=tuple(opinions))
        wrong = [message for rule in FAULTS for message in rule.find(second, taxonomy)]
    return (None, wrong) if wrong else (Annotation(fields["doc"], tuple(labels), tuple(opinions)), [])


def save_pairs(path: Path, lang: str, number: int, records: Sequence[Record], sheets: Sequence[Sheet]) -> int:
    """Put sheets into a file of pairs as a round; gives how many texts.

    A text that is there already keeps its first annotation, so that agreement is never measured against settled labels.
    """
    texts = {record.id: record for record in records}
    rows: dict[str, dict[str, Any]] = {}
    if path.exists():
        rows = {row["id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    for sheet in sheets:
        for name, second in sheet.found.items():
            first = rows[name]["first"] if name in rows else _row(_first(texts[name]))
            rows[name] = {"id": name, "lang": lang, "round": number, "sheet": sheet.number, "first": first, "second": _row(second)}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(rows[name], ensure_ascii=False) + "\n" for name in sorted(rows))
    path.write_text(text, encoding="utf-8")
    return sum(len(sheet.found) for sheet in sheets)


def _first(record: Record) -> Annotation:
    return Annotation(record.label, tuple(each.label for each in record.sentences), record.opinions)


def _row(annotation: Annotation) -> dict[str, Any]:
    return {
        "label": annotation.label,
        "sentences": list(annotation.sentences),
        "opinions": [asdict(each) for each in annotation.opinions],
    }


def _blocks(path: Path) -> list[tuple[str, dict[str, str], list[str]]]:
    try:
        found = blocks(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is no sheet ({error}). Sheets are drawn with `python -m pipeline.corpus sheets`.") from error
    return [(*header(head), lines) for _, head, lines in found]


def _placed(line: Line, record: Record, number: int) -> list[Opinion]:
    """The marks of a line on the original sentence. Raises ValueError where more than white space differs."""
    sentence = record.sentences[number]
    ours = [i for i, c in enumerate(line.plain) if not c.isspace()]
    theirs = [i for i in range(sentence.start, sentence.end) if not record.text[i].isspace()]
    if [line.plain[i] for i in ours] != [record.text[i] for i in theirs]:
        at = next(
            (k for k, (i, j) in enumerate(zip(ours, theirs, strict=False)) if line.plain[i] != record.text[j]), min(len(ours), len(theirs))
        )
        got, want = ours[at:], theirs[at:]
        shown = (line.plain[got[0] :][:25] if got else "(end)", record.text[want[0] : sentence.end][:25] if want else "(end)")
        raise ValueError(f"text differs: {shown[0]!r}, original {shown[1]!r}")
    where = dict(zip(ours, theirs, strict=True))
    found = []
    for mark in line.marks:
        inside = [where[i] for i in range(mark.start, mark.end) if i in where]
        start, end = (inside[0], inside[-1] + 1) if inside else (None, None)
        found.append(mark.opinion(number, record.text[start:end] if inside else None, start, end))
    return found
