"""Pairs of annotations of one text by two annotators who did not see each other's: data/corpus/second/<lang>.jsonl.

A row holds both as they were when the second was made. The corpus itself may change after a disagreement is settled; how far two
blind annotators agreed may not.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.corpus.format import Opinion, opinions
from pipeline.errors import InputError


@dataclass(frozen=True)
class Annotation:
    """What one annotator said of a text: its label, those of its sentences, its opinions."""

    label: str
    sentences: tuple[str, ...]
    opinions: tuple[Opinion, ...]


@dataclass(frozen=True)
class Pair:
    """Two annotations of a text. Rounds are separated by a change of the guidelines, and have no text in common."""

    id: str
    lang: str
    round: int
    first: Annotation
    second: Annotation


def read_pairs(paths: Sequence[Path]) -> list[Pair]:
    """All pairs of some files. Raises InputError, naming file and line, for a row that is not a pair."""
    pairs = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if line.strip():
                pairs.append(_pair(line, f"{path.name}:{number}"))
    if repeated := [text for text, times in Counter(pair.id for pair in pairs).items() if times > 1]:
        raise InputError(f"More than one row of second annotation for {', '.join(repeated)}. Keep one of each.")
    return pairs


def _pair(line: str, place: str) -> Pair:
    try:
        row = json.loads(line)
        pair = Pair(row["id"], row["lang"], row["round"], _annotation(row["first"]), _annotation(row["second"]))
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise InputError(f"{place} is not a pair of annotations ({reason}). See pipeline/corpus/second.py.") from error
    first, second = len(pair.first.sentences), len(pair.second.sentences)
    if first != second:
        raise InputError(f"{place} has {first} and {second} sentences. Both must annotate the same ones.")
    return pair


def _annotation(row: Mapping[str, Any]) -> Annotation:
    return Annotation(row["label"], tuple(row["sentences"]), opinions(row["opinions"]))
