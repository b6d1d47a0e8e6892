"""Plots of a run. Every share has its interval; what is withheld is not drawn and is counted in the title."""

from typing import TYPE_CHECKING, Any

from pipeline.errors import PolyvoxError, UsageError
from pipeline.languages import BY_CODE, CODES
from pipeline.tables import LABELS, POLARITIES

if TYPE_CHECKING:
    from pipeline.explore.opened import OpenedRun

COLOURS = {"negative": "#b42318", "neutral": "#59616b", "positive": "#1257a8", "mixed": "#74479a"}


class Plots:
    """Bound to a run. Each method draws on `ax` (a new one where none is given) and gives it back."""

    def __init__(self, run: "OpenedRun") -> None:
        self._run = run

    def languages(self, ax: Any = None) -> Any:
        """How many texts in which language; `und` could not be named, and is counted."""
        counts = self._run.overview.lang.value_counts().sort_values()
        ax = axes(ax)
        ax.barh([name_of(code) for code in counts.index], counts.to_numpy(), color="#59616b")
        ax.set_title(f"{counts.sum():,} texts by language")
        return ax

    def sentiment(self, by: str = "lang", label: str = "negative", ax: Any = None) -> Any:
        """Share of texts with a label in each cell (see `OpenedRun.cells`): corrected with its interval, and as classified (a grey cross)."""
        if label not in LABELS:
            raise UsageError(f"label={label!r}: there are {', '.join(LABELS)}.")
        cells = self._beside(by, label)
        names = [name_of(row.lang) if by == "lang" else f"{name_of(row.lang)}: {getattr(row, by)}" for row in cells.itertuples()]
        return _intervals(cells, names, f"Share {label}", COLOURS[label], ax)

    def aspects(self, by: str = "polarity", lang: str | None = None, most: int = 15, ax: Any = None) -> Any:
        """Opinions found on the commonest aspects, stacked by polarity or by language. These are counts of what was detected, not estimates."""
        if by not in ("polarity", "lang"):
            raise UsageError(f"by={by!r}: aspects are stacked by polarity or lang.")
        found = self._run.aspects.merge(self._run.overview[["doc_id", "lang"]], on="doc_id")
        found = found if lang is None else found[found.lang == lang]
        counts = found.groupby(["category", by]).size().unstack(fill_value=0)
        counts = counts.loc[counts.sum(axis=1).sort_values().index].tail(most)
        order = [each for each in (POLARITIES if by == "polarity" else CODES) if each in counts]
        order += [each for each in counts if each not in order]
        ax, left = axes(ax), 0
        for each in order:
            values = counts[each].to_numpy()
            ax.barh(counts.index, values, left=left, color=COLOURS.get(each), label=name_of(each) if by == "lang" else each)
            left = left + values
        ax.legend(frameon=False)
        ax.set_title(f"Opinions found, by aspect and {by}" + (f", {name_of(lang)}" if lang else ""))
        return ax

    def over_time(self, lang: str, label: str = "negative", ax: Any = None) -> Any:
        """Share of texts with a label by month in one language, with 95 % intervals."""
        cells = self._beside("period", label)
        cells = cells[(cells.lang == lang) & (cells.period != "unknown")].sort_values("period", ascending=False)
        return _intervals(cells, list(cells.period), f"{name_of(lang)}: share {label} by month", COLOURS[label], ax)

    def beside(self, name: str, measure: str = "mean_rating", lang: str | None = None, most: int = 15, ax: Any = None) -> Any:
        """Conflicts, drivers or changes with their intervals, and the naive numbers as grey crosses (see `OpenedRun.beside`), the most impressive first.

        `measure` is that of changes: mean_rating (in stars) or share_negative.
        """
        from pipeline.explore.deciding import NAIVE

        found = self._run.beside(name)
        found = found[found.measure == measure] if name == "changes" else found
        found = (found if lang is None else found[found.lang == lang]).head(most)[::-1]
        about = found.brand.fillna("") if name == "changes" else found.aspect
        names = [f"{name_of(code)}: {each}".removesuffix(": ") for code, each in zip(found.lang, about, strict=True)]
        ax = _intervals(found, names, f"{name}, {measure}" if name == "changes" else name, "#1257a8", ax, "naive")
        if name == "changes":
            ax.axvline(0, linewidth=0.5, color=COLOURS["neutral"])
            ax.set_xlim(None, None)
            ax.autoscale(axis="x")
        ax.set_xlabel(f"naive: {NAIVE[name]}", fontsize="small")
        return ax

    def _beside(self, by: str, label: str) -> Any:
        """Cells of the corrected share, with the share as classified in `naive`."""
        naive = self._run.cells(by, f"classified_{label}").rename(columns={"value": "naive"})
        keys = ["lang"] if by == "lang" else ["lang", by]
        return self._run.cells(by, f"share_{label}").merge(naive[[*keys, "naive"]], on=keys, how="left")


def _intervals(cells: Any, names: list[str], title: str, colour: str, ax: Any, naive: str = "as classified") -> Any:
    ax = axes(ax)
    places = [f"{name} (n {n:,})" for name, n in zip(names, cells.n, strict=True)]
    shown = (cells.value.notna() | cells.naive.notna()).to_numpy()
    kept, part = [place for place, is_shown in zip(places, shown, strict=True) if is_shown], cells[shown]
    if kept:
        ax.plot(part.naive, kept, "x", color="#9aa2ab", markersize=8, zorder=3, label=naive)
        error = [(part.value - part.low).clip(lower=0), (part.high - part.value).clip(lower=0)]
        ax.errorbar(
            part.value, kept, xerr=error, fmt="o", color=colour, label="95 % interval" if naive == "naive" else "corrected, 95 % interval"
        )
        ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
    else:
        ax.text(0.5, 0.5, "everything is withheld:\ntoo few texts", ha="center", va="center")
        ax.set_yticks([])
    ax.set_xlim(-0.02, 1.02)  # marks at 0 and 1 are whole
    withheld = int(cells.value.isna().sum())
    ax.set_title(title + (f"; {withheld} of {len(cells)} withheld" if withheld else ""))
    return ax


def axes(ax: Any) -> Any:
    """The axes given, or new ones. Raises PolyvoxError where matplotlib is not installed."""
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise PolyvoxError("Plots need matplotlib. Install it: pip install 'polyvox[notebooks]'.") from None
    return plt.subplots(figsize=(7, 4), layout="constrained")[1]


def name_of(code: str) -> str:
    """The English name of one of our languages, else its code."""
    return BY_CODE[code].name if code in BY_CODE else code
