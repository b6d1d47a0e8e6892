"""Which column is what: by the user's map, by known names, and where those fail by what the columns hold."""

import difflib
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.read.columns import FALLBACK_KEYS, FIELDS, KEYS, key
from pipeline.read.ratings import rating
from pipeline.read.rejects import excerpt
from pipeline.read.tally import SourceTally
from pipeline.read.values import as_text

Values = Sequence[Any]

PROSE_WORDS = 3  # a value of at least so many words ...
PROSE_CHARS = 12  # ... and characters looks written by a person
SHOWN_COLUMNS = 30
SHOWN_CHARS = 60
# Of a column that is called weight: it may be that of a parcel.
WEIGHT = "kept as weight; it changes no number unless the settings say that it is a survey weight ([aggregate] weights = true)"


@dataclass(frozen=True)
class Columns:
    """Where each field stands in a row, by index; all other columns are dimensions."""

    names: tuple[str, ...]
    fields: dict[str, int]
    dimensions: tuple[tuple[str, int], ...]

    @property
    def text(self) -> int:
        """Index of the text column."""
        return self.fields["text"]


def resolve(names: Sequence[str], sample: Sequence[Values], wanted: Map[str, str], count: SourceTally) -> Columns:
    """Decide for a table with these column names and first rows. Says in `count` what was decided.

    Raises UsageError when the map names an unknown field or column, or when no column can be the text.
    """
    fields = _mapped(names, wanted, count.source)
    for field in FIELDS:
        if field not in fields and (index := _find(field, names, sample, set(fields.values()), count)) is not None:
            fields[field] = index
    if "text" not in fields:
        raise UsageError(
            f"{count.source}: no column looks like the text. Its columns: {_shown(names)}. Say which one it is with --map text=COLUMN."
        )
    count.columns = {field: names[index] for field, index in fields.items()}
    if "weight" in fields and "weight" not in wanted:
        count.note(f"{excerpt(count.columns['weight'], SHOWN_CHARS)!r} was {WEIGHT}")
    used = set(fields.values())
    rest = tuple((name, index) for index, name in enumerate(names) if index not in used)
    return Columns(tuple(names), fields, rest)


def distinct(header: Sequence[str]) -> tuple[str, ...]:
    """Column names without spaces around them; empty ones numbered, repeated ones with a suffix.

    >>> distinct(["a", " a ", ""])
    ('a', 'a~2', 'column 3')
    """
    names: dict[str, None] = {}
    numbers: dict[str, int] = {}
    for position, raw in enumerate(header, 1):
        name = unique = raw.strip() or f"column {position}"
        while unique in names:
            numbers[name] = numbers.get(name, 1) + 1
            unique = f"{name}~{numbers[name]}"
        names[unique] = None
    return tuple(names)


def _mapped(names: Sequence[str], wanted: Map[str, str], source: str) -> dict[str, int]:
    fields = {}
    for field, column in wanted.items():
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, n=1)
            advice = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(FIELDS)}."
            raise UsageError(f"--map {field}={column}: there is no field {field}. {advice}")
        fields[field] = _column(column, names, f"{source}: --map {field}={column}")
    return fields


def _column(column: str, names: Sequence[str], place: str) -> int:
    if column in names:
        return list(names).index(column)
    keys = [key(name) for name in names]
    if keys.count(key(column)) == 1:
        return keys.index(key(column))
    near = difflib.get_close_matches(key(column), keys, n=1, cutoff=0.5)
    advice = f"Did you mean {excerpt(names[keys.index(near[0])], SHOWN_CHARS)!r}? " if near else ""
    raise UsageError(
        f"{place}: there is no such column. {advice}Its columns: {_shown(names)}. A map holds for every file; for one only: --map FILE:FIELD=COLUMN."
    )


def _find(field: str, names: Sequence[str], sample: Sequence[Values], taken: set[int], count: SourceTally) -> int | None:
    keys = {key(name): index for index, name in reversed(list(enumerate(names))) if index not in taken}
    known = [keys[each] for each in KEYS[field] if each in keys]
    if field != "text":
        return known[0] if known else None
    fallback = [keys[each] for each in FALLBACK_KEYS if each in keys]
    for index in (*known, *fallback):
        if _wordy(sample, index):
            return index
    if known:
        return known[0]
    return _prose(names, sample, taken, count)


def _prose(names: Sequence[str], sample: Sequence[Values], taken: set[int], count: SourceTally) -> int | None:
    """The only column that looks written by people, if there is exactly one."""
    candidates = [index for index in range(len(names)) if index not in taken and _looks_written(_filled(sample, index))]
    if len(candidates) != 1:
        return None
    count.note(
        f"no column has a known name for the text; {excerpt(names[candidates[0]], SHOWN_CHARS)!r} was taken, as it alone holds sentences"
    )
    return candidates[0]


def _filled(sample: Sequence[Values], index: int) -> list[str]:
    values = (as_text(row[index]).strip() for row in sample if index < len(row))
    return [value for value in values if value]


def _wordy(sample: Sequence[Values], index: int) -> bool:
    """Whether a column holds words: not mostly empty, numbers or ratings. Decides between a rating and a review of one name."""
    values = _filled(sample, index)
    return 2 * sum(rating(value) is None for value in values) > len(values)


def _looks_written(values: Sequence[str]) -> bool:
    written = sum(len(value) >= PROSE_CHARS and len(value.split()) >= PROSE_WORDS for value in values)
    return bool(values) and 2 * written >= len(values)


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_COLUMNS} more" if len(names) > SHOWN_COLUMNS else ""
    return ", ".join(excerpt(name, SHOWN_CHARS) for name in names[:SHOWN_COLUMNS]) + more
