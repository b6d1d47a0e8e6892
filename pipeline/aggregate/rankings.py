"""The table of rankings: which brand, aspect or channel has the highest shares, with how sure the order is."""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from pipeline import taxonomy
from pipeline.aggregate.gathered import Cells, Flags, Gathered, Numbers, added_up, per_author
from pipeline.aggregate.groupings import parse
from pipeline.aggregate.people import REVEALING, People, closed
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats import shrinkage
from pipeline.stats.clusters import effective_n
from pipeline.stats.multiplicity import adjust
from pipeline.stats.proportions import Array
from pipeline.stats.rest import against_rest
from pipeline.tables import LABELS, RANKINGS

MEASURES = ("share_negative", "share_positive")
MIN_CELLS = 5  # fewer cells tell neither a spread nor an order worth the name
MIN_FAMILY = 8  # cells from which a family of aspects has a spread of its own
TOP = 3
Shut = set[tuple[int, ...]]  # cells by the codes of their columns
BEHIND = "shrunken share classified, not corrected for classifier error; hierarchical beta-binomial over {cells} ({kind}), n_eff clustered by author"


def rankings(run: Gathered, *, config: AggregateConfig, rng: np.random.Generator) -> pa.Table:
    """Rank the cells of each list, language by language; schema `tables.RANKINGS`.

    A list is a grouping of the settings with brand, channel or aspect, not period. Cells with few texts are drawn towards their kind; a cell of too
    few authors takes part, but is not shown.
    """
    found: list[Row] = []
    for columns in parse(config.groupings):
        ranked = tuple(name for name in columns if name != "lang")
        if ranked and "period" not in ranked:
            found += _rank_list(run, ranked, config, rng)
    if not found:
        found = [Row(measure=MEASURES[0], reason="no grouping of the settings has a brand, channel or aspect", method="none")]
    return rows_to_table(found, RANKINGS)


