"""The table of profiles: how the ratings of a language or brand are distributed, and which brands have an unusual profile.

Reviewers are those who chose to write: ratings crowd at the ends (Hu, Zhang & Pavlou 2009, CACM 52(10):144; Schoenmueller, Netzer & Stahl 2020, JMR 57:853).
So the distribution stands beside any mean, and no level is called satisfaction.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.aggregate.closing import Shown
from pipeline.aggregate.gathered import NOT_STARS, STARS, Cells, Flags, Gathered, cluster_sums, per_author
from pipeline.aggregate.rows import Row, rows_to_table, too_few_authors
from pipeline.aggregate.signs import unusual
from pipeline.config import AggregateConfig
from pipeline.stats import resampling
from pipeline.stats.clusters import ClusterSums, Interval, effective_n, mean_interval, share_interval
from pipeline.stats.disagreement import agreement, polarisation
from pipeline.stats.multiplicity import adjust
from pipeline.stats.proportions import Array
from pipeline.stats.ratings import mean_effective_n, mean_of_steps, share_draws
from pipeline.stats.rest import against_rest
from pipeline.tables import PROFILES

DRAWS = 2000
WILSON = "share of ratings; Wilson with n_eff clustered by author (Korn & Graubard 1998)"
EXTREMES = (
    f"ratings of 1 or 5; {WILSON}; score test against the rest, BH over {{cells}} cells; rest: the other languages or brands that are shown"
)
INDEX = "{name}; interval from Dirichlet draws on n_eff clustered by author"
MEAN = "mean of stars; Dirichlet posterior of their shares (Rubin 1981) on n_eff clustered by author"
MEAN_OTHER = "mean of ratings; BCa bootstrap over authors (Efron 1987), as wide as the t interval clustered by author (Hesterberg 2015)"
INDICES = (("agreement", agreement, "van der Eijk 2001"), ("polarisation", polarisation, "Esteban & Ray 1994, alpha 1"))
STARRED = (  # measures of ratings that are stars
    *((f"share_rating_{star}", WILSON) for star in STARS),
    ("mean_rating", MEAN),
    *((measure, INDEX.format(name=method)) for measure, _, method in INDICES),
    ("share_extremes", WILSON),
)


def profiles(run: Gathered, *, config: AggregateConfig, rng: np.random.Generator) -> pa.Table:
    """Distributions of ratings with their indices, and the signs of unusual brands; schema `tables.PROFILES`."""
    rated = ~np.isnan(run.rating)
    shown = Shown.of(run, rated, config)
    found = list(unusual(run, config=config, rng=rng))
    if not rated.any():
        found.append(Row(measure="agreement", method="none", reason="no text has a rating"))
        return rows_to_table(found, PROFILES)
    if not run.starred:
        found.append(Row(measure="agreement", method="none", reason=NOT_STARS))
    look = _distributions if run.starred else _means
    for columns, counted in (((), shown.everything), (("lang",), shown.languages), (("brand",), shown.brands.open)):
        found += shown.noted(look(run, columns, counted, config, rng))
    listed = STARRED if run.starred else (("mean_rating", MEAN_OTHER),)
    return rows_to_table([*found, *shown.withheld(listed)], PROFILES)


def _distributions(
    run: Gathered, columns: tuple[str, ...], rated: Flags, config: AggregateConfig, rng: np.random.Generator
) -> Iterator[Row]:
    """Of whole stars. What privacy closes is not compared with: `rated` holds shown languages and brands only, or so many others that nobody can be told from them."""
    cells = _cells(run, columns, rated)
    mean, spread = _mean(run, cells, config.confidence)
    effective = mean_effective_n(mean, spread, config.confidence)
    sums = {star: _sums(run, cells, run.rating == star) for star in STARS}
    extremes = _sums(run, cells, np.isin(run.rating, (STARS[0], STARS[-1])))
    p_value = _against_rest(run, cells, np.isin(run.rating, (STARS[0], STARS[-1])).astype(float))
    q_value = adjust(np.where(extremes.clusters >= config.min_authors, p_value, np.nan))
    for index, cell in enumerate(cells.codes):
        place = {name: run.names[name][code] for name, code in zip(columns, cell, strict=False)}  # no column: one cell, of all
        counts = np.array([sums[star].total[index] for star in STARS])
        reason = too_few_authors(extremes.clusters[index], config)
        if reason:
            about = {**place, "n": counts.sum(), "authors": extremes.clusters[index]}
            yield from (Row(**about, measure=measure, method=method, reason=reason) for measure, method in STARRED)
            continue
        n_eff = min(effective_n(each)[index] for each in sums.values())
        about = {**place, "n": counts.sum(), "n_eff": n_eff, "authors": extremes.clusters[index]}
        for star in STARS:
            yield _share(about, f"share_rating_{star}", sums[star], index, WILSON, config)
        value = float(mean.value[index])
        low, high = mean_of_steps(counts, STARS, float(effective[index]), rng, config.confidence)
        limits = {
            "value": value,
            "low": min(low, value),
            "high": max(high, value),
        }  # five stars from everybody: a little more than the draws
        yield Row(**{**about, "n_eff": effective[index]}, measure="mean_rating", method=MEAN, **limits)
        for measure, index_of, method in INDICES:
            draws = index_of(share_draws(counts, n_eff, rng, DRAWS))
            tail = (1 - config.confidence) / 2
            low, high = np.quantile(draws, [tail, 1 - tail])
            value = float(index_of(counts))
            known = {
                "value": value,
                "low": min(low, value),
                "high": max(high, value),
                "finding": _split(high) if measure == "agreement" else None,
            }
            yield Row(**about, measure=measure, method=INDEX.format(name=method), **known)
        row = _share(about, "share_extremes", extremes, index, EXTREMES.format(cells=int((~np.isnan(q_value)).sum())), config)
        reference = (extremes.total.sum() - extremes.total[index]) / max(extremes.n.sum() - extremes.n[index], 1) if columns else None
        row.update(reference=reference, p_value=p_value[index], q_value=q_value[index], finding=_shape(counts))
        yield row


def _means(run: Gathered, columns: tuple[str, ...], rated: Flags, config: AggregateConfig, rng: np.random.Generator) -> Iterator[Row]:
    """Of ratings on any scale."""
    cells = _cells(run, columns, rated)
    mean, _ = _mean(run, cells, config.confidence)
    for index, cell in enumerate(cells.codes):
        place = {name: run.names[name][code] for name, code in zip(columns, cell, strict=False)}
        inside = cells.of_row == index
        sums = resampling.gathered(np.stack([np.ones(inside.sum()), run.rating[inside]], axis=1), run.author[inside])
        row = Row(**place, measure="mean_rating", method=MEAN_OTHER, n=int(inside.sum()), authors=len(sums))
        row["reason"] = too_few_authors(len(sums), config)
        if not row["reason"]:
            row["n_eff"] = mean.n_eff[index]
            half = float(mean.high[index] - mean.low[index]) / 2
            low, high = resampling.bca_interval(
                sums, lambda both: both[..., 1] / both[..., 0], rng, half=half, confidence=config.confidence
            )
            row["reason"] = "ratings do not vary, no interval" if np.isnan(low) else None
            row.update({} if np.isnan(low) else {"value": mean.value[index], "low": low, "high": high})
        yield row


def _cells(run: Gathered, columns: tuple[str, ...], rated: Flags) -> Cells:
    return Cells.of(columns, [np.where(rated, run.codes[name], -1) for name in columns] or [np.where(rated, 0, -1)])


def _mean(run: Gathered, cells: Cells, confidence: float = 0.95) -> tuple[Interval, Array]:
    """The mean rating of each cell with its t interval, and the standard deviation of single ratings."""
    here = cells.of_row >= 0
    values = np.where(here, run.rating, 0)
    squares = np.bincount(cells.of_row[here], weights=values[here] ** 2, minlength=len(cells)).astype(np.float64)
    sums = cluster_sums(cells.of_row, run.author, np.ones(len(here)), values, len(cells))
    mean = mean_interval(sums, squares, confidence)
    return mean, np.sqrt(np.maximum(squares / mean.n - mean.value**2, 0))


def _share(about: dict[str, Any], measure: str, sums: ClusterSums, index: int, method: str, config: AggregateConfig) -> Row:
    interval = share_interval(sums, config.confidence)
    known = {"value": interval.value[index], "low": interval.low[index], "high": interval.high[index]}
    return Row(**{**about, "n_eff": interval.n_eff[index]}, measure=measure, method=method, **known)


def _split(high: float) -> str:
    return "split in two" if high < 0 else "not shown to be split"


def _shape(counts: Array) -> str | None:
    """J-shape: one end holds most, and the other end more than its neighbour."""
    top, bottom = counts[-1], counts[0]
    if max(top, bottom) * 2 <= counts.sum():
        return None
    return "J-shape: look at the distribution, not at a mean" if bottom > counts[1] and top > counts[-2] else "most at one end"


def _sums(run: Gathered, cells: Cells, successes: Flags) -> ClusterSums:
    return cluster_sums(cells.of_row, run.author, np.ones(len(run.author)), successes.astype(float), len(cells))


def _against_rest(run: Gathered, cells: Cells, successes: Array) -> Array:
    if len(cells) < 2:
        return np.full(len(cells), np.nan)
    owner, n, y, who = per_author(cells.of_row, run.author, np.ones(len(run.author)), successes)
    return against_rest(owner, who, n, y, len(cells))
