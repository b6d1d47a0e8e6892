"""What the report says, before it is put into words: the same for the page and for other systems."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from pipeline.languages import CODES
from pipeline.report.absent import absent
from pipeline.report.board import Board
from pipeline.report.contested import Split, divided
from pipeline.report.findings import MOST, MOST_CASES, Finding, find, looked_at
from pipeline.report.grades import Grade, grade
from pipeline.report.inputs import ReportInputs
from pipeline.report.limits import Limits, limits, unknown

GRADES = ("strong", "moderate", "limited")


@dataclass(frozen=True)
class Group:
    """Findings of one kind with their grades, those with the best evidence first, and of these the clearest; `more` are left to the tables. `name` is a message of section `group`."""

    name: str
    cases: tuple[tuple[Finding, Grade], ...]
    more: int = 0


@dataclass(frozen=True)
class Content:
    """Findings, what is contested, what cannot be said; `spoken` are those of the five languages that came."""

    board: Board
    spoken: tuple[str, ...]
    groups: tuple[Group, ...]
    compared: int
    contested: tuple[Split, ...]
    limits: Limits

    @classmethod
    def of(cls, inputs: ReportInputs) -> "Content":
        """Apply all rules to the tables."""
        board = Board.of(inputs.estimates, inputs.quotes)
        spoken = tuple(code for code in CODES if code in board.estimates)
        tables = {"estimates": inputs.estimates, **inputs.tables}
        groups = _chosen(_grouped(board, find(tables)))
        split = tuple(divided(board, spoken, tables.get("conflicts")))
        missing = absent(inputs.coverage, inputs.estimates, tables.get("mentions")), unknown(board, spoken, inputs.labels)
        return cls(board, spoken, groups, looked_at(tables), split, limits(inputs.estimates, *missing))

    @property
    def findings(self) -> Iterator[tuple[Finding, Grade]]:
        """The findings of all groups in turn."""
        return (case for group in self.groups for case in group.cases)


def _grouped(board: Board, found: Iterable[Finding]) -> Iterator[Group]:
    for name, cases in groupby(found, key=lambda case: case.rule.group):
        marked = [(case, grade(case, _authors(board, case))) for case in cases]
        marked.sort(key=lambda case: GRADES.index(case[1].name))  # among equals the clearest stay first
        yield Group(name, tuple(marked[:MOST_CASES]), max(0, len(marked) - MOST_CASES))


def _chosen(groups: Iterable[Group]) -> tuple[Group, ...]:
    """At most five groups: those with the best evidence, in the order of the rules."""
    known = list(groups)
    best = sorted(range(len(known)), key=lambda i: (min(GRADES.index(mark.name) for _, mark in known[i].cases), i))
    return tuple(known[i] for i in sorted(best[:MOST]))


def _authors(board: Board, found: Finding) -> int:
    """How many people a finding rests on; of a difference, those of the cell."""
    if (stated := found.row.get("authors")) is not None:
        return int(stated)
    cell = board.estimate(found.lang or "", found.place, found.row["measure"])
    return int(cell["authors"]) if cell else 0