def _rank_list(run: Gathered, ranked: tuple[str, ...], config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    opinions = "aspect" in ranked
    place = run.of_opinions if opinions else run.codes.__getitem__
    label = run.polarity if opinions else run.label
    author = run.author[run.text] if opinions else run.author
    scored = label >= 0
    cells = Cells.of(("lang", *ranked), [np.where(scored, place(name), -1) for name in ("lang", *ranked)])
    if not len(cells):
        yield Row(list="+".join(ranked), measure=MEASURES[0], method="none", reason=f"no scored text states {' and '.join(ranked)}")
        return
    shut = _shut(run, ("lang", *ranked), [np.where(scored, place(name) + 1, -1) for name in ("lang", *ranked)], author, config)
    languages = [_texts_of(cells, lang) for lang in np.unique(cells.codes[:, 0])]
    for measure in MEASURES:
        successes = (label == LABELS.index(measure.removeprefix("share_"))).astype(np.float64)
        rows: list[Row] = []
        for here, inside in languages:
            of_row = cells.of_row[inside] - here.start
            rows += _OneList(run, cells.columns, cells.codes[here], of_row, author[inside], successes[inside]).rows(
                measure, shut, config, rng
            )
        yield from _adjusted(rows, "by" if opinions else "bh")


def _texts_of(cells: Cells, lang: int) -> tuple[slice, Numbers]:
    """The cells of a language, which stand together, and the places of the rows in them."""
    start, end = (int(each) for each in np.searchsorted(cells.codes[:, 0], (lang, lang + 1)))
    return slice(start, end), np.flatnonzero((cells.of_row >= start) & (cells.of_row < end))


def _shut(run: Gathered, columns: tuple[str, ...], codes: list[Numbers], author: Numbers, config: AggregateConfig) -> Shut:
    """Cells that privacy closes, as in the estimates of the same texts; codes are one more than in `run`, so that texts that do not state a column have cells."""
    cells = Cells.of(columns, codes)
    owner, size, _, who = per_author(cells.of_row, author, np.ones(len(author)), np.zeros(len(author)))
    names = [
        tuple("unknown" if code == 0 else run.names[name][code - 1] for name, code in zip(columns, cell, strict=True))
        for cell in cells.codes
    ]
    lines = [[(*name[:at], *name[at + 1 :]) for name in names] for at, column in enumerate(columns) if column in ("brand", "channel")]
    if len(lines) > 1:
        lines.append(
            [tuple(each for each, column in zip(name, columns, strict=True) if column not in ("brand", "channel")) for name in names]
        )
    n = np.bincount(owner, weights=size, minlength=len(cells)).astype(np.float64)
    shut = closed(n, People.listed(owner, who, len(cells)), names, lines, config.min_authors)
    return {tuple(cell) for cell in (cells.codes[shut] - 1).tolist()}


def _adjusted(rows: list[Row], how: Literal["bh", "by"]) -> list[Row]:
    """Adjust for all cells of the list that are shown, in all languages. A text may mention several aspects: then the tests depend on each other (BY)."""
    shown = [row for row in rows if row["reason"] is None]
    for row, q_value in zip(shown, adjust([row["p_value"] for row in shown], how), strict=True):
        row.update(
            q_value=q_value,
            method=f"{row['method']}; score test against the rest of the list, {how.upper()} over its {len(shown)} cells shown",
        )
    return rows


class _OneList:
    """The cells of one language and list."""

    def __init__(self, run: Gathered, columns: tuple[str, ...], codes: Numbers, of_row: Numbers, author: Numbers, successes: Array) -> None:
        self.run, self.columns, self.codes = run, columns, codes
        owner, n, y, who = per_author(of_row, author, np.ones(len(of_row)), successes)
        self.sums = added_up(owner, n, y, len(codes))
        self.n_eff = effective_n(self.sums)
        self.p_value = against_rest(owner, who, n, y, len(codes))

    def rows(self, measure: str, shut: Shut, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
        """A row of each cell; those in `shut` are not shown."""
        count = len(self.codes)
        if count < MIN_CELLS:
            for index in range(count):
                yield Row(**self._named(index), measure=measure, cells=count, method="none", reason=f"fewer than {MIN_CELLS} cells to rank")
            return
        raw = self.sums.total / self.sums.n
        draws, method = self._draws(raw, rng)
        places = shrinkage.ranks(draws)
        tail = (1 - config.confidence) / 2
        low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
        rank_low, rank_high = np.quantile(places, [0.05, 0.95], axis=0, method="inverted_cdf")
        columns = {
            **{"value": draws.mean(axis=0), "low": low, "high": high, "raw": raw, "p_value": self.p_value},
            **{"rank": places.mean(axis=0), "rank_low": rank_low, "rank_high": rank_high, "p_top": (places <= TOP).mean(axis=0)},
        }
        revealing = REVEALING.format(min_authors=config.min_authors)
        for index in range(count):
            reason = too_few_authors(self.sums.clusters[index], config) or (
                revealing if tuple(self.codes[index].tolist()) in shut else None
            )
            known = {} if reason else {name: column[index] for name, column in columns.items()}
            yield Row(**self._named(index), **known, measure=measure, cells=count, method=method[index], reason=reason)

    def _draws(self, raw: Array, rng: np.random.Generator) -> tuple[Array, list[str]]:
        """Joint draws of all cells, each family of aspects with a spread of its own where it has cells enough."""
        draws = np.empty((shrinkage.DRAWS, len(raw)))
        method = [""] * len(raw)
        for kind, inside in self._kinds():
            draws[:, inside] = shrinkage.shares(self.n_eff[inside], raw[inside] * self.n_eff[inside], rng)
            for index in np.flatnonzero(inside):
                method[index] = BEHIND.format(cells=f"{int(inside.sum())} cells", kind=kind)
        return draws, method

    def _kinds(self) -> Iterator[tuple[str, Flags]]:
        """Which cells are of a kind."""
        if "aspect" not in self.columns:
            yield "the list", np.ones(len(self.codes), dtype=bool)
            return
        families = {aspect.id: aspect.family for aspect in taxonomy.load().aspects}
        names = [families.get(self.run.names["aspect"][code], "other") for code in self.codes[:, self.columns.index("aspect")]]
        counts = {name: names.count(name) for name in sorted(set(names))}
        large = [name for name, number in counts.items() if number >= MIN_FAMILY]
        for name in large:
            yield f"aspect family {name}", np.array([each == name for each in names])
        rest = np.array([each not in large for each in names])
        if rest.any():
            yield "aspects of small families" if large else "all aspects of the list", rest

    def _named(self, index: int) -> dict[str, Any]:
        stated = {name: self.run.names[name][code] for name, code in zip(self.columns, self.codes[index], strict=True)}
        counted = {"n": self.sums.n[index], "n_eff": self.n_eff[index], "authors": self.sums.clusters[index]}
        return {"list": "+".join(name for name in self.columns if name != "lang"), **stated, **counted}
