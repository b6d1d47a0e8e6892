"""The table of brand mentions: how many texts name a listed brand, and how many of these are tagged with it."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from pipeline.aggregate.closing import LEFT_OUT, of_all_languages, people_by
from pipeline.aggregate.gathered import Flags, Gathered, cluster_sums
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors, too_vague
from pipeline.config import AggregateConfig
from pipeline.stats.clusters import share_interval
from pipeline.tables import MENTIONS

FOUND = "texts that name the brand or are tagged with it, of all texts; names and aliases of the settings in folded and inflected forms; Wilson with n_eff clustered by author"
TAGGED = "of these, texts with the brand in their brand column or with @name or #name; Wilson with n_eff clustered by author"


def mentions(run: Gathered, *, config: AggregateConfig) -> pa.Table:
    """A row for each listed brand, language (and all together) and measure; schema `tables.MENTIONS`."""
    found = [row for place in range(len(config.brands)) for row in _brand(run, place, config)]
    if not found:
        found = [Row(measure="share_mentioning", method="none", reason="no brand is listed in the settings ([[aggregate.brands]])")]
    return rows_to_table(found, MENTIONS)


def _brand(run: Gathered, place: int, config: AggregateConfig) -> Iterator[Row]:
    naming, tagged = (np.zeros(len(run.author), dtype=bool) for _ in range(2))
    naming[run.naming["text"][run.naming["brand"] == place]] = True
    tagged[run.naming["text"][(run.naming["brand"] == place) & (run.naming["tagged"] > 0)]] = True
    name, every = config.brands[place].name, np.ones(len(naming), dtype=bool)
    people = people_by(run, "lang", every)
    for lang in (None, *range(len(run.names["lang"]))):
        about = {"brand": name, "lang": None if lang is None else run.names["lang"][lang]}
        for measure, method, counted, marked in (("share_mentioning", FOUND, every, naming), ("share_tagged", TAGGED, naming, tagged)):
            here = of_all_languages(run, counted, config) if lang is None else counted & (run.codes["lang"] == lang)
            said = method + (LEFT_OUT if lang is None and here.sum() < counted.sum() else "")
            if (
                lang is None or counted is every or not too_few_authors(people[lang], config)
            ):  # else its n is what the first measure withholds
                yield _share(run, about | {"measure": measure, "method": said}, here, marked, config)


def _share(run: Gathered, about: dict[str, str | None], counted: Flags, marked: Flags, config: AggregateConfig) -> Row:
    sums = cluster_sums(np.where(counted, 0, -1), run.author, np.ones(len(counted)), marked.astype(float), 1)
    interval = share_interval(sums, config.confidence)
    row = Row(**about, n=sums.n[0], authors=sums.clusters[0])
    private = too_few_authors(float(sums.clusters[0]), config)
    vague = too_vague(sums.n[0], interval.n_eff[0], float(interval.high[0] - interval.low[0]), config)
    row["reason"] = "no text names it" if not counted.any() else private or vague
    known = {"value": interval.value[0], "low": interval.low[0], "high": interval.high[0], "n_eff": interval.n_eff[0]}
    return row if row["reason"] else Row({**row, **known})
