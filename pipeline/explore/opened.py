"""An opened run: its tables as pandas data frames, with the questions that people ask of them."""

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.errors import PolyvoxError, UsageError
from pipeline.languages import direction
from pipeline.report.hostile import present
from pipeline.store import Store
from pipeline.tables import BY_NAME, POLARITIES

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.explore.frames import PolarsRun
    from pipeline.explore.plots import Plots

CELL = ("brand", "channel", "period", "aspect")  # what a cell of estimates may be of, besides its language


class OpenedRun:
    """What a finished run left in its folder. Tables are read when first asked for, and kept.

    `run.estimates`, `run.documents`, `run.texts`, `run.languages`, `run.sentiment`, `run.aspects` and `run.rejects` are data frames, columns as in the
    README; `run.table(name)` gives any other table of the run.
    """

    def __init__(self, out: Path | str) -> None:
        self.folder = Path(out)
        self._store = Store(self.folder)
        self._read: dict[str, pa.Table] = {}
        self._tables: dict[str, pd.DataFrame] = {}
        if not (self.folder / "run.json").exists():
            raise UsageError(
                f"{self.folder} holds no finished run. Make one with `polyvox run FILE --out {self.folder}`, or name another folder."
            )

    def table(self, name: str) -> "pd.DataFrame":
        """A table by its name. Raises UsageError for an unknown one, or one that this run did not write."""
        if name not in self._tables:
            self._tables[name] = _frame(self.arrow(name))
        return self._tables[name]

    def arrow(self, name: str) -> pa.Table:
        """The same as a table of pyarrow."""
        if name not in self._read:
            if name not in BY_NAME:
                raise UsageError(f"There is no table {name!r}. There are: {', '.join(BY_NAME)}.")
            if not self._store.parts(name):
                raise UsageError(
                    f"{self.folder} has no table {name}/. Run `polyvox run` on your files again: this one is older, or was not finished."
                )
            self._read[name] = pa.concat_tables(self._store.scan(BY_NAME[name]))
        return self._read[name]

    def __getattr__(self, name: str) -> "pd.DataFrame":
        if name.startswith("_") or name not in BY_NAME:
            raise AttributeError(f"an opened run has no {name!r}; its tables are {', '.join(BY_NAME)}")
        return self.table(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *BY_NAME})

    def __repr__(self) -> str:
        counts = self.facts["counts"]
        return f"<run {str(self.folder)!r}: {counts['texts']} texts, {counts['rejects']} rejects>"

    def keep(self) -> "OpenedRun":
        """Read every table now, so that the folder may go; gives the run itself."""
        self.facts  # noqa: B018
        for name in BY_NAME:
            if self._store.parts(name):
                self.arrow(name)
        return self

    @cached_property
    def facts(self) -> dict[str, Any]:
        """run.json: versions, settings, models, counts, timings."""
        facts: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return facts

    @cached_property
    def overview(self) -> "pd.DataFrame":
        """A row per document: doc_id, lang, label, the probabilities, and the document's own facts (brand, channel, time, rating)."""
        whole = self.sentiment[self.sentiment.level == "document"].drop(columns=["level", "sentence", "start", "end"])
        lang = self.languages[self.languages.sentence.isna()][["doc_id", "lang"]]
        facts = self.documents[["doc_id", "text", "brand", "channel", "author", "time", "rating"]]
        return lang.merge(whole, on="doc_id").merge(facts, on="doc_id")

    def cells(self, by: str = "lang", measure: str = "share_negative") -> "pd.DataFrame":
        """The estimates of one measure in the cells of one grouping: `lang`, or `brand`, `channel`, `period` or `aspect` within languages.

        Withheld ones are among them: their value is missing and `reason` says why.
        """
        if by != "lang" and by not in CELL:
            raise UsageError(f"by={by!r}: cells are by lang, {', '.join(CELL)}.")
        found = self.estimates
        found = found[found.measure == measure]
        if not len(found):
            raise UsageError(f"measure={measure!r} is not in this run. There are: {', '.join(sorted(self.estimates.measure.unique()))}.")
        for name in CELL:
            found = found[found[name].notna() if name == by else found[name].isna()]
        return found.reset_index(drop=True)

    def quotes(self, lang: str | None = None, aspect: str | None = None, polarity: str | None = None, n: int = 5) -> "pd.DataFrame":
        """What was said of aspects, in the writers' words, surest first, each text once: doc_id, lang, category, polarity, term, quote, probability.

        Quotes are whole texts, personal data masked as in the report, with no hidden characters.
        """
        if polarity is not None and polarity not in POLARITIES:
            raise UsageError(f"polarity={polarity!r}: there are {', '.join(POLARITIES)}.")
        found = self.aspects.merge(self.overview[["doc_id", "lang", "text"]], on="doc_id")
        for name, wanted in (("lang", lang), ("category", aspect), ("polarity", polarity)):
            if wanted is not None:
                found = found[found[name] == wanted]
        found = found.sort_values(["probability", "doc_id"], ascending=[False, True]).drop_duplicates("doc_id").head(n)
        found = found.assign(quote=[present(text).text for text in found.text])
        return found[["doc_id", "lang", "category", "polarity", "term", "quote", "probability"]].reset_index(drop=True)

    def marked(self, doc_id: str) -> dict[str, Any]:
        """A text and the terms found in it, as spaCy's displaCy takes them: `displacy.render(run.marked(x), style="ent", manual=True)`.

        `direction` and `lang` say how to show it.
        """
        (row,) = self.overview[self.overview.doc_id == doc_id].to_dict("records") or [None]
        if row is None:
            raise UsageError(f"There is no document {doc_id!r} in {self.folder}.")
        terms = self.aspects[(self.aspects.doc_id == doc_id) & self.aspects.start.notna()].sort_values("start").drop_duplicates("start")
        marks = [{"start": int(t.start), "end": int(t.end), "label": f"{t.category} {t.polarity}"} for t in terms.itertuples()]
        return {"text": row["text"], "ents": marks, "direction": direction(row["lang"]), "lang": row["lang"]}

    def sample(self, size: int, seed: str = "1") -> "pd.DataFrame":
        """Texts to be labelled by a person, drawn so that estimates can be corrected (see docs/statistics.md): fill in the column `label`."""
        from pipeline.explore.labelling import drawn

        return drawn(self.folder, size, seed)

    def learn(self, labels: "pd.DataFrame") -> "OpenedRun":
        """The run with its estimates made anew from labels of `sample`. Changes the folder of the run."""
        from pipeline.explore.labelling import learned

        learned(self.folder, labels, self.facts["config"])
        return OpenedRun(self.folder)

    def again(self, **aggregate: Any) -> "OpenedRun":
        """The run estimated anew with other settings of `[aggregate]`, as `run.again(min_n=50)`; the folder stays as it is.

        >>> run.again(events=(Event(date(2026, 4, 1), "new prices"),)).beside("changes")  # doctest: +SKIP
        """
        from pipeline.explore.labelling import estimated

        return estimated(self.folder, self.facts["config"], aggregate)

    def beside(self, name: str) -> "pd.DataFrame":
        """`conflicts`, `drivers` or `changes`, each row with the naive number that most reports would print, in the column `naive`."""
        from pipeline.explore.deciding import beside

        return beside(self, name)

    @property
    def polars(self) -> "PolarsRun":
        """The same run, its tables as polars data frames: `run.polars.estimates`, `run.polars.quotes(lang="cy")`."""
        from pipeline.explore.frames import PolarsRun

        return PolarsRun(self)

    @property
    def plot(self) -> "Plots":
        """Plots of this run, as matplotlib axes: `run.plot.aspects(by="lang")`."""
        from pipeline.explore.plots import Plots

        return Plots(self)


def _frame(table: pa.Table) -> "pd.DataFrame":
    try:
        import pandas  # noqa: F401
    except ImportError:
        raise PolyvoxError("Tables of an opened run are pandas data frames. Install it: pip install 'polyvox[notebooks]'.") from None
    return table.to_pandas()


def open_run(out: Path | str) -> OpenedRun:
    """Open the folder of a finished run. Raises UsageError where there is none."""
    return OpenedRun(out)
