"""The corpus format: one JSON object a line. What each field holds, and reading it with everything that is wrong in its shape said."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError

SPLITS = ("train", "dev", "test")
OPTIONAL = type(None)

# field -> types it may have; null only where said
TEXT_FIELDS: dict[str, tuple[type, ...]] = {
    "id": (str,),  # unique over all files
    "lang": (str,),  # language code
    "split": (str,),  # train, dev or test
    "text": (str,),  # as written, in Unicode NFC
    "label": (str,),  # of the whole text: negative, neutral, positive or mixed
    "sentences": (list,),  # in order, covering everything but white space
    "opinions": (list,),  # everything that is said about an aspect
    "rating": (int, OPTIONAL),  # 1 to 5 stars, where the writer gave some
    "genre": (str, OPTIONAL),
    "domain": (str, OPTIONAL),
    "parallel": (str, OPTIONAL),  # the scenario that texts in other languages share
    "brief": (dict, OPTIONAL),  # what the writer was asked for
}
SENTENCE_FIELDS: dict[str, tuple[type, ...]] = {
    "start": (int,),  # characters (code points) of the text
    "end": (int,),  # exclusive
    "label": (str,),
}
OPINION_FIELDS: dict[str, tuple[type, ...]] = {
    "sentence": (int,),  # number of the sentence, from 0
    "term": (str, OPTIONAL),  # the words that name the aspect; null when no word does
    "start": (int, OPTIONAL),  # of the term; null with it
    "end": (int, OPTIONAL),
    "category": (str,),  # aspect id of the taxonomy
    "polarity": (str,),  # negative, neutral or positive
    "direction": (str, OPTIONAL),  # too_little or too_much, only where an amount is judged
}
MAY_LACK = frozenset(name for name, types in TEXT_FIELDS.items() if OPTIONAL in types)


@dataclass(frozen=True)
class Sentence:
    """A sentence or sentence-like unit."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Opinion:
    """One opinion on one aspect."""

    sentence: int
    term: str | None
    start: int | None
    end: int | None
    category: str
    polarity: str
    direction: str | None = None


@dataclass(frozen=True)
class Record:
    """An annotated text. `place` is its file and line."""

    id: str
    lang: str
    split: str
    text: str
    label: str
    sentences: tuple[Sentence, ...]
    opinions: tuple[Opinion, ...]
    rating: int | None = None
    genre: str | None = None
    domain: str | None = None
    parallel: str | None = None
    brief: Mapping[str, Any] = field(default_factory=dict)
    place: str = ""

    def within(self, number: int) -> tuple[Opinion, ...]:
        """The opinions of a sentence."""
        return tuple(opinion for opinion in self.opinions if opinion.sentence == number)


@dataclass(frozen=True)
class Fault:
    """Something wrong: where, against which rule, and what was found and expected."""

    place: str
    rule: str
    message: str


def corpus_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and the *.jsonl directly in folders named. Raises InputError where there is nothing."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        if not inside or not inside[0].exists():
            raise InputError(f"There is no corpus at {path}. Give .jsonl files of annotated texts, or a folder of them.")
        found += inside
    return found


def read(path: Path) -> tuple[list[Record], list[Fault]]:
    """The texts of a file whose shape is right, and a fault for each line whose shape is not. Unknown fields are left alone."""
    records: list[Record] = []
    faults: list[Fault] = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path.name}:{number}"
        row, wrong = _row(line)
        faults += [Fault(place, "shape", message) for message in wrong]
        if not wrong:
            records.append(record(row, place))
    return records, faults


def record(row: Mapping[str, Any], place: str = "") -> Record:
    """A record from a row whose shape is right."""
    plain = {name: row.get(name) for name in TEXT_FIELDS if name not in ("sentences", "opinions", "brief")}
    return Record(
        **plain,  # type: ignore[arg-type]
        sentences=tuple(Sentence(*(each[name] for name in SENTENCE_FIELDS)) for each in row["sentences"]),
        opinions=opinions(row["opinions"]),
        brief=row.get("brief") or {},
        place=place,
    )


def opinions(rows: Sequence[Mapping[str, Any]]) -> tuple[Opinion, ...]:
    """Opinions from rows whose shape is right."""
    return tuple(Opinion(**{name: each[name] for name in OPINION_FIELDS}) for each in rows)


def _row(line: str) -> tuple[dict[str, Any], list[str]]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return {}, [f"is not JSON ({error.msg} at character {error.pos}); each line holds one object"]
    if not isinstance(row, dict):
        return {}, [f"holds a {type(row).__name__} where an object is expected"]
    wrong = list(_shape(row, TEXT_FIELDS, ""))
    if not wrong:
        for name, fields in (("sentences", SENTENCE_FIELDS), ("opinions", OPINION_FIELDS)):
            for number, each in enumerate(row[name]):
                wrong += _shape(each, fields, f"{name}[{number}].")
    return row, wrong


def _shape(row: Any, fields: Mapping[str, tuple[type, ...]], within: str) -> Iterator[str]:
    if not isinstance(row, dict):
        yield f"{within.rstrip('.')} is {row!r} where an object is expected"
        return
    for name, types in fields.items():
        if name not in row:
            if name not in MAY_LACK:
                yield f"lacks {within}{name}"
        elif type(row[name]) not in types:  # not isinstance: true is an int
            wanted = " or ".join("null" if each is OPTIONAL else each.__name__ for each in types)
            yield f"has {within}{name} = {row[name]!r} where {wanted} is expected"
