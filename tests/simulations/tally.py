"""What a simulation finds: how often intervals hold the truth, or tests reject."""

from dataclasses import dataclass, field

import numpy as np

BANDS = {"covers .95": (0.93, 0.97), "covers .90": (0.88, 0.92), "rejects .05": (0.03, 0.07)}  # what counts as kept


@dataclass
class Tally:
    """Hits and widths of one method."""

    hits: int = 0
    width: float = 0.0
    cells: int = 0

    def add(self, low: np.ndarray | float, high: np.ndarray | float, truth: np.ndarray | float) -> None:
        """Intervals of one cell, or of many; those that are not computed do not count."""
        low, high, truth = np.broadcast_arrays(np.atleast_1d(low), np.atleast_1d(high), np.atleast_1d(truth))
        known = np.isfinite(low + high)
        self.hits += int(((low <= truth) & (truth <= high) & known).sum())
        self.width += float((high - low)[known].sum())
        self.cells += int(known.sum())

    def reject(self, rejected: np.ndarray | bool) -> None:
        """One test, or many."""
        self.hits += int(np.sum(rejected))
        self.cells += int(np.size(rejected))
        self.width = float("nan")

    @property
    def share(self) -> float:
        """Of intervals that hold the truth, or of tests that reject."""
        return self.hits / self.cells


@dataclass
class Row:
    """One line of the table. `why` is what is said where the share is not what the method promises."""

    printed: str  # table of the product and its measures
    method: str
    setting: str
    other: str = ""  # what it is compared with
    why: str = ""
    promise: str = "covers .95"
    ours: Tally = field(default_factory=Tally)
    naive: Tally = field(default_factory=Tally)

    @property
    def kept(self) -> bool:
        """Whether the share, in whole points, lies within what counts as kept."""
        if self.promise not in BANDS:  # a power is as it is
            return True
        low, high = BANDS[self.promise]
        return low <= round(self.ours.share, 2) <= high

    def shown(self) -> str:
        """As a line of Markdown."""
        why = "" if self.kept and self.promise in BANDS else self.why
        promise = "" if self.promise == "covers .95" else f" ({self.promise})"
        return (
            f"| {self.printed} | {self.method}{promise} | {self.setting} | {self.ours.cells} | {_share(self.ours, not self.kept)} | "
            f"{_width(self.ours)} | {self.other} | {_share(self.naive)} | {_width(self.naive)} | {why} |"
        )


def _share(tally: Tally, bold: bool = False) -> str:
    if not tally.cells:
        return ""
    text = f"{tally.share:.2f}" if round(tally.share, 2) >= 1 else f"{tally.share:.2f}"[1:]
    return f"**{text}**" if bold else text


def _width(tally: Tally) -> str:
    return f"{tally.width / tally.cells:.2f}" if tally.cells and np.isfinite(tally.width) else ""
