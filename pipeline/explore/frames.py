"""The same run with its tables as polars data frames: `run.polars.estimates`, `run.polars.quotes(lang="cy")`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pipeline.errors import PolyvoxError
from pipeline.tables import BY_NAME

if TYPE_CHECKING:
    import polars as pl

    from pipeline.explore.opened import OpenedRun


class PolarsRun:
    """Gives whatever the run gives, data frames turned into those of polars. Needs polars (`pip install polars`)."""

    def __init__(self, run: "OpenedRun") -> None:
        try:
            import polars  # noqa: F401
        except ImportError:
            raise PolyvoxError("polars is not installed. Install it: pip install polars.") from None
        self._run = run

    def table(self, name: str) -> "pl.DataFrame":
        """A table by its name, with the types of its columns."""
        import polars as pl

        return pl.DataFrame(self._run.arrow(name))

    def __getattr__(self, name: str) -> Any:
        if name in BY_NAME:
            return self.table(name)
        found = getattr(self._run, name)
        return _calling(found) if callable(found) else _turned(found)

    def __dir__(self) -> list[str]:
        return dir(self._run)


def _calling(method: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any, **settings: Any) -> Any:
        return _turned(method(*arguments, **settings))

    call.__doc__ = method.__doc__
    return call


def _turned(found: Any) -> Any:
    """A data frame of pandas as one of polars; all else as it is."""
    import pandas as pd
    import polars as pl

    return pl.from_pandas(found) if isinstance(found, pd.DataFrame) else found
