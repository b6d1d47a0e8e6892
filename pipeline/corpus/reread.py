"""Texts re-read by fresh eyes: data/corpus/reread/<lang>.tsv, a row a text, with what a reader found wrong in it; `after/` holds other
texts, read after the corrections that the first led to.

A text may have several kinds of fault, joined by `+`; `ok` is none. The corpus is corrected afterwards; the file stays as it was read.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus.counts import Table
from pipeline.errors import InputError
from pipeline.stats.proportions import wilson

FIELDS = ("id", "verdict", "note")
# kind -> what is counted under it
KINDS = {
    "text_label": "label of the text",
    "sentence_label": "label of a sentence",
    "category": "aspect of an opinion",
    "polarity": "polarity of an opinion",
    "direction": "direction of an opinion",
    "missing_opinion": "an opinion not marked",
    "extra_opinion": "an opinion too many",
    "term": "which word is the term",
    "language": "the writing itself",
}


@dataclass(frozen=True)
class Reread:
    """What a reader found in a text: kinds of fault, none where it is sound, and why."""

    id: str
    lang: str
    faults: frozenset[str]
    note: str


def read_rereads(paths: Sequence[Path]) -> list[Reread]:
    """All rows of some files, which are named by language. Raises InputError, naming file and line, for a row that is none."""
    found = []
    for path in paths:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
        if not rows or tuple(rows[0]) != FIELDS:
            raise InputError(f"{path.name} needs the tab-separated head {', '.join(FIELDS)}.")
        for number, row in enumerate(rows[1:], 2):
            found.append(_reread(row, path.stem, f"{path.name}:{number}"))
    return found


def _reread(row: Sequence[str], lang: str, place: str) -> Reread:
    name, verdict, note = (*row, "", "", "")[:3]
    faults = frozenset(verdict.split("+")) - {"ok"}
    if not name or not verdict or (unknown := faults - set(KINDS)):
        reason = f"unknown {', '.join(sorted(unknown))}" if name and verdict else "no id or no verdict"
        raise InputError(f"{place}: {reason}. A verdict is ok or some of {', '.join(KINDS)}, joined by +.")
    return Reread(name, lang, faults, note)


def table(rereads: Sequence[Reread]) -> Table:
    """Texts with each kind of fault in each language, as number and share with its 95 % Wilson interval."""
    langs = sorted({each.lang for each in rereads})
    own = {lang: [each.faults for each in rereads if each.lang == lang] for lang in langs}
    rows: list[list[object]] = [["any fault", *(_share(own[lang], set(KINDS)) for lang in langs)]]
    rows += [[name, *(_share(own[lang], {kind}) for lang in langs)] for kind, name in KINDS.items()]
    return ["texts with a fault in", *(f"{lang} (of {len(own[lang])})" for lang in langs)], rows


def _share(faults: Sequence[frozenset[str]], kinds: set[str]) -> str:
    """Number of texts with one of some kinds, and their share with its interval.

    >>> _share([frozenset({"term"}), frozenset()], {"term"})
    '1 (50 %, 9 to 91)'
    """
    number = sum(bool(each & kinds) for each in faults)
    share = number / len(faults)
    low, high = (100 * float(limit) for limit in wilson(share, len(faults)))
    return f"{number} ({share:.0%}, {low:.0f} to {high:.0f})".replace("%", " %")
