"""Read texts with their English translations: they carry no labels, but deserve the same reading in both languages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.train.examples import Example


@dataclass(frozen=True)
class Parallel:
    """A parallel corpus; `lang` names the field of the other text, or None where the field `text` holds it and `lang` its language."""

    name: str
    lang: str | None = None


# Licences that ask for attribution at most. The other parallel corpora are kept for measuring.
CORPORA = (Parallel("tatoeba_laser"), Parallel("hmrc_cy", "cy"))


def read(root: Path, split: str = "train") -> Iterator[tuple[Example, Example]]:
    """Pairs (text, English) of all corpora; raises InputError when a file is missing."""
    for corpus in CORPORA:
        path = root / corpus.name / "parallel.jsonl"
        if not path.exists():
            raise InputError(f"There is no corpus file {path}. Give the folder of corpora with --corpora.")
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["split"] == split:
                    yield _pair(row, corpus)


def _pair(row: dict[str, Any], corpus: Parallel) -> tuple[Example, Example]:
    lang, text = (row["lang"], row["text"]) if corpus.lang is None else (corpus.lang, row[corpus.lang])
    other = Example(row["id"], corpus.name, lang, row["split"], text, None, ())
    return other, Example(row["id"], corpus.name, "en", row["split"], row["en"], None, ())
