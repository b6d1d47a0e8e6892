"""What the report says, before it is put into words: the same for the page and for other systems."""

from dataclasses import dataclass

from pipeline.languages import CODES
from pipeline.report.board import Board
from pipeline.report.contested import Split, divided
from pipeline.report.findings import Finding, compared, stand_out
from pipeline.report.grades import Grade, grade
from pipeline.report.inputs import ReportInputs
from pipeline.report.limits import Limits, limits


@dataclass(frozen=True)
class Content:
    """Findings with their grades, what is contested, what cannot be said; `spoken` are those of the five languages that came."""

    board: Board
    spoken: tuple[str, ...]
    findings: tuple[tuple[Finding, Grade], ...]
    compared: int
    contested: tuple[Split, ...]
    limits: Limits

    @classmethod
    def of(cls, inputs: ReportInputs) -> "Content":
        """Apply all rules to the tables."""
        board = Board.of(inputs.estimates, inputs.quotes)
        spoken = tuple(code for code in CODES if code in board.estimates)
        found = tuple((each, grade(each.cell)) for each in stand_out(board, spoken))
        split = tuple(divided(board, spoken))
        return cls(board, spoken, found, compared(board, spoken), split, limits(inputs.estimates, inputs.coverage))
