"""Put texts in compact format into a corpus: new ones for their briefs, or corrected ones in the place of old. All or nothing."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.corpus.check import check_records
from pipeline.corpus.compact import Draft, corrected, read, written
from pipeline.corpus.format import Fault, record
from pipeline.corpus.words import words
from pipeline.errors import InputError
from pipeline.taxonomy import Taxonomy

OPENING = 3  # words

Rows = dict[str, list[dict[str, Any]]]  # by language


def add(folder: Path, drafts: Sequence[Draft], briefs: Mapping[str, Mapping[str, Any]], lang: str, taxonomy: Taxonomy) -> list[Fault]:
    """Append texts to <lang>.jsonl. Gives what is wrong with them or what would then be wrong with the corpus; if anything, writes nothing."""
    unknown = [Fault(each.place, "briefs", f"{each.id} is the id of no brief") for each in drafts if each.id not in briefs]
    if unknown:
        return unknown
    rows = _rows(folder)
    rows[lang] += [written(each, briefs[each.id], lang) for each in drafts]
    return _save(folder, rows, taxonomy)


def correct(folder: Path, drafts: Sequence[Draft], taxonomy: Taxonomy) -> list[Fault]:
    """Put corrected texts in the place of those with their ids. Gives what is wrong; if anything, writes nothing."""
    rows = _rows(folder)
    new = {each.id: each for each in drafts}
    known = {row["id"] for each in rows.values() for row in each}
    unknown = [Fault(each.place, "ids", f"{each.id} is no text of the corpus") for each in drafts if each.id not in known]
    if unknown:
        return unknown
    for lang, own in rows.items():
        rows[lang] = [corrected(row, new[row["id"]]) if row["id"] in new else row for row in own]
    return _save(folder, rows, taxonomy)


def drafts_of(files: Sequence[Path]) -> tuple[list[Draft], list[Fault]]:
    """The texts of some files, with everything that cannot be read, and ids that stand twice. Raises InputError where no file is."""
    drafts: list[Draft] = []
    faults: list[Fault] = []
    for path in files:
        if not path.is_file():
            raise InputError(f"There is no file {path}. Give files of texts in the format of data/corpus/WRITING.md.")
        try:
            sound, wrong = read(path)
        except ValueError as error:
            raise InputError(f"{path}: {error}. See data/corpus/WRITING.md.") from error
        drafts += sound
        faults += wrong
    times = Counter(each.id for each in drafts)
    faults += [Fault(each.place, "ids", f"{each.id} stands {times[each.id]} times") for each in drafts if times[each.id] > 1]
    return drafts, faults


def same_openings(drafts: Sequence[Draft]) -> Iterator[Fault]:
    """A doubt for each text that begins with the same three words as another of the batch."""
    found: dict[str, list[Draft]] = defaultdict(list)
    for each in drafts:
        found[" ".join(words(each.text)[:OPENING])].append(each)
    for opening, own in found.items():
        for each in own[1:]:
            yield Fault(each.place, "openings", f"{each.id} begins like {own[0].id}: {opening!r}")


def briefs_of(path: Path) -> dict[str, dict[str, Any]]:
    """Briefs by id, from JSON lines."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        return {row["id"]: row for row in rows}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} does not hold briefs ({type(error).__name__}: {error}). Give one JSON object with an id a line."
        ) from error


def _rows(folder: Path) -> Rows:
    found: Rows = defaultdict(list)
    for path in sorted(folder.glob("*.jsonl")):
        found[path.stem] = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    return found


def _save(folder: Path, rows: Rows, taxonomy: Taxonomy) -> list[Fault]:
    report = check_records(
        [record(row, f"{lang}.jsonl:{number}") for lang, own in rows.items() for number, row in enumerate(own, 1)], taxonomy
    )
    if not report.faults:
        for lang, own in rows.items():
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in own)
            (folder / f"{lang}.jsonl").write_text(text, encoding="utf-8")
    return list(report.faults)
