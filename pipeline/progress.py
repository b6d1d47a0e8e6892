"""Progress on the terminal, or none."""

from typing import Any


class Silent:
    """No progress."""

    def __enter__(self) -> "Silent":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """A stage begins."""

    def advance(self, amount: int) -> None:
        """So much more is done."""

    def end(self) -> None:
        """The stage is over."""


class Bar(Silent):
    """A tqdm bar on stderr for each stage."""

    def __init__(self) -> None:
        self._bar: Any = None

    def begin(self, stage: str, total: int | None, unit: str) -> None:
        """Open a bar."""
        from tqdm import tqdm

        self.end()
        self._bar = tqdm(total=total, desc=f"{stage:<10}", unit=f" {unit}", dynamic_ncols=True, leave=True)

    def advance(self, amount: int) -> None:
        """Move it."""
        if self._bar is not None:
            self._bar.update(amount)

    def end(self) -> None:
        """Close it."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
