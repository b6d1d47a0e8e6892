"""What privacy closes in the tables for deciding: the same cells as in the estimates, and no sum over languages that would tell of them.

A number over several languages is added up from what is open in each. So nothing can be taken from it that was not shown already.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.aggregate.gathered import UNKNOWN, Cells, Flags, Gathered, Numbers, per_author
from pipeline.aggregate.people import REVEALING, People, closed
from pipeline.aggregate.rows import Row, too_few_authors
from pipeline.config import AggregateConfig
from pipeline.stats.distinct import how_many

LEFT_OUT = "; without the texts of cells that privacy closes"
UNSTATED = "unknown"  # as estimates name the brand of texts that state none


def in_closed_cells(run: Gathered, columns: tuple[str, ...], codes: list[Numbers], author: Numbers, config: AggregateConfig) -> Flags:
    """Whether each row lies in a cell that privacy closes; `codes` (n_rows,) of `columns`, a row with any other code below `UNKNOWN` being left out.

    The cells are those of the estimates with these columns, one of them brand, whose totals over brands are shown; texts that state no brand are a cell.
    """
    counted = np.all([each >= (UNKNOWN if name == "brand" else 0) for name, each in zip(columns, codes, strict=True)], axis=0)
    cells = Cells.of(columns, [np.where(counted, each + 1, -1) for each in codes])
    if not len(cells):
        return np.zeros(len(author), dtype=bool)
    owner, size, _, who = per_author(cells.of_row, author, np.ones(len(author)), np.zeros(len(author)))
    names = [tuple(_name(run, name, code - 1) for name, code in zip(columns, cell, strict=True)) for cell in cells.codes]
    at = columns.index("brand")
    line = [(*name[:at], *name[at + 1 :]) for name in names]
    n = np.bincount(owner, weights=size, minlength=len(cells)).astype(np.float64)
    shut = closed(n, People.listed(owner, who, len(cells)), names, [line], config.min_authors)
    return np.append(shut, False)[cells.of_row]  # the place -1 is that of rows in no cell


def closed_brands(run: Gathered, counted: Flags, config: AggregateConfig) -> Flags:
    """Whether each text that is `counted` lies in a cell of language and brand that privacy closes."""
    codes = [np.where(counted, run.codes["lang"], -1), np.where(counted, run.codes["brand"], -2)]
    return in_closed_cells(run, ("lang", "brand"), codes, run.author, config)


def of_all_languages(run: Gathered, counted: Flags, config: AggregateConfig) -> Flags:
    """Those of the `counted` texts that a number of all languages together may count.

    All of them, or where languages of few people could be worked out as what is left of it, those of the other languages.
    """
    lang, least = run.codes["lang"], config.min_authors
    people = people_by(run, "lang", counted)
    few = (people > 0) & (people < least)
    together = how_many(run.author[counted & few[lang]]) if few.any() else 0
    return counted if not few.any() or (few.sum() > 1 and together >= least) else counted & ~few[lang]


@dataclass(frozen=True)
class OfBrands:
    """The texts that numbers of brands over all languages count: of each brand those in `open` cells; of the brands in `shut`, which have none, nothing is shown."""

    open: Flags
    shut: dict[int, str]  # code of the brand: the reason

    @classmethod
    def of(cls, run: Gathered, counted: Flags, config: AggregateConfig) -> "OfBrands":
        """Of the texts that a table counts."""
        brand = run.codes["brand"]
        stated = counted & (brand >= 0)
        usable = stated & ~closed_brands(run, counted, config)
        people = people_by(run, "brand", counted)
        without = np.setdiff1d(brand[stated], brand[usable])
        return cls(usable, {int(each): too_few_authors(people[each], config) or revealing(config) for each in without})


@dataclass(frozen=True)
class Shown:
    """What a table with rows of all texts, of languages and of brands may count of its texts."""

    run: Gathered
    counted: Flags  # the texts of the table,
    everything: Flags  # those that all languages together may count,
    languages: Flags  # those of languages that are shown,
    brands: OfBrands
    few: dict[int, str]  # codes of the languages that are not: the reason

    @classmethod
    def of(cls, run: Gathered, counted: Flags, config: AggregateConfig) -> "Shown":
        """Of the texts that a table counts."""
        people = people_by(run, "lang", counted)
        few = {int(code): reason for code in np.flatnonzero(people) if (reason := too_few_authors(people[code], config))}
        languages = counted & ~np.isin(run.codes["lang"], list(few))
        return cls(run, counted, of_all_languages(run, counted, config), languages, OfBrands.of(run, counted, config), few)

    def withheld(self, measures: Sequence[tuple[str, str]], among: Flags | None = None) -> Iterator[Row]:
        """A row for each language and brand of which nothing is shown, and each measure with its method: how many texts of `among` (or of the table) there are, and why."""
        texts = self.counted if among is None else among
        for column, shut in (("lang", self.few), ("brand", self.brands.shut)):
            for code, reason in shut.items():
                here = texts & (self.run.codes[column] == code)
                about = {column: self.run.names[column][code], "n": int(here.sum()), "authors": how_many(self.run.author[here])}
                yield from (Row(**about, measure=measure, method=method, reason=reason) for measure, method in measures)

    def noted(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, those with a word that leave out texts. How many is not said: it may be what somebody wants to know."""
        brand = self.run.codes["brand"][self.counted]
        number = dict(zip(self.run.names["brand"], np.bincount(brand[brand >= 0], minlength=len(self.run.names["brand"])), strict=True))
        for row in rows:
            whole = number[row["brand"]] if row.get("brand") else self.counted.sum()
            complete = row.get("lang") or row["n"] == whole
            yield row if complete else Row({**row, "method": row["method"] + LEFT_OUT})


def revealing(config: AggregateConfig) -> str:
    """The reason of a cell that is closed because of another."""
    return REVEALING.format(min_authors=config.min_authors)


def people_by(run: Gathered, column: str, counted: Flags) -> Numbers:
    """How many people wrote the counted texts of each value of a column, array (n_values,)."""
    codes = np.where(counted, run.codes[column], -1)
    owner = per_author(codes, run.author, np.ones(len(codes)), np.zeros(len(codes)))[0]
    return np.bincount(owner, minlength=len(run.names[column]))


def _name(run: Gathered, column: str, code: int) -> str:
    """As in the estimates; what `run` does not name (months) by its number, which sorts alike."""
    if code == UNKNOWN:
        return UNSTATED
    return run.names[column][code] if column in run.names else f"{code:09d}"
