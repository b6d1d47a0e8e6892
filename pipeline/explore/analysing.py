"""From texts in memory to an opened run, by the same stages that the command line runs."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.explore.opened import OpenedRun

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


def analyse_texts(
    texts: "Sequence[str] | pd.DataFrame | pl.DataFrame", *, out: Path | str | None = None, config: Config | None = None
) -> OpenedRun:
    """Analyse a list of texts, or a data frame (pandas, polars, pyarrow) with a column of texts; other columns as in a file: rating, time, brand, author, ...

    `pipeline.analyse(texts)` is the same.

    Without `out` nothing stays on disk; with it the folder of the run, report and all, is kept there. Raises UsageError where there is no text.

    >>> run = analyse_texts(["Mae'r bwyd yn wych!", "Der Kaffee war kalt."])  # doctest: +SKIP
    >>> run.overview[["lang", "label"]]  # doctest: +SKIP
    """
    if isinstance(texts, str) or not len(texts):
        raise UsageError("There is no text to analyse. Give a list of texts, or a data frame with a column of texts.")
    table = _table(texts)
    with tempfile.TemporaryDirectory() as folder:
        return _run(table, Path(folder), Path(out) if out is not None else Path(folder) / "out", config or Config())


def _table(texts: Any) -> pa.Table:
    if isinstance(texts, pa.Table):
        return texts
    if hasattr(texts, "to_arrow") and hasattr(texts, "columns"):  # polars
        return texts.to_arrow()
    if hasattr(texts, "columns"):
        return pa.Table.from_pandas(texts, preserve_index=False)
    return pa.table(
        {"text": pa.array([None if each is None else str(each) for each in texts], pa.string())}
    )  # a list, or a column of either


def _run(table: pa.Table, folder: Path, out: Path, config: Config) -> OpenedRun:
    from pipeline.engines.local import LocalEngine
    from pipeline.progress import Silent
    from pipeline.run import Run, finish

    source = folder / "texts.parquet"
    pq.write_table(table, source)
    with Silent() as progress:
        run = Run(out, config, LocalEngine(1), progress)
        run.until("report", [str(source)], None)
        finish(run, "report")
    return OpenedRun(out).keep()  # the folder may be gone when a table is asked for
