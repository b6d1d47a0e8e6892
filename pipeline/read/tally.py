"""What was found while reading: counts and decisions a user should be told."""

from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.errors import ContractError
from pipeline.read.rejects import excerpt


@dataclass
class SourceTally:
    """One source: how it was understood, and how many of its records went where."""

    source: str
    format: str = ""
    encoding: str = ""  # as found or as set; empty where the format has its own (Parquet, XLSX)
    delimiter: str = ""
    columns: dict[str, str] = field(default_factory=dict)  # field -> column of the file
    records: int = 0
    documents: int = 0
    rejects: int = 0
    duplicate_ids: int = 0  # documents that got a suffix because their id was taken
    lines_repaired: int = 0  # lines with bytes that the encoding does not have, kept all the same
    surrogates_replaced: int = 0  # halves of a character (JSON "\ud800") that no file can hold, now U+FFFD
    not_understood: dict[str, int] = field(default_factory=dict)  # column -> values left empty
    examples: dict[str, str] = field(default_factory=dict)  # column -> the first such value
    notes: list[str] = field(default_factory=list)

    def misunderstand(self, column: str, value: object) -> None:
        """Count a value that was given but could not be read."""
        self.not_understood[column] = self.not_understood.get(column, 0) + 1
        self.examples.setdefault(column, excerpt(str(value), 60))

    def note(self, text: str) -> None:
        """Add a remark once."""
        if text not in self.notes:
            self.notes.append(text)


@dataclass
class Tally:
    """All sources of a run, in order of reading."""

    sources: list[SourceTally] = field(default_factory=list)

    def start(self, source: str) -> SourceTally:
        """Begin counting a source."""
        self.sources.append(SourceTally(source))
        return self.sources[-1]

    @property
    def records(self) -> int:
        """Records met in all sources."""
        return sum(source.records for source in self.sources)

    @property
    def documents(self) -> int:
        """Records that became documents."""
        return sum(source.documents for source in self.sources)

    @property
    def rejects(self) -> int:
        """Records that became rejects."""
        return sum(source.rejects for source in self.sources)

    def check(self) -> None:
        """Raise ContractError unless every record is either a document or a reject."""
        for each in self.sources:
            if each.records != each.documents + each.rejects:
                raise ContractError(
                    f"{each.source}: {each.records} records were read, but {each.documents} documents and {each.rejects} rejects "
                    "were written. Rows were lost or doubled: please report this as a bug."
                )

    def as_dict(self) -> dict[str, Any]:
        """For run.json: totals, then each source."""
        return {"records": self.records, "documents": self.documents, "rejects": self.rejects, **asdict(self)}
