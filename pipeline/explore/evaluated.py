"""An evaluation in Python: its tables as pandas, its plots."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.explore.plots import COLOURS, axes, name_of

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.adapting import Adapted

TABLES = ("scores", "baselines", "ceiling", "calibration", "gallery")


class Evaluation:
    """What evaluation.json holds. `scores`, `baselines`, `ceiling`, `calibration` and `gallery` are data frames; `values` is all of it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def __getattr__(self, name: str) -> "pd.DataFrame":
        if name not in TABLES:
            raise AttributeError(f"an evaluation has no {name!r}; its tables are {', '.join(TABLES)}")
        import pandas as pd

        return pd.DataFrame(self.values[name])

    @property
    def worst(self) -> "pd.DataFrame":
        """The weakest parts, surest first; `stands_out` says which are beyond chance."""
        import pandas as pd

        return pd.DataFrame(self.values["slices"]["worst"])

    @property
    def words(self) -> list[str]:
        """The comparison of two models in sentences; empty where one was evaluated."""
        return list(self.values["comparison"]["words"]) if self.values["comparison"] else []

    def plot_scores(self, task: str = "document", metric: str = "macro-F1", ax: Any = None) -> Any:
        """A score by language with its interval, and beside it the baselines and the annotators' agreement where they are known."""
        ax = axes(ax)
        readers = [(self.values["model"]["name"], self.values["scores"])]
        names = list(dict.fromkeys(row["reader"] for row in self.values["baselines"]))
        readers += [(name, [row for row in self.values["baselines"] if row["reader"] == name]) for name in names]
        readers += [("agreement", self.values["ceiling"])]
        found = [(name, [r for r in rows if _is(r, task, metric)]) for name, rows in readers]
        langs = list(dict.fromkeys(r["lang"] for _, rows in found for r in rows))[::-1]
        if not langs:
            raise UsageError(f"There is no score {task!r}, {metric!r} in this evaluation.")
        for number, (name, rows) in enumerate((name, rows) for name, rows in found if rows):
            places = [langs.index(r["lang"]) - 0.12 * number for r in rows]
            values = [r["value"] for r in rows]
            error = [[v - r["low"] for v, r in zip(values, rows, strict=True)], [r["high"] - v for v, r in zip(values, rows, strict=True)]]
            ax.errorbar(values, places, xerr=error, fmt="o" if not number else ".", label=name)
        ax.set_yticks(range(len(langs)), [name_of(lang) for lang in langs])
        ax.set_xlim(0, 1)
        ax.legend(frameon=False, fontsize="small")
        ax.set_title(f"{task}, {metric}, 95 % intervals")
        return ax

    def plot_differences(self, task: str = "document", metric: str = "share right", ax: Any = None) -> Any:
        """How much better the model is than the one it was set against, by language, with its interval; a line at 0 is no difference."""
        rows = [r for r in (self.values["comparison"] or {"rows": []})["rows"] if r["task"] == task and r["metric"] == metric]
        if not rows:
            raise UsageError(f"There is no comparison of {task!r}, {metric!r}: name a second model (against=...).")
        ax = axes(ax)
        places = [f"{name_of(r['lang'])} (n {r['texts']:,})" for r in rows]
        error = [[r["difference"] - r["low"] for r in rows], [r["high"] - r["difference"] for r in rows]]
        ax.errorbar([r["difference"] for r in rows], places, xerr=error, fmt="o", color=COLOURS["positive"])
        ax.axvline(0, linewidth=0.5, color=COLOURS["neutral"])
        ax.set_title(f"{task}, {metric}: {Path(self.values['model']['name']).name} less {Path(self.values['against']['name']).name}")
        return ax

    def plot_reliability(self, lang: str, ax: Any = None) -> Any:
        """Share right by confidence in one language; shaded is where a calibrated model's bins lie in 95 of 100 cases."""
        rows = [row for row in self.values["calibration"] if row["lang"] == lang]
        if not rows:
            raise UsageError(f"There is no calibration for {lang!r}: too few texts with a document label.")
        ax, bins = axes(ax), rows[0]["bins"]
        x = [each["confidence"] for each in bins]
        ax.fill_between(x, [each["low"] for each in bins], [each["high"] for each in bins], alpha=0.25, color=COLOURS["neutral"])
        ax.plot(x, [each["right"] for each in bins], "o-", color=COLOURS["positive"])
        ax.plot([0, 1], [0, 1], linewidth=0.5, color=COLOURS["neutral"])
        ax.set(xlabel="confidence", ylabel="share right", title=f"{name_of(lang)}: do the probabilities mean what they say?")
        return ax


def _is(row: Mapping[str, Any], task: str, metric: str) -> bool:
    return bool(row["task"] == task and row["metric"] == metric and not row["side"] and row["value"] is not None)


def open_evaluation(path: Path | str) -> Evaluation:
    """Open an evaluation.json. Raises UsageError where it is none."""
    file = Path(path) / "evaluation.json" if Path(path).is_dir() else Path(path)
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        values["scores"], values["calibration"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{file} is no evaluation ({error}). `polyvox evaluate --corpus PATH --out DIR` writes one.") from error
    return Evaluation(values)


def evaluate_model(
    corpus: Path | str,
    *,
    out: Path | str,
    model: str = "first",
    against: str | None = None,
    split: str | None = None,
    baselines: bool = True,
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Evaluation:
    """Measure a model on labelled texts as `polyvox evaluate` does: writes its three files into `out` and opens them.

    `columns` is --map (field -> column), `labels` is --label (found -> ours).
    """
    from pipeline.evaluate.measuring import Asked, measure
    from pipeline.evaluate.writing import write
    from pipeline.progress import Silent

    given = {"columns": dict(columns or {}), "labels": dict(labels or {})}
    asked = Asked((Path(corpus),), Path(out), model=model, against=against, split=split, baselines=baselines, **given)
    write(Path(out), measure(asked, Silent()))
    return open_evaluation(out)


def adapt_model(
    corpus: Path | str,
    *,
    out: Path | str,
    model: str = "first",
    columns: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> "Adapted":
    """Fit how whole texts are judged to labelled texts as `polyvox adapt` does: writes a model folder to `out`, unless the labels do not help.

    >>> mine = adapt_model("labelled.csv", out="mine")  # doctest: +SKIP
    >>> mine.folder, mine.words  # doctest: +SKIP
    """
    from pipeline.adapting import adapt_model

    return adapt_model([Path(corpus)], columns or {}, labels or {}, model=model, out=Path(out))
