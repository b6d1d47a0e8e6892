"""Open labelled corpora of any supported format."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.corpus.format import TEXT_FIELDS, corpus_files
from pipeline.errors import InputError, UsageError
from pipeline.evaluate import own_format, tables
from pipeline.evaluate.labelled import Labelled

REPOSITORY = Path(__file__).parents[2] / "data" / "corpus"  # in a checkout; an installed package has none


def load(paths: Sequence[Path], columns: Mapping[str, str], labels: Mapping[str, str]) -> list[Labelled]:
    """All texts of some corpora, each named after its file or folder. Raises PolyvoxError where there is nothing to measure on."""
    found: list[Labelled] = []
    for path in paths:
        if not path.exists():
            raise InputError(f"There is no corpus at {path}. Give a file or folder of labelled texts; see `polyvox evaluate --help`.")
        found += _one(path, path.resolve().stem, columns, labels)
    return found


def chosen(texts: Sequence[Labelled], split: str | None) -> list[Labelled]:
    """The texts of a split; without one named, `test` where a corpus has it, else all of the corpus."""
    held = {corpus: {text.split for text in texts if text.corpus == corpus} for corpus in dict.fromkeys(text.corpus for text in texts)}
    wanted = {corpus: split or ("test" if "test" in splits else None) for corpus, splits in held.items()}
    kept = [text for text in texts if wanted[text.corpus] in (None, text.split)]
    if not kept:
        splits = sorted({text.split or "(none)" for text in texts})
        raise UsageError(f"--split {split}: no text is in it. Splits here: {', '.join(splits)}.")
    return kept


def training(texts: Sequence[Labelled]) -> tuple[list[Labelled], str]:
    """The texts that baselines may be fitted on, and where they are from: the train splits given, else those of our own corpus; else none."""
    own = [text for text in texts if text.split == "train"]
    if own:
        return own, "the train split of the corpora given"
    if REPOSITORY.is_dir() and any(REPOSITORY.glob("*.jsonl")):
        every = own_format.labelled(corpus_files([REPOSITORY]), REPOSITORY.name)
        return [text for text in every if text.split == "train"], "the train split of data/corpus"
    return [], ""


def _one(path: Path, name: str, columns: Mapping[str, str], labels: Mapping[str, str]) -> list[Labelled]:
    if path.is_dir() and tables.is_dataset(path):
        return tables.from_dataset(path, name, columns, labels)
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if files and not columns and all(_is_own(file) for file in files):
        return [replace(text, corpus=name) for text in own_format.labelled(files, name)]
    return tables.from_files(path, name, columns, labels)


def _is_own(file: Path) -> bool:
    """Whether the first line of a file is in our own format."""
    if file.suffix != ".jsonl":
        return False
    with file.open(encoding="utf-8", errors="replace") as lines:
        try:
            row = json.loads(next(lines, ""))
        except ValueError:
            return False
    return isinstance(row, dict) and {"sentences", "opinions"} <= row.keys() and row.keys() & TEXT_FIELDS.keys() >= {"id", "text"}
