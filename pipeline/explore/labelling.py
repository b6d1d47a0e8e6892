"""Labels of one's own, in a notebook: draw texts of a run, learn their labels, estimate again, with other settings too."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.config import Config, build
from pipeline.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.explore.opened import OpenedRun


def drawn(out: Path, size: int, seed: str) -> "pd.DataFrame":
    """What `polyvox sample` writes, as a data frame with the empty columns `label` and `rating`."""
    import pandas as pd

    from pipeline.sampling import write_sample

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.csv"
        write_sample(out, size, path, seed)
        return pd.read_csv(path, dtype={"label": "string", "rating": "string"})


def learned(out: Path, labels: "pd.DataFrame", settings: dict[str, Any]) -> dict[str, int]:
    """Read labels back into the run in `out` and estimate anew with its own `settings`; gives how many were labelled, rated, left open."""
    from pipeline.engines.local import LocalEngine
    from pipeline.progress import Silent
    from pipeline.run import Run, finish
    from pipeline.sampling import learn

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.csv"
        labels.to_csv(path, index=False)
        counts = learn(out, path)
    with Silent() as progress:
        run = Run(out, build(Config, settings, str(out / "run.json")), LocalEngine(1), progress)
        for stage in ("aggregate", "report"):
            run.stage(stage)
        finish(run, "report")
    return counts


def estimated(out: Path, settings: dict[str, Any], aggregate: Mapping[str, Any]) -> "OpenedRun":
    """The run in `out` with its own `settings` but for some of `[aggregate]`, estimated in a copy that is gone afterwards."""
    from pipeline.engines.local import LocalEngine
    from pipeline.explore.opened import OpenedRun
    from pipeline.progress import Silent
    from pipeline.run import Run

    config: Config = build(Config, settings, str(out / "run.json"))
    try:
        config = replace(config, aggregate=replace(config.aggregate, **aggregate))
    except TypeError as error:
        raise UsageError(f"{error}. The settings of [aggregate] are in docs/configuration.md.") from None
    with tempfile.TemporaryDirectory() as folder, Silent() as progress:
        copy = Path(folder) / "out"
        shutil.copytree(out, copy)
        Run(copy, config, LocalEngine(1), progress).stage("aggregate")
        return OpenedRun(copy).keep()
