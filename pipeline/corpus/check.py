"""Check annotated corpora: everything that is wrong, doubtful, or too little."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.corpus.balance import Shortfall, shortfalls
from pipeline.corpus.format import Fault, Record, corpus_files, read
from pipeline.corpus.leakage import ACROSS
from pipeline.corpus.rules import DOUBTS, FAULTS, Rule
from pipeline.taxonomy import Taxonomy

SHAPE = ("shape", "every line a JSON object with the fields of the format")


@dataclass(frozen=True)
class Report:
    """What a check found. Faults make a corpus unsound; doubts and shortfalls do not."""

    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    doubts: tuple[Fault, ...]
    shortfalls: tuple[Shortfall, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong, and there is something."""
        return not self.faults and bool(self.records)

    @property
    def texts(self) -> Counter[str]:
        """Texts of each language."""
        return Counter(record.lang for record in self.records)


def rules() -> list[tuple[str, str]]:
    """Every rule that makes a fault, with what it asks."""
    return [SHAPE, *((rule.name, rule.asks) for rule in FAULTS), *((name, asks) for name, asks, _ in ACROSS)]


def check(paths: Sequence[Path], taxonomy: Taxonomy) -> Report:
    """Read corpora and hold them to every rule, each file and all files together. Reports everything, changes nothing.

    Files that are checked together must not leak into each other: give all files of a corpus in one call.
    Raises InputError for a path where there is no corpus.
    """
    records: list[Record] = []
    faults: list[Fault] = []
    for path in corpus_files(paths):
        sound, wrong = read(path)
        records += sound
        faults += wrong
    return check_records(records, taxonomy, faults)


def check_records(records: Sequence[Record], taxonomy: Taxonomy, unread: Sequence[Fault] = ()) -> Report:
    """Hold texts to every rule. `unread`: faults of what could not be read, which come first."""
    faults = [*unread, *(fault for record in records for fault in _findings(record, taxonomy, FAULTS))]
    for _name, _asks, find in ACROSS:
        faults += find(records)
    doubts = [doubt for record in records for doubt in _findings(record, taxonomy, DOUBTS)]
    return Report(tuple(records), tuple(faults), tuple(doubts), tuple(shortfalls(records, taxonomy)))


def _findings(record: Record, taxonomy: Taxonomy, held_to: Sequence[Rule]) -> list[Fault]:
    place = f"{record.place} {record.id}"
    return [Fault(place, rule.name, message) for rule in held_to for message in rule.find(record, taxonomy)]
