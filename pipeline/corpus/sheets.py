"""Sheets for a blind second annotation: texts drawn by strata, under codes that tell nothing, with the borders of their sentences only."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path

from pipeline.corpus.counts import variety_of
from pipeline.corpus.format import Record
from pipeline.corpus.markup import blocks, header, sentences
from pipeline.errors import InputError

SEED = "second-annotation-2026"
DIGITS = 6  # of a code; two texts may share one, and neither is then drawn


def code(record: Record) -> str:
    """An opaque id, which says nothing of label, brief, split or scenario."""
    return record.lang + _hash(record.id)[:DIGITS]


def by_code(records: Sequence[Record]) -> dict[str, Record]:
    """Texts by code, without those that share one."""
    times = Counter(map(code, records))
    return {code(each): each for each in records if times[code(each)] == 1}


def draw(records: Sequence[Record], number: int) -> list[Record]:
    """Texts by label and variety in proportion (largest remainders), in the order of their codes, so that the place tells nothing either.

    The same texts give the same draw. Raises InputError where there are too few.
    """
    if len(records) < number:
        raise InputError(f"Only {len(records)} texts are left to draw from, {number} are asked for. Ask for fewer.")
    strata: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for each in sorted(records, key=lambda each: _hash(f"draw {each.id}")):
        strata[each.label, variety_of(each)].append(each)
    exact = {key: number * len(own) / len(records) for key, own in strata.items()}
    take = {key: int(share) for key, share in exact.items()}
    for key in sorted(exact, key=lambda key: (take[key] - exact[key], key))[: number - sum(take.values())]:
        take[key] += 1
    return sorted((each for key, own in strata.items() for each in own[: take[key]]), key=code)


def write_sheets(folder: Path, records: Sequence[Record], number: int, each: int, among: Collection[str] = ()) -> list[Path]:
    """Draw texts that are in no sheet of the folder yet (only those with ids in `among`, if any) and write them, `each` to a sheet.

    Sheets are numbered on from those that are there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = sorted(folder.glob("sheet-*.txt"))
    used = {name for path in before for name in _codes(path)}
    fresh = [record for name, record in by_code(records).items() if name not in used and (not among or record.id in among)]
    chosen = draw(fresh, number)
    paths: list[Path] = []
    for place in range(0, number, each):
        paths.append(folder / f"sheet-{len(before) + len(paths) + 1}.txt")
        paths[-1].write_text("\n".join(map(_block, chosen[place : place + each])), encoding="utf-8")
    return paths


def _block(record: Record) -> str:
    return "\n".join([f"@ {code(record)}", *(f"? {line}" for line in sentences(record))]) + "\n"


def _codes(path: Path) -> list[str]:
    return [header(head)[0] for _, head, _ in blocks(path.read_text(encoding="utf-8"))]


def _hash(text: str) -> str:
    return hashlib.sha256(f"{SEED} {text}".encode()).hexdigest()
